"""Every command of `relance`: where it is, and what it does in one line, so that help needs no import.

To add a command, write it in a module of its own in this folder and give it a line here.
"""

from typing import Final, NamedTuple


class Entry(NamedTuple):
    """Where a command is, and its line in the list of commands.

    Attributes:
        target: `module:attribute` of a click command, imported when the command is used.
    """

    target: str
    fr: str
    en: str


#: In the order of the list: the everyday ones first.
COMMANDS: Final[dict[str, Entry]] = {
    "demo": Entry(
        "workers.cli.demo:demo",
        "Montre tout à l’œuvre : 90 jours de relances en quelques secondes.",
        "Show all of it at work: 90 days of reminders in seconds.",
    ),
    "import": Entry(
        "workers.cli.import_command:import_command",
        "Importe un fichier CSV de factures ou de règlements.",
        "Import a CSV file of invoices or of payments.",
    ),
    "events": Entry(
        "workers.cli.events_commands:events",
        "Publie, vérifie, décrit des événements ; montre ceux qui attendent ou sont refusés.",
        "Publish, check and describe events; show those that wait or were refused.",
    ),
    "init": Entry(
        "workers.cli.init_command:init",
        "Prépare la base : schéma, créanciers, scénarios.",
        "Prepare the ledger: schema, creditors, scenarios.",
    ),
    "up": Entry(
        "workers.cli.up_command:up",
        "Lance tout sur cette machine, et relance ce qui tombe.",
        "Run everything on this machine, and restart what dies.",
    ),
    "status": Entry(
        "workers.cli.status_command:status",
        "Dit si tout va bien.",
        "Tell whether all is well.",
    ),
    "stop": Entry(
        "workers.cli.stop_command:stop",
        "Arrête les serveurs embarqués.",
        "Stop the embedded servers.",
    ),
    "worker": Entry(
        "workers.cli.worker_command:worker",
        "Traite les files d’attente.",
        "Work on the queues.",
    ),
    "relay": Entry(
        "workers.cli.relay_command:relay",
        "Répète ce qui n’a pas été confié aux files, retrouve ce qui s’est perdu.",
        "Repeat what was not handed to the queues, find what was lost.",
    ),
    "web": Entry(
        "workers.cli.web_command:web",
        "Répond sur HTTP : /healthz, et les appels des prestataires.",
        "Answer over HTTP: /healthz, and the calls of providers.",
    ),
    "scenarios": Entry(
        "workers.cli.scenarios_commands:scenarios",
        "Liste, décrit et vérifie les échelles de relance.",
        "List, describe and check the ladders of reminders.",
    ),
    "simulate": Entry(
        "workers.cli.simulate_command:simulate",
        "Date une échelle pour une facture imaginaire.",
        "Date a ladder for an imagined invoice.",
    ),
    "interest": Entry(
        "workers.cli.interest_command:interest",
        "Calcule les intérêts de retard, l’indemnité et ce qui reste dû d’une facture.",
        "Compute late-payment interest, the indemnity and what is left of an invoice.",
    ),
    "rates": Entry(
        "workers.cli.rates_commands:rates",
        "Liste, vérifie et complète les taux de retard.",
        "List, check and add the rates for late payment.",
    ),
    "segments": Entry(
        "workers.cli.segments_commands:segments",
        "Dit quelle sorte de client est chaque débiteur, et pourquoi.",
        "Tell what sort of client each debtor is, and why.",
    ),
    "letters": Entry(
        "workers.cli.letters_commands:letters",
        "Montre, vérifie et liste les lettres, par canal et par langue.",
        "Show, check and list the letters, by channel and language.",
    ),
    "rehearse": Entry(
        "workers.cli.rehearse_command:rehearse",
        "Dit ce qui partirait, à qui et pourquoi ; n’écrit rien.",
        "Tell what would be sent to whom and why; write nothing.",
    ),
    "plan": Entry(
        "workers.cli.plan_commands:plan",
        "Échéanciers : demande, proposition, accord, fin, suivi.",
        "Instalment plans: wish, offer, agreement, end, follow-up.",
    ),
    "offer": Entry(
        "workers.cli.dealing_commands:offer",
        "Propose un escompte pour un règlement avant un jour.",
        "Offer a discount for payment by a day.",
    ),
    "contact": Entry(
        "workers.cli.contact_commands:contact",
        "Dit par quels canaux un débiteur peut être joint ; note ce qu’il en dit.",
        "Tell by which channels a debtor may be reached; note what he says about them.",
    ),
    "dispute": Entry(
        "workers.cli.dispute_commands:dispute",
        "Ouvre, suit, répond et tranche les litiges.",
        "Open, follow, answer and resolve disputes.",
    ),
    "promise": Entry(
        "workers.cli.promise_commands:promise",
        "Note les promesses de paiement, et dit si elles sont tenues.",
        "Note promises to pay, and tell whether they are kept.",
    ),
    "pause": Entry(
        "workers.cli.pause_commands:pause",
        "Met une facture ou un débiteur en pause, jusqu’à un jour.",
        "Pause an invoice or a debtor, until a day.",
    ),
    "resume": Entry("workers.cli.pause_commands:resume", "Met fin à une pause.", "End a pause."),
    "call": Entry(
        "workers.cli.call_commands:call",
        "Appels : le prochain, ce qu’il en est sorti, la liste.",
        "Calls: the next one, what came of it, the list.",
    ),
    "handover": Entry(
        "workers.cli.dealing_commands:handover",
        "Note que le dossier est transmis.",
        "Note that the file was handed over.",
    ),
    "cases": Entry("workers.cli.cases_command:cases", "Liste les dossiers.", "List cases."),
    "case": Entry(
        "workers.cli.case_command:case",
        "Montre un dossier et tout ce qui lui est arrivé.",
        "Show one case and all that happened to it.",
    ),
    "explain": Entry(
        "workers.cli.explain_command:explain",
        "Dit pourquoi, ce qui vient ensuite, et ce qui l’annulerait.",
        "Tell why, what comes next, and what would cancel it.",
    ),
    "dossier": Entry(
        "workers.cli.dossier_command:dossier",
        "Écrit le dossier scellé d’une facture ou d’un débiteur, vérifiable sans ce programme.",
        "Write the sealed file of an invoice or a debtor, verifiable without this program.",
    ),
    "tasks": Entry(
        "workers.cli.tasks_command:tasks",
        "Liste ce que les personnes ont à faire.",
        "List what people have to do.",
    ),
    "replies": Entry(
        "workers.cli.replies_commands:replies",
        "Montre ce que les débiteurs ont répondu, et ce que cela semble dire.",
        "Show what debtors wrote back, and what it seems to say.",
    ),
    "mailbox": Entry(
        "workers.cli.mailbox_commands:mailbox",
        "Relève la boîte où les débiteurs écrivent.",
        "Read the mailbox that debtors write to.",
    ),
    "team": Entry(
        "workers.cli.team_commands:team",
        "Prévient votre équipe de ce qui demande une personne : Slack, Teams, e-mail.",
        "Tell your own team what needs a person: Slack, Teams, e-mail.",
    ),
    "hooks": Entry(
        "workers.cli.hooks_commands:hooks",
        "Montre ce que les prestataires signalent, et ce qui n’a trouvé personne.",
        "Show what providers call back about, and what fits nobody.",
    ),
    "queues": Entry(
        "workers.cli.queues_command:queues",
        "Montre les files ; réessaie, reporte, abandonne, tranche.",
        "Show the queues; retry, postpone, discard, resolve.",
    ),
    "post": Entry(
        "workers.cli.post_commands:post",
        "Imprime les courriers par lots, note leur dépôt et leurs numéros de suivi.",
        "Print letters in batches, note their posting and tracking numbers.",
    ),
    "lre": Entry(
        "workers.cli.lre_commands:lre",
        "Ouvre l’heure pendant laquelle les recommandés électroniques peuvent partir.",
        "Open the hour in which electronic registered letters may leave.",
    ),
    "channels": Entry(
        "workers.cli.channels_command:channels",
        "Dit ce qui porte chaque canal, ce qu’il sait faire et comment il va.",
        "Tell what carries each channel, what it can do and how it fares.",
    ),
    "hold": Entry(
        "workers.cli.hold_commands:hold",
        "Suspend tout : rien ne part.",
        "Hold everything: nothing leaves.",
    ),
    "release": Entry(
        "workers.cli.hold_commands:release",
        "Laisse repartir ce qui était suspendu.",
        "Let leave what was held.",
    ),
    "ledger": Entry(
        "workers.cli.ledger_commands:ledger",
        "Vérifie le registre : chaînes, messages, sommes, échéances.",
        "Check the ledger: chains, messages, sums, wake-ups.",
    ),
    "retention": Entry(
        "workers.cli.retention_commands:retention",
        "Anonymise ce dont la durée de conservation est échue.",
        "Anonymise what has been kept for its time.",
    ),
    "person": Entry(
        "workers.cli.person_commands:person",
        "Répond à une personne qui demande ses données, ou leur effacement.",
        "Answer a person who asks for their data, or that it be erased.",
    ),
    "workers": Entry(
        "workers.cli.workers_command:workers", "Liste les processus vivants.", "List the living processes."
    ),
    "doctor": Entry(
        "workers.cli.doctor_command:doctor",
        "Examine tout ce qui peut mal tourner.",
        "Examine all that can go wrong.",
    ),
}
