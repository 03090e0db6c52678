"""The letter that goes with an export: what is held, what for, on which ground, how long; a draft for who answers."""

from collections.abc import Mapping
from datetime import date
from typing import Final, Literal

from workers.settings_parts.retention import Retention

#: Tables that are one sort of thing to a reader, what they are for, and the rules that keep what is in them.
_SORTS: Final = (
    (("debtors",), ("Identité et coordonnées", "Name and how you are reached"),
     ("réclamer des factures impayées à qui les doit", "to claim unpaid invoices from who owes them"), "both"),
    (("cases", "payments", "events", "journal"), ("Factures, règlements, et ce qui a été dit et décidé",
                                                  "Invoices, payments, and what was said and decided"),
     ("suivre les impayés et les prouver", "to follow what is unpaid and to prove it"), "both"),
    (("messages", "dispatches", "attempts", "post_letters", "letter_proofs", "incoming"),
     ("Courriers envoyés et reçus", "Messages sent and received"),
     ("relancer, répondre, et prouver ce qui a été dit", "to remind, to answer, and to prove what was said"),
     "correspondence"),
    (("tasks", "notices", "person_requests"), ("Traces de travail", "Logs of work"),
     ("savoir qui a fait quoi", "to know who did what"), "logs"),
    (("rejects", "hook_calls"), ("Données refusées, appels des prestataires", "Input refused, calls of providers"),
     ("corriger des erreurs", "to mend errors"), "unmatched"),
)  # fmt: skip
_HEAD: Final = {
    "fr": "Projet de lettre, à relire et à signer par le créancier\n{on:%d/%m/%Y}\n\n"
          "Madame, Monsieur,\n\nVous avez demandé ce que nous détenons sur vous. Le voici, en entier : les données "
          "dans le dossier « donnees » (montants en centimes, heures UTC), les courriers tels qu’ils sont partis ou "
          "arrivés à côté.\n",
    "en": "Draft of a letter, for the creditor to read and sign\n{on:%Y-%m-%d}\n\n"
          "Dear Madam or Sir,\n\nYou asked what we hold about you. Here is all of it: the data in the folder "
          "“donnees” (amounts in cents, times in UTC), and beside it the messages as they left or came in.\n",
}  # fmt: skip
_TAIL: Final = {
    "fr": "\nCes données viennent de nos factures, de vos règlements et de nos échanges. Elles sont confiées à ceux "
          "qui nous aident à facturer, à envoyer et à recouvrer : [à compléter par le créancier ; "
          "dites si l’un est établi hors de l’Union européenne].\n\n"
          "Fondement : l’intérêt légitime du créancier à être payé, et l’obligation légale de garder les pièces "
          "comptables. Ne sont traités que des factures émises et leur règlement ; aucune liste d’exclusion n’est "
          "tenue. Le rythme des relances suit la façon dont les factures passées ont été réglées : cette appréciation "
          "est dans « donnees/debtors.json » (segments_found).\n\n"
          "Vous pouvez demander que ces données soient rectifiées, que leur traitement soit limité, ou qu’elles soient "
          "effacées quand rien ne nous oblige à les garder ; vous pouvez vous opposer à leur "
          "traitement, et saisir la CNIL (www.cnil.fr).\n\n"
          "Veuillez agréer, Madame, Monsieur, nos salutations distinguées.\n",
    "en": "\nThese data come from our invoices, your payments, and what we wrote to one another. They are handed to "
          "those who help us to invoice, to send and to collect: [for the creditor to complete; "
          "say if one is outside the European Union].\n\n"
          "Ground: the creditor’s legitimate interest in being paid, and the legal duty to keep accounting evidence. "
          "Only invoices that were issued and their payment are handled; no exclusion list is kept. How often you are "
          "reminded follows how past invoices were paid: what was found is in “donnees/debtors.json” "
          "(segments_found).\n\n"
          "You may ask that these data be corrected, that their use be restricted, or that they be erased once nothing "
          "makes us keep them; you may object to their use, and turn to the CNIL (www.cnil.fr).\n\nYours faithfully\n",
}  # fmt: skip
#: One, and several.
_ITEMS: Final = (("élément", "item"), ("éléments", "items"))
Language = Literal["fr", "en"]


def letter(counts: Mapping[str, int], settings: Retention, *, on: date, language: Language) -> str:
    """The letter.

    Args:
        counts: rows by table.
        settings: how long things are kept.
        on: its day.
        language: of the letter.
    """
    place = 0 if language == "fr" else 1
    lines = [_HEAD[language].format(on=on)]
    for names, title, purpose, kept in _SORTS:
        if rows := sum(counts.get(name, 0) for name in names):
            said = f"{title[place]} ({rows} {_ITEMS[rows > 1][place]})"
            lines.append(f"- {said}{(' :', ':')[place]} {purpose[place]}. {_kept(kept, settings)[place]}")
    return "\n".join(lines) + "\n" + _TAIL[language]


def _kept(rule: str, settings: Retention) -> tuple[str, str]:
    if rule == "logs":
        return f"Gardé {settings.logs_days} jours.", f"Kept {settings.logs_days} days."
    if rule == "unmatched":
        return f"Gardé {settings.unmatched_days} jours.", f"Kept {settings.unmatched_days} days."
    years = settings.correspondence_years
    letters = (
        f"{years} ans après la clôture du dossier (correspondance commerciale : service-public.fr, F10029)",
        f"{years} years from the closing of the case (commercial correspondence: service-public.fr, F10029)",
    )
    if rule == "correspondence":
        return f"Gardé {letters[0]}.", f"Kept {letters[1]}."
    years = settings.evidence_years
    return (
        (f"Le nom, les adresses postales, les factures et les règlements sont gardés {years} ans après la fin de "
         f"l’exercice (pièces comptables : art. L123-22 du code de commerce) ; le reste, {letters[0]}."),
        (f"Name, postal addresses, invoices and payments are kept {years} years from the end of the financial year "
         f"(accounting evidence: art. L123-22 of the commercial code); the rest, {letters[1]}."),
    )  # fmt: skip
