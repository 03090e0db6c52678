"""`relance events`: publish, check and describe events; look after those that did not go in."""

from workers.cli.bilingual import group
from workers.cli.events_contract import schema, validate
from workers.cli.events_inbox import list_events, retry, show
from workers.cli.events_publish import publish


@group(
    "events",
    fr="Publie, vérifie, décrit des événements ; montre ceux qui attendent ou sont refusés.",
    en="Publish, check and describe events; show those that wait or were refused.",
)
def events() -> None:
    """Have commands of its own."""


for each in (publish, validate, schema, list_events, show, retry):
    events.add_command(each)
