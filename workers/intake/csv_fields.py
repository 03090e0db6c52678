"""What the columns of a file may be called, in French and in English."""

from functools import cache
from typing import Final, Literal

from workers.intake.plain_words import plain_words

Kind = Literal["invoices", "payments"]

_SHARED: Final = {
    "creditor": ("créancier", "entité", "creditor", "entity"),
    "currency": ("devise", "monnaie", "currency"),
    "debtor_ref": (
        "code client", "n° client", "numéro client", "réf client", "référence client", "compte client", "code tiers",
        "compte tiers", "compte auxiliaire", "id client", "customer id", "customer number", "debtor ref", "client id",
    ),
}  # fmt: skip
_INVOICES: Final = {
    "number": (
        "n° facture", "no facture", "num facture", "numéro facture", "numéro", "n°", "facture", "réf facture",
        "référence facture", "référence", "n° pièce", "pièce", "numéro pièce", "invoice", "invoice no",
        "invoice number", "number",
    ),
    "debtor_name": (
        "client", "raison sociale", "nom client", "nom", "débiteur", "tiers", "nom tiers", "intitulé client",
        "dénomination", "société", "customer", "customer name", "name", "debtor", "debtor name",
    ),
    "kind": ("type", "type client", "catégorie client", "nature client", "kind", "customer type"),
    "siren": ("siren", "siret", "n° siren", "n° siret", "siren siret"),
    "language": ("langue", "language"),
    "issue_date": (
        "date d'émission", "date facture", "date facturation", "date", "émise le", "date pièce", "issue date",
        "invoice date", "issued on",
    ),
    "due_date": (
        "échéance", "date d'échéance", "date échéance", "échéance le", "date limite paiement", "à payer avant",
        "due date", "due", "due on",
    ),
    "total": (
        "montant ttc", "total ttc", "ttc", "montant", "montant facture", "montant total", "net à payer", "total",
        "amount", "total amount", "gross amount",
    ),
    "email": (
        "e-mail", "email", "mail", "courriel", "adresse e-mail", "adresse mail", "adresse électronique",
        "e-mail comptabilité", "email address",
    ),
    "phone": ("téléphone", "tél", "n° téléphone", "téléphone fixe", "tel fixe", "phone", "phone number"),
    "mobile": ("portable", "mobile", "tél portable", "téléphone portable", "téléphone mobile", "gsm"),
    "contact_name": ("contact", "nom contact", "interlocuteur", "à l'attention de", "contact name"),
    "civility": ("civilité", "titre", "civility"),
    "address_1": ("adresse", "adresse 1", "rue", "ligne adresse 1", "adresse ligne 1", "voie", "address", "street"),
    "address_2": ("adresse 2", "complément adresse", "complément", "ligne adresse 2", "adresse ligne 2", "address 2"),
    "address_3": ("adresse 3", "lieu-dit", "bp", "ligne adresse 3", "adresse ligne 3", "address 3"),
    "postcode": ("code postal", "cp", "c.p.", "postcode", "zip", "zip code", "postal code"),
    "city": ("ville", "commune", "localité", "city", "town"),
    "country": ("pays", "code pays", "country"),
    "scenario": ("scénario", "scénario relance", "profil relance", "scenario"),
    "po_number": (
        "bon de commande", "n° bon commande", "n° commande", "commande", "réf commande", "numéro commande",
        "n° engagement", "po number", "purchase order",
    ),
    "contract_rate": ("taux pénalités", "taux pénalités retard", "taux retard", "contract rate"),
    "document": ("fichier", "pdf", "document", "fichier pdf", "lien facture", "file"),
    "client_since": ("client depuis", "date création client", "client since"),
}  # fmt: skip
_PAYMENTS: Final = {
    "payment_id": (
        "référence paiement", "réf paiement", "référence règlement", "réf règlement", "n° règlement", "n° paiement",
        "référence", "référence virement", "id paiement", "numéro règlement", "numéro paiement", "payment id",
        "payment reference",
    ),
    "value_date": (
        "date de valeur", "date valeur", "date", "date paiement", "date règlement", "date encaissement",
        "date opération", "réglé le", "payé le", "value date", "payment date", "paid on",
    ),
    "amount": (
        "montant", "montant réglé", "montant payé", "montant règlement", "montant paiement", "montant imputé",
        "crédit", "amount", "amount paid",
    ),
    "payment_total": (
        "montant total", "total règlement", "montant total règlement", "total paiement", "montant virement",
        "total payment",
    ),
    "invoice_no": (
        "n° facture", "no facture", "num facture", "numéro facture", "facture", "réf facture", "référence facture",
        "pièce", "n° pièce", "facture réglée", "invoice", "invoice no", "invoice number",
    ),
    "method": ("mode", "mode paiement", "mode règlement", "moyen paiement", "type règlement", "method"),
    "label": ("libellé", "libellé opération", "motif", "communication", "détail", "label", "description"),
}  # fmt: skip
#: Every field of each kind of file, with the names it is known by.
FIELDS: Final[dict[Kind, dict[str, tuple[str, ...]]]] = {
    "invoices": _SHARED | _INVOICES,
    "payments": _SHARED | _PAYMENTS,
}
#: Fields without which no line can be read.
REQUIRED: Final[dict[Kind, tuple[str, ...]]] = {
    "invoices": ("number", "debtor_name", "issue_date", "due_date", "total"),
    "payments": ("value_date", "amount"),
}
#: Columns of our own files of rejects; passed over when such a file comes back.
OURS: Final = ("relance_ligne", "relance_motif")


def field_of(header: str, kind: Kind) -> str | None:
    """The field that a header names; None for one that is not read."""
    return _names(kind).get(plain_words(header))


def french_name(field: str, kind: Kind) -> str:
    """How a field is best called in a French file."""
    return next(iter(FIELDS[kind][field]))


@cache
def _names(kind: Kind) -> dict[str, str]:
    fields = FIELDS[kind]
    return {plain_words(name): field for field, names in fields.items() for name in (field, *names)}
