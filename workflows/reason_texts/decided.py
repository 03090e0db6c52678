"""What was decided, and why not sooner."""

_AT = "[ Départ prévu : {at}.]"
_AT_EN = "[ Planned: {at}.]"
_LAST, _LAST_EN = "[ ; dernier envoi le {previous_on}].", "[; last message on {previous_on}]."

DECIDED: dict[str, tuple[str, str]] = {
    # --- when a step leaves
    "plan.offset": (
        "L’étape[ {step}] vient à son rang[, au plus tôt le {day}][ ; échéance du {due_on}]" + _LAST + _AT,
        "Step[ {step}] comes at its place[, on {day} at the earliest][; due date {due_on}]" + _LAST_EN + _AT_EN,
    ),
    "plan.deadline": (
        "L’étape[ {step}] attend la fin du délai accordé au débiteur[ ; au plus tôt le {day}]." + _AT,
        "Step[ {step}] waits for the end of the delay granted to the debtor[; on {day} at the earliest]." + _AT_EN,
    ),
    "plan.approved": (
        "L’étape[ {step}] peut partir depuis son approbation[, le {day}]." + _AT,
        "Step[ {step}] may leave since it was approved[, on {day}]." + _AT_EN,
    ),
    "plan.window": (
        "L’étape[ {step}] est en retard et attend la prochaine plage de contact." + _AT,
        "Step[ {step}] is late and waits for the next contact window." + _AT_EN,
    ),
    "plan.end": (
        "L’échelle est parcourue ; une personne décide de la suite[ le {day}].",
        "The ladder is done; a person decides what follows[ on {day}].",
    ),
    "plan.reception": (
        "Le délai de l’étape[ {step}, partie le {sent_on},] court dès réception[ ; sans nouvelle, vérifié le {day}].",
        "The delay of step[ {step}, sent on {sent_on},] runs from reception[; without news, checked on {day}].",
    ),
    "plan.instalment": (
        "Un échéancier est en cours[ : l’échéance n° {instalment}, due le {due_on}][, est vérifiée le {day}].",
        "An instalment plan is in force[: instalment no. {instalment}, due on {due_on}][, is checked on {day}].",
    ),
    "wake.early": (
        "L’échéance technique a sonné trop tôt[ pour l’étape {step}] ; elle est remise à sa date." + _AT,
        "The wake-up rang too early[ for step {step}]; it is set again." + _AT_EN,
    ),
    "wake.stale": (
        "L’échéance technique[ n° {rang}] ne vaut plus ; sans effet.",
        "Wake-up[ no. {rang}] is out of date; without effect.",
    ),
    # --- after a silence
    "resumed.dispute": (
        "Un litige vient d’être clos : l’étape[ {step}] attend[ le {day}]." + _AT,
        "A dispute was just resolved: step[ {step}] waits[ until {day}]." + _AT_EN,
    ),
    "resumed.reversal": (
        "Un règlement vient d’être repris : l’étape[ {step}] attend[ le {day}]." + _AT,
        "A payment was just reversed: step[ {step}] waits[ until {day}]." + _AT_EN,
    ),
    "resumed.reply": (
        "Une réponse vient d’être lue : l’étape[ {step}] attend le lendemain[, {day}]." + _AT,
        "A reply was just read: step[ {step}] waits for the next day[, {day}]." + _AT_EN,
    ),
    "resumed.plan": (
        "L’échéancier a pris fin : l’étape[ {step}] reprend[ le {day}]." + _AT,
        "The instalment plan has ended: step[ {step}] resumes[ on {day}]." + _AT_EN,
    ),
    "resumed.pause": (
        "La pause est levée : l’étape[ {step}] reprend[ le {day}]." + _AT,
        "The pause is over: step[ {step}] resumes[ on {day}]." + _AT_EN,
    ),
    "resumed.withheld": (
        "L’étape[ {step}], retenue ce jour-là, n’est pas redemandée avant le lendemain[, {day}]." + _AT,
        "Step[ {step}] was withheld that day and is not asked again before the next one[, {day}]." + _AT_EN,
    ),
    "silent.paused_over": (
        "L’étape[ {step}] reprend à la fin de la pause[, le {day}]." + _AT,
        "Step[ {step}] resumes after the pause[, on {day}]." + _AT_EN,
    ),
    "silent.promised_over": (
        "L’étape[ {step}] attend que la promesse et son délai de grâce soient passés[, le {day}]." + _AT,
        "Step[ {step}] waits until the promise and its grace have passed[, on {day}]." + _AT_EN,
    ),
    "silent.announced_over": (
        "L’étape[ {step}] laisse au règlement annoncé le temps d’arriver[, jusqu’au {day}]." + _AT,
        "Step[ {step}] gives the announced payment time to arrive[, until {day}]." + _AT_EN,
    ),
    "silent.reply_over": (
        "L’étape[ {step}] laisse le temps de lire la réponse du débiteur[, jusqu’au {day}]." + _AT,
        "Step[ {step}] leaves time to read the debtor’s reply[, until {day}]." + _AT_EN,
    ),
    # --- silences
    "silent.paused": ("En pause[ jusqu’au {until}].", "Paused[ until {until}]."),
    "silent.promised": (
        "Une promesse court ; silence[ jusqu’au {until}], délai de grâce compris.",
        "A promise runs; silence[ until {until}], grace included.",
    ),
    "silent.announced": (
        "Un règlement est annoncé ; silence[ jusqu’au {until}].",
        "A payment is announced; silence[ until {until}].",
    ),
    "silent.reply": (
        "Une réponse attend d’être lue ; silence[ jusqu’au {until}].",
        "A reply waits to be read; silence[ until {until}].",
    ),
    "silent.instalments": ("Un échéancier est en cours.", "An instalment plan is in force."),
    # --- what only an event ends
    "waits.wanted": (
        "L’étape[ {step}] est remise à l’envoi ; son résultat est attendu.",
        "Step[ {step}] is with the delivery; its outcome is awaited.",
    ),
    "waits.in_doubt": (
        "On ne sait pas si l’étape[ {step}] est partie ; rien d’autre ne part avant de le savoir.",
        "Nobody knows whether step[ {step}] left; nothing else leaves until that is known.",
    ),
    "waits.min_amount": (
        "Le solde relançable[, {owed},] est sous le seuil de l’échelle[ ({minimum})].",
        "What may be chased[, {owed},] is below the ladder’s minimum[ ({minimum})].",
    ),
    "waits.confirmation": (
        "L’étape[ {step}] attend l’accord d’une personne.",
        "Step[ {step}] waits for a person’s approval.",
    ),
    "waits.reception": (
        "La réception de l’étape[ {step}][, partie le {sent_on},] reste inconnue ; une personne vérifie.",
        "The reception of step[ {step}][, sent on {sent_on},] is still unknown; a person checks.",
    ),
    "waits.decision": (
        "L’échelle est parcourue ; la suite appartient à une personne.",
        "The ladder is done; what follows is for a person to decide.",
    ),
    "waits.dispute": (
        "Tout le solde est contesté ; rien n’est relancé tant que le litige n’est pas clos.",
        "The whole balance is disputed; nothing is chased until the dispute is resolved.",
    ),
    "waits.insolvency": (
        "Procédure collective en cours : plus aucune relance, la créance se déclare.",
        "Collective procedure under way: no more reminders, the claim is declared.",
    ),
    "waits.hand_over": (
        "Le dossier est transmis ; les relances amiables ont pris fin.",
        "The file was handed over; amicable reminders have ended.",
    ),
    "waits.restart": (
        "La procédure collective est close ; la reprise appartient à une personne.",
        "The collective procedure is over; restarting is for a person to decide.",
    ),
    "waits.instalment": (
        "L’échéance[ n° {instalment}, due le {due_on},] n’est pas réglée ; la suite appartient à une personne.",
        "Instalment[ no. {instalment}, due on {due_on},] is unpaid; what follows is for a person to decide.",
    ),
    # --- cannot
    "blocked.do_not_contact": (
        "Une personne a décidé que rien d’automatique n’est adressé à ce débiteur.",
        "A person decided that nothing automatic goes to this debtor.",
    ),
    "blocked.no_contact": (
        "L’étape[ {step}] ne peut joindre le débiteur[ : ni par {channel}, ni par un canal de repli].",
        "Step[ {step}] cannot reach the debtor[: neither by {channel} nor by a fall-back channel].",
    ),
    "blocked.failed": (
        "L’étape[ {step}] n’a pas pu partir[ par {channel}] ; une personne la relance ou l’écarte.",
        "Step[ {step}] could not leave[ by {channel}]; a person retries or skips it.",
    ),
    # --- channels that a step would rather use
    "channel.no_address": (
        "Canal écarté[ ({channel})] : le débiteur n’y a pas d’adresse.",
        "Channel not used[ ({channel})]: the debtor has no address for it.",
    ),
    "channel.bad_address": (
        "Canal écarté[ ({channel})] : l’adresse postale est incomplète, le code postal ou la ville manque.",
        "Channel not used[ ({channel})]: the postal address is not whole, its postcode or city is missing.",
    ),
    "channel.fixed_line": (
        "Canal écarté[ ({channel})] : le numéro est celui d’une ligne fixe.",
        "Channel not used[ ({channel})]: the number is that of a fixed line.",
    ),
    "channel.invalid": (
        "Canal écarté[ ({channel})] : l’adresse est fausse, un envoi en est revenu ou y a été refusé.",
        "Channel not used[ ({channel})]: the address is wrong, a message came back or was refused there.",
    ),
    "channel.opted_out": (
        "Canal écarté[ ({channel})] : le débiteur n’en veut pas.",
        "Channel not used[ ({channel})]: the debtor does not want it.",
    ),
    "channel.lre_without_consent": (
        "Canal écarté[ ({channel})] : un particulier n’y est joint qu’avec son accord, et aucun n’est noté.",
        "Channel not used[ ({channel})]: it reaches a consumer only with consent, and none is recorded.",
    ),
    # --- passed over
    "passed.by_hand": ("Étape {step} écartée par une personne.", "Step {step} was skipped by a person."),
    "passed.condition": (
        "Étape {step} passée : sa condition n’est pas remplie.",
        "Step {step} passed over: its condition does not hold.",
    ),
    "passed.max_reminders": (
        "Étape {step} passée : le dossier a reçu tous les rappels que son échelle prévoit.",
        "Step {step} passed over: the case has had all the reminders its ladder allows.",
    ),
    "passed.unanswered": (
        "Étape {step} passée : trop de rappels sont restés sans réponse, le dossier va au dernier rappel amiable.",
        "Step {step} passed over: too many reminders had no answer, the case goes to the last amicable step.",
    ),
    "passed.too_late": (
        "Étape {step} passée : elle précède l’échéance, qui est dépassée.",
        "Step {step} passed over: it comes before the due date, which is past.",
    ),
    "passed.no_contact": (
        "Étape {step} passée : préventive, elle ne vaut pas un autre canal.",
        "Step {step} passed over: being preventive, it is not worth another channel.",
    ),
    "passed.failed": (
        "Étape {step} passée : préventive, elle n’a pas pu partir.",
        "Step {step} passed over: being preventive, it could not leave.",
    ),
    "replanned": (
        "Le calendrier a changé : cette étape ne tient plus.",
        "The calendar changed: this step no longer holds.",
    ),
    # --- ends
    "ended.paid": ("La facture est réglée.", "The invoice is paid."),
    "ended.cancelled": ("La facture est annulée.", "The invoice is cancelled."),
    "ended.written_off": ("La créance est passée en perte.", "The claim is written off."),
    "ended.ladder": (
        "L’échelle est parcourue et s’arrête là.",
        "The ladder is done and ends there.",
    ),
    # --- looking ahead
    "outlook.on_its_way": (
        "Déjà remise à l’envoi ; supposée partir à ce moment.",
        "Already with the delivery; assumed to leave at this moment.",
    ),
    "outlook.reception": (
        "Hypothèse : la lettre recommandée arrive[ {days} jours] après son départ.",
        "Assumed: the registered letter arrives[ {days} days] after it left.",
    ),
}
