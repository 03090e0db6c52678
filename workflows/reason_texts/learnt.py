"""What was learnt: one sentence for each kind of event."""

LEARNT: dict[str, tuple[str, str]] = {
    "opened": (
        "Dossier ouvert[ sur l’échelle {scenario}][ ; échéance le {due_on}].",
        "Case opened[ on ladder {scenario}][; due on {due_on}].",
    ),
    "learnt.invoice.issued": ("La facture est déjà connue.", "The invoice is already known."),
    "learnt.invoice.updated": (
        "La facture a été corrigée ; le calendrier est recalculé.",
        "The invoice was corrected; the calendar is worked out again.",
    ),
    "learnt.invoice.cancelled": ("La facture a été annulée.", "The invoice was cancelled."),
    "learnt.payment.received": (
        "Règlement {payment_id} reçu[ : {amount}][, valeur du {value_date}].",
        "Payment {payment_id} received[: {amount}][, value date {value_date}].",
    ),
    "learnt.payment.reversed": (
        "Le règlement {payment_id} a été repris[ à hauteur de {amount}][ ({reason})].",
        "Payment {payment_id} was reversed[ for {amount}][ ({reason})].",
    ),
    "learnt.payment.announced": (
        "Le débiteur annonce un règlement[ de {amount}][ pour le {expected_date}].",
        "The debtor announces a payment[ of {amount}][ for {expected_date}].",
    ),
    "learnt.credit_note.issued": (
        "Avoir {credit_note_no} émis[ : {amount}].",
        "Credit note {credit_note_no} issued[: {amount}].",
    ),
    "learnt.dispute.opened": (
        "Litige {dispute_id} ouvert[ ({reason})][, à hauteur de {amount}].",
        "Dispute {dispute_id} opened[ ({reason})][, for {amount}].",
    ),
    "learnt.dispute.resolved": (
        "Litige {dispute_id} clos[ {outcome}].",
        "Dispute {dispute_id} resolved[ {outcome}].",
    ),
    "learnt.dispute.updated": (
        "Litige {dispute_id} : suivi corrigé[ ; réponse due le {deadline}][ ; on attend {awaiting}].",
        "Dispute {dispute_id}: follow-up changed[; answer due on {deadline}][; {awaiting} has to act].",
    ),
    "learnt.dispute.answered": (
        "Litige {dispute_id} : réponse[ {by}] notée, le litige reste ouvert.",
        "Dispute {dispute_id}: answer[ {by}] noted, the dispute stays open.",
    ),
    "learnt.promise.made": (
        "Promesse {promise_id}[ : règlement][ de {amount}][ le {date}].",
        "Promise {promise_id}[: payment][ of {amount}][ on {date}].",
    ),
    "learnt.promise.withdrawn": (
        "La promesse {promise_id} ne tient plus.",
        "Promise {promise_id} no longer counts.",
    ),
    "learnt.instalment_plan.agreed": (
        "L’échéancier {plan_id} est convenu.",
        "Instalment plan {plan_id} was agreed.",
    ),
    "learnt.instalment_plan.broken": (
        "L’échéancier {plan_id} est rompu : le solde entier est de nouveau dû.",
        "Instalment plan {plan_id} was ended: the whole balance is due again.",
    ),
    "learnt.reply.received": (
        "Réponse {reply_id} reçue du débiteur.",
        "Reply {reply_id} received from the debtor.",
    ),
    "learnt.reply.handled": ("La réponse {reply_id} a été lue.", "Reply {reply_id} was read."),
    "learnt.reply.answered": (
        "Une personne a approuvé la réponse à {reply_id}.",
        "A person approved the answer to {reply_id}.",
    ),
    "learnt.call.logged": (
        "Appel {call_id} noté[ : {disposition}][, le {call_back_on}].",
        "Call {call_id} logged[: {disposition}][, on {call_back_on}].",
    ),
    "learnt.message.bounced": (
        "Un message est revenu[ : {bounce}].",
        "A message came back[: {bounce}].",
    ),
    "learnt.message.delivered": (
        "Le prestataire confirme l’arrivée d’un message.",
        "The provider confirms that a message arrived.",
    ),
    "learnt.letter.tracked": (
        "Suivi d’une lettre[ : {state}].",
        "News of a letter[: {state}].",
    ),
    "learnt.debtor.updated": ("La fiche du débiteur a changé.", "What is known of the debtor changed."),
    "learnt.contact.opted_out": (
        "Le débiteur ne veut plus être contacté ainsi[ : {channel}].",
        "The debtor no longer wants to be contacted so[: {channel}].",
    ),
    "learnt.contact.opted_in": (
        "Le débiteur accepte d’être contacté ainsi[ : {channel}].",
        "The debtor agrees to be contacted so[: {channel}].",
    ),
    "learnt.debtor.insolvent": (
        "Une procédure collective est ouverte[ : {procedure}].",
        "A collective procedure was opened[: {procedure}].",
    ),
    "learnt.debtor.recovered": (
        "La procédure collective est close.",
        "The collective procedure is over.",
    ),
    "learnt.case.paused": (
        "Mis en pause par une personne[ jusqu’au {until}][ ({scope})].",
        "Paused by a person[ until {until}][ ({scope})].",
    ),
    "learnt.case.resumed": ("Reprise décidée par une personne[ ({scope})].", "Resumed by a person[ ({scope})]."),
    "learnt.case.escalated": ("Dossier transmis[ : {to}].", "File handed over[: {to}]."),
    "learnt.case.closed": ("Créance passée en perte.", "Claim written off."),
    "learnt.step.approved": ("Étape[ {step}] libérée par une personne.", "Step[ {step}] approved by a person."),
    "learnt.step.skipped": ("Étape[ {step}] écartée par une personne.", "Step[ {step}] skipped by a person."),
    "learnt.scenario.changed": (
        "Dossier déplacé par une personne vers l’échelle {scenario}[, version {version}][, à partir de {entry_step}].",
        "Case moved by a person to ladder {scenario}[, version {version}][, from step {entry_step}].",
    ),
    "learnt.older_move": (
        "Déplacement vers {scenario} sans effet : un déplacement plus récent vers {current} est connu.",
        "Move to {scenario} without effect: a later move to {current} is known.",
    ),
    "learnt.feed.completed": ("Un import est terminé.", "An import is complete."),
    "learnt.step.fell_due": ("L’échéance technique a sonné.", "The wake-up rang."),
    "learnt.dispatch.sent": (
        "Étape[ {step}] partie[ par {channel}].",
        "Step[ {step}] left[ by {channel}].",
    ),
    "learnt.dispatch.failed": (
        "Étape[ {step}] non partie[ par {channel}][ : {reason}].",
        "Step[ {step}] did not leave[ by {channel}][: {reason}].",
    ),
    "learnt.dispatch.in_doubt": (
        "Étape[ {step}][ par {channel}] : nul ne sait si le prestataire l’a prise[ ({reason})].",
        "Step[ {step}][ by {channel}]: nobody knows whether the provider took it[ ({reason})].",
    ),
    "learnt.dispatch.withheld": (
        "Étape[ {step}][ par {channel}] retenue à l’envoi[ : {reason}].",
        "Step[ {step}][ by {channel}] withheld at delivery[: {reason}].",
    ),
    "learnt.dispatch.postponed": (
        "Étape[ {step}][ par {channel}] reportée[ au {until}][ : {reason}].",
        "Step[ {step}][ by {channel}] postponed[ to {until}][: {reason}].",
    ),
    "learnt.unknown_dispatch": (
        "Nouvelle d’un envoi que ce dossier ne connaît pas ; sans effet.",
        "News of a dispatch that this case does not know; without effect.",
    ),
}
