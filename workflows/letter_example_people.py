"""The made-up creditor and debtors of the example letters: one of each kind where each language is spoken."""

from datetime import date
from typing import NamedTuple

from workflows.invoice import Address, BankAccount, Contact, Creditor, Debtor, DebtorKind

CREDITOR = Creditor(
    ref="martin",
    name="Atelier Martin",
    siren="732829320",
    legal_form="SARL au capital de 20 000 €",
    address=Address(lines=("4 rue des Tanneurs",), postcode="69001", city="Lyon"),
    email="compta@atelier-martin.example",
    phone="04 00 00 00 00",
    contact_name="Claire Delmas",
    bank=BankAccount(holder="ATELIER MARTIN SARL", iban="FR7630006000011234567890189", bic="AGRIFRPP"),
    cheque_address="4 rue des Tanneurs, 69001 Lyon",
)
#: Whom a declaration of claim goes to.
MANDATAIRE = Contact(
    name="Aubert",
    civility="Maître",
    email="etude@aubert.example",
    phone="+33400000004",
    address=Address(lines=("18 quai Claude-Bernard",), postcode="69007", city="Lyon"),
)


class _Person(NamedTuple):
    """A debtor and whom a letter to it is for."""

    name: str
    lines: tuple[str, ...]
    postcode: str
    city: str
    country: str = "FR"
    siren: str | None = None
    civility: str | None = None
    contact: str | None = None


_BUSINESS, _CONSUMER, _PUBLIC = DebtorKind.BUSINESS, DebtorKind.CONSUMER, DebtorKind.PUBLIC
_FRENCH = {
    _BUSINESS: _Person(
        "Établissements Dupont", ("Bâtiment C", "12 avenue de la République"), "38000", "Grenoble",
        siren="552100554", civility="Madame", contact="Perrin",
    ),
    _CONSUMER: _Person("Jean Petit", ("3 chemin du Lac",), "74000", "Annecy"),
    _PUBLIC: _Person("Ville de Chambéry", ("Place de la Mairie",), "73000", "Chambéry"),
}  # fmt: skip
_PEOPLE: dict[str, dict[DebtorKind, _Person]] = {
    "fr": _FRENCH,
    "en": _FRENCH,
    "de": {
        _BUSINESS: _Person(
            "Müller Maschinenbau GmbH", ("Am Güterbahnhof 7",), "79098", "Freiburg im Breisgau", "DE",
            civility="Frau", contact="Schröder",
        ),
        _CONSUMER: _Person("Jürgen Weiß", ("Lindenstraße 21",), "77652", "Offenburg", "DE"),
        _PUBLIC: _Person("Stadt Offenburg", ("Hauptstraße 90",), "77652", "Offenburg", "DE"),
    },
    "es": {
        _BUSINESS: _Person(
            "Cerámicas Núñez S.L.", ("Calle de la Peña, 14",), "31001", "Pamplona", "ES",
            civility="Señora", contact="Ibáñez",
        ),
        _CONSUMER: _Person("Íñigo Muñoz", ("Avenida de España, 8",), "20003", "San Sebastián", "ES"),
        _PUBLIC: _Person("Ayuntamiento de Irún", ("Plaza San Juan, 1",), "20304", "Irún", "ES"),
    },
    "it": {
        _BUSINESS: _Person(
            "Officine Bianchi S.r.l.", ("Via della Libertà, 33",), "10121", "Torino", "IT",
            civility="Signora", contact="Ferrari",
        ),
        _CONSUMER: _Person("Niccolò D’Amico", ("Corso Italia, 5",), "18038", "Sanremo", "IT"),
        _PUBLIC: _Person("Comune di Ventimiglia", ("Piazza della Libertà, 3",), "18039", "Ventimiglia", "IT"),
    },
    "nl": {
        _BUSINESS: _Person(
            "Van der Meer Techniek B.V.", ("Industrieweg 12",), "3044 AS", "Rotterdam", "NL",
            civility="Mevrouw", contact="De Vries",
        ),
        _CONSUMER: _Person("Daniël Jansen", ("Kerkstraat 40",), "6211 GS", "Maastricht", "NL"),
        _PUBLIC: _Person("Gemeente Maastricht", ("Mosae Forum 10",), "6211 DW", "Maastricht", "NL"),
    },
}  # fmt: skip
_REFS = {_BUSINESS: "d1", _CONSUMER: "d2", _PUBLIC: "d3"}
_MAILBOXES = {
    _BUSINESS: "compta@client.example",
    _CONSUMER: "personne@courriel.example",
    _PUBLIC: "finances@ville.example",
}
_PHONES = {_BUSINESS: "+33400000001", _CONSUMER: "+33600000002", _PUBLIC: "+33400000003"}


def debtor_of(kind: DebtorKind, language: str) -> Debtor:
    """The debtor of `kind` where `language` is spoken; French ones for a language that is not known."""
    person = _PEOPLE.get(language, _FRENCH)[kind]
    return Debtor(
        ref=_REFS[kind], name=person.name, kind=kind, siren=person.siren, language=language,
        client_since=date(2018, 3, 1),
    )  # fmt: skip


def contact_of(kind: DebtorKind, language: str) -> Contact:
    """The contact of that debtor, with every kind of address."""
    person = _PEOPLE.get(language, _FRENCH)[kind]
    place = Address(lines=person.lines, postcode=person.postcode, city=person.city, country=person.country)
    return Contact(
        name=person.contact, civility=person.civility, email=_MAILBOXES[kind], phone=_PHONES[kind], address=place
    )
