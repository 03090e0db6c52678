"""What the delivery said: its gates, its outcomes, and what a person resolved."""

DELIVERED: dict[str, tuple[str, str]] = {
    "gate.freshness": (
        "Les données de règlement sont trop anciennes[ (arrêtées au {as_of})] ; rien d’automatique ne part.",
        "Payment data are too old[ (as of {as_of})]; nothing automatic leaves.",
    ),
    "gate.window": (
        "Hors des heures de contact du débiteur[ ; reporté au {until}].",
        "Outside the debtor’s contact hours[; postponed to {until}].",
    ),
    "gate.pressure": (
        "Ce débiteur a été contacté assez souvent[ ; reporté au {until}].",
        "This debtor was contacted often enough[; postponed to {until}].",
    ),
    "gate.already_answered": (
        "Un message a déjà répondu à cette lettre du débiteur.",
        "A message has answered this letter of the debtor already.",
    ),
    "gate.no_longer_wanted": (
        "Au dernier regard, l’étape n’était plus voulue.",
        "At the last look the step was no longer wanted.",
    ),
    "gate.no_contact": (
        "Le débiteur n’a plus d’adresse pour ce canal.",
        "The debtor no longer has an address for this channel.",
    ),
    "gate.provider_hours": (
        "Le prestataire ne laisse rien partir à cette heure[ ; reporté au {until}].",
        "The provider lets nothing out at this hour[; postponed to {until}].",
    ),
    "gate.provider_closed": (
        "Le prestataire attend qu’une personne ouvre l’heure des envois (relance lre open)[ ; revu le {until}].",
        "The provider waits for a person to open the hour (relance lre open)[; looked at again {until}].",
    ),
    "gate.missing_attachment": (
        "Une pièce à joindre manque[ : {document}].",
        "A document to attach is missing[: {document}].",
    ),
    "gate.template": (
        "Le texte n’a pas pu être établi[ : {detail}].",
        "The text could not be written[: {detail}].",
    ),
    "gate.hold": (
        "Tous les envois sont suspendus par une personne.",
        "A person holds all dispatches.",
    ),
    "gate.merged": (
        "Réuni avec un autre envoi du jour à ce débiteur[ ({into})].",
        "Merged with another message to this debtor that day[ ({into})].",
    ),
    "gate.do_not_contact": (
        "Une personne a décidé que rien d’automatique n’est adressé à ce débiteur.",
        "A person decided that nothing automatic goes to this debtor.",
    ),
    "gate.withheld": (
        "Retenu au dernier regard avant l’envoi.",
        "Withheld at the last look before sending.",
    ),
    "delivery.sent": ("Le message est parti[ à {to}].", "The message left[ to {to}]."),
    "delivery.failed": (
        "Le prestataire a refusé le message[ : {detail}].",
        "The provider refused the message[: {detail}].",
    ),
    "delivery.refused": (
        "Le prestataire ne prendra jamais ce message[ : {detail}].",
        "The provider will never take this message[: {detail}].",
    ),
    "delivery.no_outlet": (
        "Aucun prestataire n’est réglé pour ce canal.",
        "No provider is set up for this channel.",
    ),
    "delivery.in_doubt": (
        "La liaison a été perdue au moment de l’envoi : le prestataire l’a peut-être pris.",
        "The connection was lost while sending: the provider may have taken it.",
    ),
    "delivery.address": (
        "L’adresse n’existe pas ou refuse les messages ; elle n’est plus utilisée.",
        "The address does not exist or refuses messages; it is no longer used.",
    ),
    "delivery.retry": (
        "Le prestataire n’était pas joignable ; nouvel essai[ le {until}].",
        "The provider could not be reached; another attempt[ on {until}].",
    ),
    "delivery.lease_expired": (
        "Le processus d’envoi s’est arrêté avant de répondre : le message est peut-être parti.",
        "The sending process stopped before it answered: the message may have left.",
    ),
    "resolved.sent": (
        "Doute levé : le message était parti.",
        "Doubt resolved: the message had left.",
    ),
    "resolved.resend": (
        "Doute levé : le message n’était pas parti ; il est remis à l’envoi.",
        "Doubt resolved: the message had not left; it is handed to the delivery again.",
    ),
    "gate.discarded": (
        "Abandonné par une personne : cette étape ne part pas.",
        "A person gave it up: this step does not leave.",
    ),
    # short codes with which a dispatch is reported
    "discarded": ("Abandonné par une personne.", "Given up by a person."),
    "postponed": ("Reporté par une personne.", "Put off by a person."),
    "address": (
        "L’adresse n’existe pas ou refuse les messages.",
        "The address does not exist or refuses messages.",
    ),
    "retry": ("Nouvel essai demandé.", "Another attempt was ordered."),
}
