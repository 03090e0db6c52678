"""What an empty list says: that nothing matches, what would fill it, and where to look instead."""

from typing import Final

from workers.cli.exit_codes import ExitCode
from workers.cli.invocation import Invocation

_FILLED: Final = {
    "disputes": (
        "« relance dispute open NUMÉRO --category MOTIF » ouvre un litige ; --all montre aussi ceux qui sont clos",
        "'relance dispute open NUMBER --category REASON' opens a dispute; --all shows those that are over, too",
    ),
    "promises": (
        "« relance promise make NUMÉRO --date JOUR » note une promesse ; --all montre aussi les passées",
        "'relance promise make NUMBER --date DAY' notes a promise; --all shows those that are over, too",
    ),
    "plans": (
        "« relance plan request » note une demande d’échéancier, « plan offer » en propose un ; --all montre les clos",
        "'relance plan request' notes the wish for a plan, 'plan offer' offers one; --all shows those that are over",
    ),
    "calls": (
        "un appel vient d’une étape d’échelle ou d’un rappel convenu ; --made montre ceux qui sont notés",
        "a call comes from a ladder's step or an agreed call-back; --made shows those that were logged",
    ),
    "calls_made": (
        "« relance call log NUMÉRO --disposition ISSUE » note un appel ; « relance call list » montre ceux à passer",
        "'relance call log NUMBER --disposition OUTCOME' notes a call; 'relance call list' shows those to make",
    ),
    "cases": (
        "« relance import FICHIER --kind invoices » ouvre un dossier pour chaque facture",
        "'relance import FILE --kind invoices' opens a case for each invoice",
    ),
    "segments": (
        "« relance import FICHIER --kind invoices » fait connaître les débiteurs",
        "'relance import FILE --kind invoices' makes debtors known",
    ),
    "tasks": (
        "personne n’a rien à faire ; « relance cases » montre où en est chaque facture",
        "nobody has anything to do; 'relance cases' shows where each invoice stands",
    ),
    "replies": (
        "« relance mailbox fetch » relève la boîte des réponses ; --all montre aussi ce qui est lu",
        "'relance mailbox fetch' reads the mailbox of replies; --all shows what was read, too",
    ),
    "hooks": (
        "la table [hooks] laisse entrer les appels des prestataires ; --all montre aussi ceux qui ont abouti",
        "the table [hooks] lets providers call; --all shows calls that were settled, too",
    ),
    "post": (
        'un courrier attend ici quand son canal vaut "print" dans [delivery.channels]',
        'a letter waits here when its channel is "print" in [delivery.channels]',
    ),
    "messages": (
        "« relance queues » dit combien de messages sont dans chaque état",
        "'relance queues' tells how many messages are in each state",
    ),
}


def tell_empty(invocation: Invocation, kind: str) -> ExitCode:
    """Say so, on standard error; the answer is exit code 3.

    Args:
        invocation: the run.
        kind: what the list is of; one of those above.
    """
    fr, en = _FILLED[kind]
    invocation.tell(f"rien ne correspond ; {fr}", f"nothing matches; {en}")
    return ExitCode.NOTHING_MATCHED
