"""Facts of the journal by name, as a chronology calls them."""

from typing import Final

KINDS: Final[dict[str, tuple[str, str]]] = {
    "invoice.issued": ("Facture émise", "Invoice issued"),
    "invoice.updated": ("Facture corrigée", "Invoice corrected"),
    "invoice.cancelled": ("Facture annulée", "Invoice cancelled"),
    "payment.received": ("Règlement reçu", "Payment received"),
    "payment.reversed": ("Règlement repris", "Payment reversed"),
    "payment.announced": ("Règlement annoncé", "Payment announced"),
    "credit_note.issued": ("Avoir émis", "Credit note issued"),
    "dispute.opened": ("Litige ouvert", "Dispute opened"),
    "dispute.updated": ("Suivi du litige", "Follow-up of the dispute"),
    "dispute.answered": ("Réponse dans le litige", "Answer in the dispute"),
    "dispute.resolved": ("Litige clos", "Dispute resolved"),
    "promise.made": ("Promesse de règlement", "Promise to pay"),
    "promise.withdrawn": ("Promesse retirée", "Promise withdrawn"),
    "instalment_plan.requested": ("Échéancier demandé", "Instalment plan asked for"),
    "instalment_plan.offered": ("Échéancier proposé", "Instalment plan offered"),
    "instalment_plan.agreed": ("Échéancier convenu", "Instalment plan agreed"),
    "instalment_plan.broken": ("Échéancier rompu", "Instalment plan ended"),
    "reply.received": ("Réponse du débiteur", "Reply of the debtor"),
    "reply.handled": ("Réponse lue", "Reply read"),
    "reply.answered": ("Réponse faite au débiteur", "Answer to the debtor"),
    "call.logged": ("Appel téléphonique", "Telephone call"),
    "letter.requested": ("Lettre demandée", "Letter asked for"),
    "settlement.offered": ("Escompte proposé", "Discount offered"),
    "settlement.withdrawn": ("Escompte retiré", "Discount withdrawn"),
    "message.bounced": ("Message revenu", "Message came back"),
    "message.delivered": ("Message arrivé", "Message arrived"),
    "letter.tracked": ("Suivi d’une lettre", "News of a letter"),
    "debtor.updated": ("Fiche du débiteur modifiée", "Debtor’s record changed"),
    "contact.opted_out": ("Canal refusé par le débiteur", "Channel refused by the debtor"),
    "contact.opted_in": ("Canal accepté par le débiteur", "Channel accepted by the debtor"),
    "debtor.insolvent": ("Procédure collective", "Collective procedure"),
    "debtor.recovered": ("Fin de la procédure", "End of the procedure"),
    "case.paused": ("Dossier en pause", "Case paused"),
    "case.resumed": ("Dossier repris", "Case resumed"),
    "case.escalated": ("Dossier transmis", "Case handed over"),
    "case.closed": ("Dossier clos", "Case closed"),
    "case.reviewed": ("Dossier revu", "Case reviewed"),
    "step.approved": ("Étape confirmée", "Step approved"),
    "step.skipped": ("Étape passée", "Step skipped"),
    "step.fell_due": ("Échéance du scénario", "A moment of the ladder"),
    "scenario.changed": ("Scénario changé", "Ladder changed"),
    "dispatch.reported": ("Envoi", "Dispatch"),
}
#: What passed between the parties beside the creditor's own messages.
EXCHANGES: Final = frozenset(
    kind for kind in KINDS
    if kind.startswith(("reply.", "call.", "contact.", "promise.", "dispute.", "instalment_plan.", "settlement."))
) | {"payment.announced", "message.bounced", "message.delivered", "letter.tracked", "letter.requested"}  # fmt: skip
