"""Every command of `relance`: where it is, and what it does in one line, so that help needs no import.

To add a command, write it in a module of its own in this folder and give it a line here, under the heading where its
users look for it. The line fits a terminal of eighty columns.
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


class Heading(NamedTuple):
    """A part of the list of commands, for one sort of work."""

    fr: str
    en: str
    commands: dict[str, Entry]


#: In the order of the list: what clerks do first, what operators do last.
HEADINGS: Final[tuple[Heading, ...]] = (
    Heading(
        "Chaque jour",
        "Every day",
        {
            "status": Entry("workers.cli.status_command:status", "Dit si tout va bien.", "Tell whether all is well."),
            "tasks": Entry(
                "workers.cli.tasks_command:tasks",
                "Liste ce que les personnes ont à faire.",
                "List what people have to do.",
            ),
            "cases": Entry("workers.cli.cases_command:cases", "Liste les dossiers.", "List cases."),
            "case": Entry(
                "workers.cli.case_command:case",
                "Montre un dossier et tout ce qui lui est arrivé.",
                "Show one case and all that happened to it.",
            ),
            "explain": Entry(
                "workers.cli.explain_command:explain",
                "Dit pourquoi, et ce qui vient ensuite.",
                "Tell why, and what comes next.",
            ),
            "replies": Entry(
                "workers.cli.replies_commands:replies",
                "Montre ce que les débiteurs ont répondu ; répond.",
                "Show what debtors wrote back; answer it.",
            ),
            "call": Entry(
                "workers.cli.call_commands:call",
                "Appels : le prochain, ce qu’il en est sorti.",
                "Calls: the next one, what came of it.",
            ),
            "post": Entry(
                "workers.cli.post_commands:post",
                "Imprime les courriers par lots, note leur dépôt.",
                "Print letters in batches, note their posting.",
            ),
        },
    ),
    Heading(
        "Avec un débiteur",
        "With a debtor",
        {
            "dispute": Entry(
                "workers.cli.dispute_commands:dispute",
                "Ouvre, suit, répond et tranche les litiges.",
                "Open, follow, answer and resolve disputes.",
            ),
            "promise": Entry(
                "workers.cli.promise_commands:promise",
                "Note et suit les promesses de paiement.",
                "Note promises to pay, and follow them.",
            ),
            "plan": Entry(
                "workers.cli.plan_commands:plan",
                "Échéanciers : de la demande au dernier versement.",
                "Instalment plans, from the wish to the last one.",
            ),
            "offer": Entry(
                "workers.cli.dealing_commands:offer",
                "Propose un escompte pour un règlement avant un jour.",
                "Offer a discount for payment by a day.",
            ),
            "pause": Entry(
                "workers.cli.pause_commands:pause",
                "Met une facture ou un débiteur en pause, jusqu’à un jour.",
                "Pause an invoice or a debtor, until a day.",
            ),
            "resume": Entry("workers.cli.pause_commands:resume", "Met fin à une pause.", "End a pause."),
            "contact": Entry(
                "workers.cli.contact_commands:contact",
                "Dit par où joindre un débiteur ; note ses refus.",
                "Tell how a debtor is reached; note what he refuses.",
            ),
            "handover": Entry(
                "workers.cli.dealing_commands:handover",
                "Note que le dossier est transmis.",
                "Note that the file was handed over.",
            ),
        },
    ),
    Heading(
        "Lettres, échelles et calculs",
        "Letters, ladders and figures",
        {
            "rehearse": Entry(
                "workers.cli.rehearse_command:rehearse",
                "Dit ce qui partirait, à qui et pourquoi ; n’écrit rien.",
                "Tell what would be sent to whom and why; write nothing.",
            ),
            "simulate": Entry(
                "workers.cli.simulate_command:simulate",
                "Date une échelle pour une facture imaginaire.",
                "Date a ladder for an imagined invoice.",
            ),
            "scenarios": Entry(
                "workers.cli.scenarios_commands:scenarios",
                "Liste, décrit et vérifie les échelles de relance.",
                "List, describe and check the ladders of reminders.",
            ),
            "segments": Entry(
                "workers.cli.segments_commands:segments",
                "Dit quelle sorte de client est chaque débiteur.",
                "Tell what sort of client each debtor is.",
            ),
            "letters": Entry(
                "workers.cli.letters_commands:letters",
                "Montre, vérifie et liste les lettres.",
                "Show, check and list the letters.",
            ),
            "interest": Entry(
                "workers.cli.interest_command:interest",
                "Calcule les intérêts, l’indemnité et le reste dû.",
                "Compute interest, the indemnity and what is left.",
            ),
            "rates": Entry(
                "workers.cli.rates_commands:rates",
                "Liste, vérifie et complète les taux de retard.",
                "List, check and add the rates for late payment.",
            ),
        },
    ),
    Heading(
        "Preuves et données personnelles",
        "Proofs and personal data",
        {
            "dossier": Entry(
                "workers.cli.dossier_command:dossier",
                "Écrit le dossier scellé d’une facture ou d’un débiteur.",
                "Write the sealed file of an invoice or a debtor.",
            ),
            "ledger": Entry(
                "workers.cli.ledger_commands:ledger",
                "Vérifie le registre : chaînes, messages, sommes.",
                "Check the ledger: chains, messages, sums.",
            ),
            "person": Entry(
                "workers.cli.person_commands:person",
                "Répond à qui demande ses données, ou leur effacement.",
                "Answer who asks for their data, or its erasure.",
            ),
            "retention": Entry(
                "workers.cli.retention_commands:retention",
                "Anonymise ce dont la conservation est échue.",
                "Anonymise what has been kept for its time.",
            ),
        },
    ),
    Heading(
        "Mise en route et données",
        "Setting up and data",
        {
            "demo": Entry(
                "workers.cli.demo:demo",
                "Montre tout à l’œuvre : 90 jours en quelques secondes.",
                "Show all of it at work: 90 days in seconds.",
            ),
            "init": Entry(
                "workers.cli.init_command:init",
                "Prépare la base : schéma, créanciers, scénarios.",
                "Prepare the ledger: schema, creditors, scenarios.",
            ),
            "import": Entry(
                "workers.cli.import_command:import_command",
                "Importe des factures ou des règlements, en CSV.",
                "Import invoices or payments, as CSV.",
            ),
            "events": Entry(
                "workers.cli.events_commands:events",
                "Publie, vérifie et montre les événements.",
                "Publish, check and show events.",
            ),
        },
    ),
    Heading(
        "Exploitation",
        "Operations",
        {
            "up": Entry(
                "workers.cli.up_command:up",
                "Lance tout sur cette machine, et relance ce qui tombe.",
                "Run everything on this machine, and restart what dies.",
            ),
            "stop": Entry(
                "workers.cli.stop_command:stop", "Arrête les serveurs embarqués.", "Stop the embedded servers."
            ),
            "doctor": Entry(
                "workers.cli.doctor_command:doctor",
                "Examine tout ce qui peut mal tourner.",
                "Examine all that can go wrong.",
            ),
            "hold": Entry(
                "workers.cli.hold_commands:hold", "Suspend tout : rien ne part.", "Hold everything: nothing leaves."
            ),
            "release": Entry(
                "workers.cli.hold_commands:release",
                "Laisse repartir ce qui était suspendu.",
                "Let leave what was held.",
            ),
            "queues": Entry(
                "workers.cli.queues_command:queues",
                "Montre les files ; réessaie, reporte, tranche.",
                "Show the queues; retry, postpone, resolve.",
            ),
            "workers": Entry(
                "workers.cli.workers_command:workers", "Liste les processus vivants.", "List the living processes."
            ),
            "worker": Entry("workers.cli.worker_command:worker", "Traite les files d’attente.", "Work on the queues."),
            "relay": Entry(
                "workers.cli.relay_command:relay",
                "Répète et retrouve ce qui s’est perdu en chemin.",
                "Repeat and find what was lost on its way.",
            ),
            "web": Entry(
                "workers.cli.web_command:web",
                "Répond sur HTTP : /healthz, et les appels des prestataires.",
                "Answer over HTTP: /healthz, and the calls of providers.",
            ),
        },
    ),
    Heading(
        "Canaux et prestataires",
        "Channels and providers",
        {
            "channels": Entry(
                "workers.cli.channels_command:channels",
                "Dit ce qui porte chaque canal, et comment il va.",
                "Tell what carries each channel, and how it fares.",
            ),
            "mailbox": Entry(
                "workers.cli.mailbox_commands:mailbox",
                "Relève la boîte où les débiteurs écrivent.",
                "Read the mailbox that debtors write to.",
            ),
            "hooks": Entry(
                "workers.cli.hooks_commands:hooks",
                "Montre ce que les prestataires ont signalé.",
                "Show what providers called back about.",
            ),
            "lre": Entry(
                "workers.cli.lre_commands:lre",
                "Ouvre l’heure des recommandés électroniques.",
                "Open the hour of electronic registered letters.",
            ),
            "team": Entry(
                "workers.cli.team_commands:team",
                "Prévient votre équipe : Slack, Teams, e-mail.",
                "Tell your own team: Slack, Teams, e-mail.",
            ),
        },
    ),
)

#: Every command by its name, in the order of the list.
COMMANDS: Final[dict[str, Entry]] = {name: entry for heading in HEADINGS for name, entry in heading.commands.items()}
