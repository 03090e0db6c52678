"""What stands beside the ladder: letters, plans and discounts on offer, the limitation."""

_AT, _AT_EN = "[ Départ prévu : {at}.]", "[ Planned: {at}.]"
#: Letters beside the ladder by their ids, as a part of a sentence.
LETTER_NAMES: dict[str, tuple[str, str]] = {
    "apology": ("excuses pour une relance croisée", "apology for a reminder that crossed a payment"),
    "call_confirmation": ("confirmation d’appel", "confirmation of a call"),
    "credit_policy": ("rappel des conditions de crédit", "credit terms"),
    "dispute_acknowledged": ("accusé de réception du litige", "acknowledgement of the dispute"),
    "dispute_answered": ("réponse au litige", "answer to the dispute"),
    "early_settlement_offer": ("offre d’escompte", "early-settlement offer"),
    "hand_over_notice": ("avis de transmission", "hand-over notice"),
    "instalment_confirmation": ("confirmation de l’échéancier", "confirmation of the instalment plan"),
    "instalment_missed": ("échéance manquée", "missed instalment"),
    "instalment_offer": ("offre d’échéancier", "instalment offer"),
    "loyal_client": ("mot au client fidèle", "word to a loyal client"),
    "payment_thanks": ("remerciement", "thanks for the payment"),
    "promise_acknowledged": ("accusé de réception de la promesse", "acknowledgement of the promise"),
    "reason_request": ("demande du motif", "request for the reason"),
    "services_reminder": ("rappel des services", "reminder of the services"),
}

