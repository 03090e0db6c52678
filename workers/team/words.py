"""What each kind of fact is, and what a person does about it, in both languages."""

from typing import Final, Literal, NamedTuple

Language = Literal["fr", "en"]


class Words(NamedTuple):
    """What happened, and what to do."""

    what: str
    do: str


_FR: Final[dict[str, Words]] = {
    "confirm_step": Words("étape à confirmer", "confirmer ou passer l’étape"),
    "by_hand": Words("étape à faire à la main", "la faire, puis le noter"),
    "blocked": Words("dossier bloqué", "corriger ce qui empêche la relance"),
    "promise_broken": Words("promesse non tenue", "rappeler le débiteur"),
    "instalment_missed": Words("échéance non payée", "appeler, ou mettre fin à l’échéancier"),
    "decision": Words("échelle terminée", "décider de la suite"),
    "reception_unknown": Words("réception de la lettre inconnue", "noter quand elle a été reçue"),
    "reply": Words("réponse à lire", "la lire et la qualifier"),
    "dispute": Words("litige ouvert", "répondre au débiteur"),
    "payment_reversed": Words("règlement repris", "vérifier avec la banque"),
    "overpaid": Words("trop-perçu", "rembourser ou affecter"),
    "declare_claim": Words("procédure collective", "déclarer la créance"),
    "in_doubt": Words("envoi incertain", "vérifier s’il est parti"),
    "message_failed": Words("envoi échoué", "corriger l’adresse, ou joindre le débiteur autrement"),
    "unallocated": Words("règlement à affecter", "dire quelles factures il règle"),
    "credit_note_requested": Words("avoir attendu", "établir l’avoir"),
    "dispute_overdue": Words("litige sans réponse à temps", "répondre, ou donner un autre délai"),
    "pause_ends": Words("fin de pause", "laisser reprendre, ou prolonger la pause"),
    "plan_requested": Words("échéancier demandé", "proposer un échéancier, ou refuser"),
    "call": Words("appel à passer", "appeler, puis noter l’appel"),
    "unreachable": Words("débiteur injoignable au téléphone", "le joindre autrement"),
    "find_contact": Words("mauvais numéro", "trouver un numéro qui fonctionne"),
    "send_document": Words("document demandé", "l’envoyer au débiteur"),
    "open_provider": Words("recommandés électroniques en attente", "ouvrir l’heure : relance lre open"),
    "limitation": Words("prescription proche ou acquise", "décider d’agir en justice ou non"),
    "payments_stale": Words("encaissements trop anciens, rien ne part", "importer les règlements"),
    "channel_down": Words("un canal ne prend plus rien", "vérifier le prestataire"),
    "held": Words("envois retenus depuis plus d’un jour", "lever la retenue, ou la laisser"),
    "parked": Words("événement en attente depuis plus d’un jour", "apporter ce qui lui manque"),
}
_EN: Final[dict[str, Words]] = {
    "confirm_step": Words("step to confirm", "confirm or skip the step"),
    "by_hand": Words("step to do by hand", "do it, then note it"),
    "blocked": Words("blocked case", "mend what keeps the reminder back"),
    "promise_broken": Words("broken promise", "call the debtor again"),
    "instalment_missed": Words("missed instalment", "call, or end the plan"),
    "decision": Words("end of the ladder", "decide what comes next"),
    "reception_unknown": Words("reception of the letter unknown", "note when it was received"),
    "reply": Words("reply to read", "read it and say what it is"),
    "dispute": Words("open dispute", "answer the debtor"),
    "payment_reversed": Words("payment reversed", "check with the bank"),
    "overpaid": Words("overpaid", "pay back or allocate"),
    "declare_claim": Words("insolvency", "declare the claim"),
    "in_doubt": Words("message in doubt", "check whether it left"),
    "message_failed": Words("failed message", "mend the address, or reach the debtor otherwise"),
    "unallocated": Words("payment to allocate", "say which invoices it settles"),
    "credit_note_requested": Words("credit note awaited", "issue the credit note"),
    "dispute_overdue": Words("dispute past its deadline", "answer, or give another day"),
    "pause_ends": Words("end of a pause", "let it end, or make it longer"),
    "plan_requested": Words("instalment plan asked for", "offer a plan, or refuse"),
    "call": Words("call to make", "call, then log the call"),
    "unreachable": Words("debtor does not answer the telephone", "reach the debtor otherwise"),
    "find_contact": Words("wrong number", "find a number that works"),
    "send_document": Words("document asked for", "send it to the debtor"),
    "open_provider": Words("electronic registered letters wait", "open the hour: relance lre open"),
    "limitation": Words("limitation near or over", "decide whether to go to court"),
    "payments_stale": Words("payments too old, nothing leaves", "import the payments"),
    "channel_down": Words("a channel takes nothing any more", "check the provider"),
    "held": Words("sending held for more than a day", "release it, or leave it"),
    "parked": Words("event waiting for more than a day", "bring what it lacks"),
}


def words_of(kind: str, language: Language) -> Words:
    """What this kind of fact is; one that is new here is shown by its code."""
    known = (_FR if language == "fr" else _EN).get(kind)
    return known or Words(kind, "voir relance tasks" if language == "fr" else "see relance tasks")
