"""The letter that goes with an export: what is held, what for, on which ground, how long; a draft for who answers."""

from collections.abc import Mapping
from datetime import date
from typing import Final, Literal

from workers.settings_retention import Retention

#: Tables that are one sort of thing to a reader, and what they are for.
_SORTS: Final = (
    (("debtors",), ("Identité et coordonnées", "Name and how you are reached"),
     ("réclamer des factures impayées à qui les doit", "to claim unpaid invoices from who owes them"), "evidence"),
    (("cases", "payments", "events", "journal"), ("Factures, règlements, et ce qui a été décidé",
                                                  "Invoices, payments, and what was decided"),
     ("suivre les impayés et les prouver ; ce sont des pièces comptables",
      "to follow what is unpaid and to prove it; this is accounting evidence"), "evidence"),
    (("messages", "dispatches", "attempts", "post_letters", "letter_proofs", "incoming"), ("Courriers envoyés et reçus",
                                                                          "Messages sent and received"),
     ("relancer, répondre, et prouver ce qui a été dit", "to remind, to answer, and to prove what was said"),
     "correspondence"),
    (("tasks", "notices", "person_requests"), ("Traces de travail", "Logs of work"),
     ("savoir qui a fait quoi", "to know who did what"), "logs"),
    (("rejects", "hook_calls"), ("Données refusées, appels des prestataires", "Input refused, calls of providers"),
     ("corriger des erreurs", "to mend errors"), "unmatched"),
)  # fmt: skip
_HEAD: Final = {
    "fr": "Projet de lettre, à relire et à signer par le créancier\n{on:%d/%m/%Y}\n\n"
          "Madame, Monsieur,\n\nVous avez demandé ce que nous tenons à votre sujet. Le voici, en entier : les données "
          "dans le dossier « donnees », les courriers tels qu’ils sont partis ou arrivés à côté.\n",
    "en": "Draft of a letter, for the creditor to read and sign\n{on:%Y-%m-%d}\n\n"
          "Dear Madam or Sir,\n\nYou asked what we hold about you. Here is all of it: the data in the folder "
          "“donnees”, and beside it the messages as they left or came in.\n",
}  # fmt: skip
_TAIL: Final = {
    "fr": "\nFondement : l’intérêt légitime du créancier à être payé, et l’obligation légale de garder les pièces "
          "comptables. Ne sont traités que des factures émises et leur règlement ; aucune liste d’exclusion n’est "
          "tenue. Le rythme des relances suit la façon dont les factures passées ont été réglées : cette appréciation "
          "est dans « donnees/debtors.json » (segments).\n\n"
          "Vous pouvez demander que ces données soient rectifiées, que leur traitement soit limité, ou qu’elles soient "
          "effacées quand rien ne nous oblige à les garder ; vous pouvez aussi saisir la CNIL (www.cnil.fr).\n\n"
          "Veuillez agréer, Madame, Monsieur, nos salutations distinguées.\n",
    "en": "\nGround: the creditor’s legitimate interest in being paid, and the legal duty to keep accounting evidence. "
          "Only invoices that were issued and their payment are handled; no exclusion list is kept. How often you are "
          "reminded follows how past invoices were paid: what was found is in “donnees/debtors.json” (segments).\n\n"
          "You may ask that these data be corrected, that their use be restricted, or that they be erased once nothing "
          "makes us keep them; you may also turn to the CNIL (www.cnil.fr).\n\nYours faithfully\n",
}  # fmt: skip
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
        rows = sum(counts.get(name, 0) for name in names)
        said = f"{title[place]} ({rows} {('éléments', 'items')[place]})"
        lines.append(f"- {said}{(' :', ':')[place]} {purpose[place]}. {_kept(kept, settings)[place]}")
    return "\n".join(lines) + "\n" + _TAIL[language]


def _kept(kind: str, settings: Retention) -> tuple[str, str]:
    years, days = settings.evidence_years, settings.unmatched_days
    if kind == "evidence":
        return (
            f"Gardé {years} ans après la fin de l’exercice (art. L123-22 du code de commerce).",
            f"Kept {years} years from the end of the financial year (art. L123-22 of the commercial code).",
        )
    if kind == "correspondence":
        years = settings.correspondence_years
        return (
            f"Gardé {years} ans après la clôture du dossier (correspondance commerciale : service-public.fr, F10029).",
            f"Kept {years} years from the closing of the case (commercial correspondence: service-public.fr, F10029).",
        )
    days = settings.logs_days if kind == "logs" else days
    return f"Gardé {days} jours.", f"Kept {days} days."
