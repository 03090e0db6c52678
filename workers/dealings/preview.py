"""The letter that an act would send, as it would be written now; nothing is sent or kept."""

from dataclasses import dataclass

from workers.dealings.acts import Told
from workers.delivery.letters import Order, write
from workers.ledger import store
from workers.ledger.book import Held
from workers.ledger.queries.cases import find_case
from workers.rates_file import rates_of
from workers.wiring import System
from workflows.case import Case, SideLetter
from workflows.invoice import Channel, Debtor
from workflows.machine.occasions import Occasion, occasions
from workflows.side_letters import SIDE_LETTERS

_KEY = "preview"


@dataclass(frozen=True, slots=True)
class Preview:
    """One letter: its subject and its text."""

    template: str
    channel: Channel
    subject: str
    text: str


def previews(system: System, told: Told) -> list[Preview]:
    """The letters that `told` calls for, in the order of its decisions; none where no address takes them."""
    found: list[Preview] = []
    cases = {decision.case.case_id: decision.case for decision in told.decisions}
    moments = {event.at for event in told.events}
    for case in cases.values():
        with system.ledger.connect() as connection:
            file = find_case(connection, case.case_id)
            scenario = system.engine.scenario(connection, case.scenario)
        if file is None:
            continue
        due = [item for item in occasions(case, scenario, file.debtor) if item.since in moments]
        found += [letter for item in due if (letter := _written(system, case, file.debtor, item)) is not None]
    return found


def _written(system: System, case: Case, debtor: Debtor, occasion: Occasion) -> Preview | None:
    wishes = (Channel.EMAIL, Channel.LETTER) if occasion.channel is None else (occasion.channel,)
    channel = next((item for item in wishes if debtor.contact_for(item)), None)
    with system.ledger.connect() as connection:
        creditor = store.creditor(connection, case.invoice.creditor_ref)
        scenario = system.engine.scenario(connection, case.scenario)
    if channel is None or creditor is None:
        return None
    kind = SIDE_LETTERS[occasion.template]
    days = None if occasion.deadline_on is not None else kind.days
    record = SideLetter(
        key=_KEY, template=occasion.template, occasion=occasion.of, channel=channel, tone=kind.tone, state="wanted",
        at=case.as_of, by_hand=occasion.by_hand, deadline_on=occasion.deadline_on, deadline_days=days,
    )  # fmt: skip
    held = Held(case.model_copy(update={"letters": (*case.letters, record)}), "", debtor)
    order = Order(
        key=_KEY, step=None, template=occasion.template, tone=kind.tone, deadline_days=days, from_reception=False,
        held=held, scenario=scenario,
    )  # fmt: skip
    letter = write(
        [order], creditor, channel, now=system.clock.now(), catalogue=system.catalogue.of(creditor.ref),
        rates=rates_of(system.settings),
    )  # fmt: skip
    return Preview(occasion.template, channel, letter.message.subject, letter.message.text)