BESIDE: dict[str, tuple[str, str]] = {
    "letter.plan": (
        "Lettre à part prévue[ : {letter}][, le {at}].",
        "Letter beside the ladder planned[: {letter}][, on {at}].",
    ),
    "letter.sends": (
        "Lettre à part remise à l’envoi[ : {letter}][, par {channel}].",
        "Letter beside the ladder ordered[: {letter}][, by {channel}].",
    ),
    "letter.gone": (
        "Ce dont parlait la lettre n’a plus lieu d’être.",
        "What the letter spoke of is over.",
    ),
    "letter.hushed": (
        "Rien ne part en ce moment pour ce débiteur ; la lettre attend.",
        "Nothing leaves for this debtor at present; the letter waits.",
    ),
    "letter.no_contact": (
        "Lettre à part impossible[ : {letter}] : le débiteur n’a aucune adresse où l’envoyer.",
        "Letter beside the ladder impossible[: {letter}]: the debtor has no address to send it to.",
    ),
    "learnt.side_letter.sent": (
        "Lettre à part partie[ par {channel}][ : {letter}].",
        "Letter beside the ladder left[ by {channel}][: {letter}].",
    ),
    "learnt.side_letter.failed": (
        "Lettre à part non partie[ par {channel}][ ({letter})][ : {reason}].",
        "Letter beside the ladder did not leave[ by {channel}][ ({letter})][: {reason}].",
    ),
    "learnt.side_letter.in_doubt": (
        "Lettre à part[ ({letter})][ par {channel}] : nul ne sait si le prestataire l’a prise[ ({reason})].",
        "Letter beside the ladder[ ({letter})][ by {channel}]: nobody knows whether the provider took it[ ({reason})].",
    ),
    "learnt.side_letter.withheld": (
        "Lettre à part[ ({letter})] retenue à l’envoi[ : {reason}].",
        "Letter beside the ladder[ ({letter})] withheld at delivery[: {reason}].",
    ),
    "learnt.side_letter.postponed": (
        "Lettre à part[ ({letter})] reportée[ au {until}][ : {reason}].",
        "Letter beside the ladder[ ({letter})] postponed[ to {until}][: {reason}].",
    ),
    "learnt.letter.requested": (
        "Une personne demande une lettre à part[ : {letter}].",
        "A person asks for a letter beside the ladder[: {letter}].",
    ),
    "learnt.instalment_plan.requested": (
        "Le débiteur demande à payer en {count} fois[, à partir du {first_on}].",
        "The debtor asks to pay in {count} parts[, from {first_on} on].",
    ),
    "learnt.instalment_plan.offered": (
        "L’échéancier {plan_id} est proposé[ ; réponse attendue avant le {answer_by}].",
        "Instalment plan {plan_id} was offered[; answer expected by {answer_by}].",
    ),
    "learnt.settlement.offered": (
        "Escompte {offer_id} proposé[ : {percent} %][, soit {amount},][ si le net est réglé au plus tard le {until}].",
        "Discount {offer_id} offered[: {percent} %][ of {amount}][ if the net is paid by {until}].",
    ),
    "learnt.settlement.withdrawn": (
        "L’escompte {offer_id} n’est plus proposé.",
        "Discount {offer_id} is no longer on offer.",
    ),
    "learnt.case.reviewed": (
        "Le dossier est regardé à l’approche d’une date.",
        "A day is near; the case is looked at.",
    ),
    # --- silences
    "silent.plan_offered": (
        "Un échéancier est proposé ; silence[ jusqu’au {until}], le temps de la réponse.",
        "An instalment plan is on offer; silence[ until {until}], to leave time for the answer.",
    ),
    "silent.plan_offered_over": (
        "L’échéancier proposé est resté sans réponse : l’étape[ {step}] reprend[ le {day}]." + _AT,
        "The plan on offer was not answered: step[ {step}] resumes[ on {day}]." + _AT_EN,
    ),
    "silent.settlement": (
        "Un escompte est proposé ; silence[ jusqu’au {until}], le temps que le règlement arrive.",
        "A discount is on offer; silence[ until {until}], to leave the payment time to arrive.",
    ),
    "silent.settlement_over": (
        "L’escompte proposé est caduc, le solde entier est dû : l’étape[ {step}] reprend[ le {day}]." + _AT,
        "The discount on offer has lapsed, the whole balance is due: step[ {step}] resumes[ on {day}]." + _AT_EN,
    ),
    "silent.plan_requested": (
        "Le débiteur demande un échéancier ; silence[ jusqu’au {until}], le temps d’une réponse.",
        "The debtor asks for an instalment plan; silence[ until {until}], to leave time for an answer.",
    ),
    "silent.plan_requested_over": (
        "La demande d’échéancier est restée sans réponse : l’étape[ {step}] reprend[ le {day}]." + _AT,
        "The wish for a plan was not answered: step[ {step}] resumes[ on {day}]." + _AT_EN,
    ),
    # --- what a person is asked
    "look.dispute": (
        "Le délai de réponse au litige sera vérifié[ le {at}].",
        "The deadline of the dispute is checked[ on {at}].",
    ),
    "look.pause_ends": (
        "Une personne sera prévenue de la fin de la pause[ le {at}].",
        "A person is told that the pause ends[ on {at}].",
    ),
    "waits.credit_note": (
        "Ce qui reste dû a été abandonné ; son avoir est attendu, rien n’est relancé.",
        "What is left was given up; its credit note is awaited, nothing is chased.",
    ),
    # --- plans
    "plan.clause": (
        "L’échéance[ n° {instalment}] manque ; sans règlement dans le délai, tout le solde est dû[ le {day}].",
        "Instalment[ no. {instalment}] is missing; unless paid within the delay, the whole falls due[ on {day}].",
    ),
    "resumed.plan_clause": (
        "Par la clause de l’échéancier, le solde entier est dû : l’étape[ {step}] reprend[ le {day}]." + _AT,
        "By the plan’s clause the whole balance is due: step[ {step}] resumes[ on {day}]." + _AT_EN,
    ),
    # --- ends
    "ended.settled": (
        "Le net proposé a été réglé à temps ; l’escompte[ de {discount}] attend son avoir.",
        "The net on offer was paid in time; the discount[ of {discount}] waits for its credit note.",
    ),
    "blocked.limitation": (
        "La prescription est acquise[ depuis le {last_day}] : l’étape[ {step}] ne part pas, une personne décide.",
        "The limitation period has run out[ on {last_day}]: step[ {step}] does not leave, a person decides.",
    ),
}
