"""Why a debtor may not do something by himself on the portal; it says what he can do instead."""

SELF_SERVICE: dict[str, tuple[str, str]] = {
    "self_service.past": (
        "Ce jour[, le {date},] est déjà passé ; choisissez un jour à venir.",
        "That day[, {date},] is already past; choose a day ahead.",
    ),
    "self_service.too_far": (
        "Ce jour[, le {date},] est trop lointain ; choisissez-en un autre[, jusqu’au {last_day}], ou appelez-nous.",
        "That day[, {date},] is too far ahead; choose another[, up to {last_day}], or call us.",
    ),
    "self_service.amount": (
        "Ce montant[, {amount},] ne convient pas[ : il reste {owed} à régler].",
        "That amount[, {amount},] does not fit[: {owed} is left to be paid].",
    ),
    "self_service.postponements": (
        "Vous avez déjà annoncé une date pour cette facture[, {made} fois] ; appelez-nous pour en fixer une autre.",
        "You have already named a day for this invoice[, {made} times]; call us to agree on another one.",
    ),
    "self_service.count": (
        "Ce nombre d’échéances[ ({count})] ne peut être demandé ici[ : de {least} à {most}] ; sinon, appelez-nous.",
        "That number of instalments[ ({count})] cannot be asked for here[: from {least} to {most}]; else call us.",
    ),
    "self_service.balance": (
        "Un échéancier ne peut être demandé ici pour ce solde[, {owed}] ; appelez-nous.",
        "A plan cannot be asked for here for this balance[, {owed}]; call us.",
    ),
    "self_service.plan_known": (
        "Un échéancier est déjà en cours ou demandé pour cette facture.",
        "A plan is already in force or asked for on this invoice.",
    ),
    "self_service.nothing_asked": (
        "Rien n’est demandé sur cette facture en ce moment ; pour toute question, appelez-nous.",
        "Nothing is asked for on this invoice at present; if you have a question, call us.",
    ),
    "self_service.formal_notice": (
        "Une mise en demeure a été envoyée pour cette facture ; appelez-nous pour convenir d’un règlement.",
        "A formal notice was sent for this invoice; call us to agree on a payment.",
    ),
}
