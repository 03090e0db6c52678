"""What sort of client a debtor is, and which ladder a case was given."""

_DELAY, _DELAY_EN = "[ ; retard médian : {median} jours].", "[; median delay: {median} days]."

SEGMENTED: dict[str, tuple[str, str]] = {
    # --- segments
    "segment.new": (
        "Nouveau client : aucune facture réglée à ce jour[ ; première facture le {first_on}].",
        "New client: no invoice paid so far[; first invoice on {first_on}].",
    ),
    "segment.loyal": (
        "Client fidèle[ : en relation depuis le {since}][, {late} facture(s) en retard sur {measured}].",
        "Loyal client[: in relation since {since}][, {late} of {measured} invoices late].",
    ),
    "segment.usually_on_time": (
        "Paie d’ordinaire à l’heure[ : {late} facture(s) en retard sur {measured}].",
        "Usually pays on time[: {late} of {measured} invoices late].",
    ),
    "segment.often_late": (
        "Souvent en retard[ : {late} facture(s) sur {measured}][, retard médian de {median} jours].",
        "Often late[: {late} of {measured} invoices][, median delay {median} days].",
    ),
    "segment.bad_payer": (
        "Mauvais payeur[ ; mises en demeure : {formal_notices}][ ; promesses non tenues : {broken_promises}]" + _DELAY,
        "Bad payer[; formal notices: {formal_notices}][; broken promises: {broken_promises}]" + _DELAY_EN,
    ),
    "segment.large_amount": (
        "Montant élevé[ : {amount}, pour un seuil de {least}].",
        "Large amount[: {amount}, the threshold is {least}].",
    ),
    "segment.strategic": (
        "Client stratégique[ : {percent} % du chiffre facturé en douze mois].",
        "Strategic client[: {percent} % of what was invoiced in twelve months].",
    ),
    "segment.strategic_before": (
        "Client stratégique au dernier examen de tous les comptes.",
        "Strategic client when all accounts were last looked at.",
    ),
    "segment.kind": (
        "D’après la nature du débiteur[ : {segment}].",
        "By the kind of the debtor[: {segment}].",
    ),
    "segment.tag": (
        "Le débiteur porte l’étiquette[ « {tag} »].",
        "The debtor is tagged[ “{tag}”].",
    ),
    "segment.by_hand": (
        "Dit par une personne.",
        "Set by hand.",
    ),
    "segment.in_difficulty": (
        "En difficulté[ : {plans} échéancier(s) en cours].",
        "In difficulty[: {plans} instalment plan(s) in force].",
    ),
    "segment.insolvent": (
        "Procédure collective en cours.",
        "A collective procedure is open.",
    ),
    # --- the ladder of a case
    "chosen.invoice": (
        "La facture nomme l’échelle[ {scenario}].",
        "The invoice names ladder[ {scenario}].",
    ),
    "chosen.rule": (
        "L’échelle[ {scenario}] vient de la règle[ « {name} »][, version {version}][ ; segments : {segments}].",
        "Ladder[ {scenario}] comes from rule[ “{name}”][, version {version}][; segments: {segments}].",
    ),
    "chosen.consumer": (
        "Le débiteur est un particulier : ni pénalités commerciales ni indemnité, une échelle plus lente.",
        "The debtor is a consumer: neither commercial penalties nor an indemnity, a slower ladder.",
    ),
    "chosen.public_buyer": (
        "Le débiteur est un acheteur public : ses intérêts courent d’office, une échelle à son rythme.",
        "The debtor is a public buyer: interest runs by itself, a ladder at its pace.",
    ),
    "chosen.creditor": (
        "Le créancier emploie l’échelle[ {scenario}].",
        "The creditor uses ladder[ {scenario}].",
    ),
    "chosen.standard": (
        "Ni la facture, ni une règle, ni le créancier ne nomme d’échelle.",
        "Neither the invoice nor a rule nor the creditor names a ladder.",
    ),
    "unchosen.condition": (
        "La règle[ « {name} »][, version {version},] ne s’applique pas[ : {part}].",
        "Rule[ “{name}”][, version {version},] does not apply[: {part}].",
    ),
    "unchosen.unfit": (
        "La règle[ « {name} »][, version {version},] est écartée : l’échelle[ {scenario}] ne vise pas ce débiteur.",
        "Rule[ “{name}”][, version {version},] is left out: ladder[ {scenario}] is not for this debtor.",
    ),
    "unchosen.less_close": (
        "La règle[ « {name} »][, version {version},] cède à une règle qui nomme la facture ou le débiteur.",
        "Rule[ “{name}”][, version {version},] gives way to one that names the invoice or the debtor.",
    ),
    "unchosen.less_careful": (
        "La règle[ « {name} »][, version {version},] cède à une échelle plus prudente que[ {scenario}].",
        "Rule[ “{name}”][, version {version},] gives way to a ladder more careful than[ {scenario}].",
    ),
    "unchosen.same_ladder": (
        "La règle[ « {name} »][, version {version},] désigne la même échelle[, {scenario}].",
        "Rule[ “{name}”][, version {version},] names the same ladder[, {scenario}].",
    ),
}

#: Parts of the condition of a rule, as people read them.
PARTS: dict[str, tuple[str, str]] = {
    "kinds": ("nature du débiteur", "kind of the debtor"),
    "segments": ("segments", "segments"),
    "without_segments": ("segments exclus", "excluded segments"),
    "tags": ("étiquettes", "tags"),
    "min_amount": ("montant trop faible", "amount too small"),
    "max_amount": ("montant trop élevé", "amount too large"),
    "creditors": ("créancier", "creditor"),
    "debtors": ("débiteur", "debtor"),
    "invoices": ("facture", "invoice"),
}

#: Segments, as people read them.
SEGMENTS: dict[str, tuple[str, str]] = {
    "new": ("nouveau client", "new client"),
    "loyal": ("client fidèle", "loyal client"),
    "usually_on_time": ("d’ordinaire à l’heure", "usually on time"),
    "often_late": ("souvent en retard", "often late"),
    "bad_payer": ("mauvais payeur", "bad payer"),
    "large_amount": ("montant élevé", "large amount"),
    "strategic": ("client stratégique", "strategic client"),
    "large_company": ("grande entreprise", "large company"),
    "small_company": ("petite entreprise", "small company"),
    "micro_entrepreneur": ("micro-entrepreneur", "micro-entrepreneur"),
    "consumer": ("particulier", "consumer"),
    "public_buyer": ("acheteur public", "public buyer"),
    "patient_sector": ("secteur à délais longs", "sector that needs more time"),
    "in_difficulty": ("en difficulté", "in difficulty"),
    "insolvent": ("en procédure collective", "insolvent"),
}
