"""The words of the demonstration, French and English."""

from collections.abc import Mapping
from typing import Final

from workflows.reason_texts.beside import LETTER_NAMES

Words = tuple[str, str]

CHANNELS: Final[Mapping[str, Words]] = {
    "email": ("e-mail", "e-mail"),
    "sms": ("SMS", "text"),
    "letter": ("courrier", "letter"),
    "tracked": ("courrier suivi", "tracked"),
    "registered": ("recommandé", "registered"),
    "lre": ("recommandé électronique", "electronic registered"),
    "call": ("appel", "call"),
}
_STEPS: Final[Mapping[str, Words]] = {
    "preventive": ("rappel avant échéance", "note before the due date"),
    "first_reminder": ("premier rappel", "first reminder"),
    "first_reminder_warm": ("premier rappel courtois", "courteous first reminder"),
    "large_amount": ("rappel, montant important", "reminder, large amount"),
    "loyal_client": ("rappel à un client fidèle", "reminder to a loyal client"),
    "second_reminder": ("deuxième rappel", "second reminder"),
    "second_reminder_firm": ("rappel ferme", "firm reminder"),
    "third_reminder": ("troisième rappel", "third reminder"),
    "last_amicable": ("dernier rappel amiable", "last amicable reminder"),
    "formal_notice": ("mise en demeure", "formal notice"),
}
#: Steps of ladders first, letters beside them after.
LETTERS: Final[Mapping[str, Words]] = {
    **_STEPS,
    **{name: text for name, text in LETTER_NAMES.items() if name not in _STEPS},
}
STAGES: Final[Mapping[str, Words]] = {
    "watching": ("à échoir", "not due yet"),
    "reminding": ("en relance", "being reminded"),
    "formal_notice": ("en demeure", "formal notice given"),
    "handed_over": ("transmise", "handed over"),
    "promised": ("promesse", "promised"),
    "disputed": ("en litige", "disputed"),
    "instalments": ("en échéancier", "paid by instalments"),
    "paused": ("en pause", "paused"),
    "blocked": ("bloquée", "blocked"),
    "insolvent": ("procédure collective", "debtor insolvent"),
    "paid": ("soldée", "settled"),
    "cancelled": ("annulée", "cancelled"),
    "written_off": ("abandonnée", "written off"),
}
#: What a line of the timeline is about, by kind of event; kinds that are not here are not shown.
LABELS: Final[Mapping[str, Words]] = {
    "payment.received": ("règlement", "payment"),
    "payment.reversed": ("rejet", "reversal"),
    "payment.announced": ("annonce", "announced"),
    "credit_note.issued": ("avoir", "credit note"),
    "message.bounced": ("retour", "bounce"),
    "call.logged": ("appel", "call"),
    "dispute.opened": ("litige", "dispute"),
    "dispute.resolved": ("litige clos", "resolved"),
    "promise.made": ("promesse", "promise"),
    "dispute.answered": ("litige", "dispute"),
    "dispute.updated": ("litige", "dispute"),
    "instalment_plan.requested": ("échéancier", "instalments"),
    "instalment_plan.offered": ("échéancier", "instalments"),
    "instalment_plan.agreed": ("échéancier", "instalments"),
    "reply.received": ("réponse", "reply"),
    "reply.handled": ("réponse lue", "reply read"),
    "letter.tracked": ("suivi", "tracking"),
    "debtor.updated": ("débiteur", "debtor"),
    "debtor.insolvent": ("procédure", "insolvency"),
    "case.paused": ("pause", "pause"),
    "case.resumed": ("reprise", "resumed"),
    "case.escalated": ("transmission", "hand-over"),
    "case.closed": ("abandon", "write-off"),
    "invoice.cancelled": ("annulation", "cancelled"),
}
FILES: Final[Mapping[str, Words]] = {"invoices": ("factures", "invoices"), "payments": ("règlements", "payments")}
#: What an e-mail that came in was taken for.
MAILS: Final[Mapping[str, Words]] = {
    "reply": ("réponse, qui se lit : {}", "a reply, which reads: {}"),
    "automatic": ("réponse automatique, qui n’est pas une réponse", "automatic reply, which is no answer"),
    "bounce": ("message non distribué", "message not delivered"),
}
#: What came in, one and several.
HEARD: Final[Mapping[str, tuple[Words, Words]]] = {
    "reply": (("réponse", "reply"), ("réponses", "replies")),
    "automatic": (("réponse automatique", "automatic reply"), ("réponses automatiques", "automatic replies")),
    "bounce": (("message non distribué", "bounce"), ("messages non distribués", "bounces")),
    "call": (("appel", "call"), ("appels", "calls")),
}
#: What debtors promised, contested and agreed, and what came of it.
DEALINGS: Final[Mapping[str, Words]] = {
    "promise": ("promesse", "promise"), "dispute": ("litige", "dispute"), "plan": ("échéancier", "instalment plan"),
}  # fmt: skip
OUTCOMES: Final[Mapping[str, Words]] = {
    "running": ("en cours", "running"),
    "kept": ("paiement reçu", "kept"),
    "broken": ("paiement non reçu", "broken"),
    "open": ("ouvert", "open"),
    "creditor": ("tranché en faveur du créancier", "resolved for the creditor"),
    "debtor": ("tranché en faveur du débiteur", "resolved for the debtor"),
    "partial": ("tranché pour une partie", "resolved for a part"),
}
#: The last news of a letter.
POST_STATES: Final[Mapping[str, Words]] = {
    "deposited": ("déposée", "deposited"),
    "notified": ("présentée", "presented"),
    "delivered": ("remise", "delivered"),
    "refused": ("refusée", "refused"),
    "unclaimed": ("non réclamée", "unclaimed"),
    "npai": ("adresse inconnue", "address unknown"),
}
#: When the delay of a registered letter began, by what the post says of it.
RUNS: Final[Mapping[str, Words]] = {
    "delivered": ("Le délai court de ce jour.", "The delay runs from this day."),
    "unclaimed": ("Le délai a couru de la première présentation.", "The delay ran from the first presentation."),
}
#: What ended because its day has passed, by the stage that it was.
PAST: Final[Mapping[str, Words]] = {
    "promised": ("la promesse n’a pas été tenue, l’échelle reprend", "the promise was not kept, the ladder goes on"),
    "paused": ("la pause est finie, l’échelle reprend", "the pause is over, the ladder goes on"),
    "instalments": (
        "le dernier délai est passé, l’échéancier est rompu : tout le solde est exigible, l’échelle reprend",
        "the last delay has passed, the plan is broken: the whole balance is due, the ladder goes on",
    ),
}
OVER: Final[Words] = ("suite", "then")
MAIL: Final[Words] = ("courriel", "mail")
PERSON: Final[Words] = ("personne", "person")
POST: Final[Words] = ("à la poste", "posted")
BATCH: Final[Words] = ("lot {}, {}", "batch {}, {}")
LETTERS_POSTED: Final[tuple[Words, Words]] = (("{} lettre", "{} letter"), ("{} lettres", "{} letters"))
WITHHELD: Final[Words] = ("retenu", "withheld")
POSTPONED: Final[Words] = ("reporté", "postponed")
REFUSED: Final[Words] = ("refusé", "refused")
TASK: Final[Words] = ("à faire", "to do")
OUTAGE: Final[Words] = ("panne", "outage")
NO_STATEMENT: Final[Words] = ("le relevé bancaire de {} n’arrive pas", "the bank statement of {} does not arrive")
#: Of lines of a file of invoices, and of payments: one, several.
COUNTS: Final[Mapping[str, Mapping[str, tuple[Words, Words]]]] = {
    "invoices": {
        "accepted": (("nouvelle", "new"), ("nouvelles", "new")),
        "duplicates": (("déjà connue", "known already"), ("déjà connues", "known already")),
        "rejected": (("rejetée", "rejected"), ("rejetées", "rejected")),
    },
    "payments": {
        "accepted": (("nouveau", "new"), ("nouveaux", "new")),
        "duplicates": (("déjà connu", "known already"), ("déjà connus", "known already")),
        "parked": (
            ("en attente de sa facture", "waits for its invoice"),
            ("en attente de leur facture", "wait for their invoices"),
        ),
        "rejected": (("rejeté", "rejected"), ("rejetés", "rejected")),
    },
}  # fmt: skip
IMPORT: Final[Words] = ("import", "import")


def told(head: str, said: str, language: str) -> str:
    """What is spoken of, a colon as the language sets it, and what is said of it."""
    return f"{head} : {said}" if language == "fr" else f"{head}: {said}"


def pick(words: Words, language: str) -> str:
    """The French or the English one."""
    return words[0] if language == "fr" else words[1]


def named(table: Mapping[str, Words], code: str, language: str) -> str:
    """The words of a code; the code itself where there are none."""
    return pick(table[code], language) if code in table else code
