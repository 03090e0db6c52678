"""The letters to make: the same for every maker, each with its own number and sum, so that no cache answers twice."""

from datetime import timedelta

from workers.rendering.messages import Rendered, render
from workflows.invoice import Channel
from workflows.letter_examples import TODAY, example, invoice_lines


def letter(number: int, count: int = 1, channel: Channel = Channel.REGISTERED) -> Rendered:
    """A formal notice for `count` invoices, its text written and its PDF not yet made."""
    lines = tuple(
        line.model_copy(
            update={"number": f"F-{number:05d}-{at}", "total": line.total + number, "balance": line.total + number}
        )
        for at, line in enumerate(invoice_lines(count, TODAY - timedelta(days=22)))
    )
    rendered = render(example("second_reminder_firm", channel=channel, lines=lines))
    assert rendered.nodes
    return rendered
