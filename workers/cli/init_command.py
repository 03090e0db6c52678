"""`relance init`: the ledger brought up to date, the creditors and the scenarios published."""

from workers.cli.bilingual import command, json_option
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.tables import show_json


@command(
    "init",
    fr="Prépare la base : schéma, créanciers des réglages, scénarios. Peut être répété sans crainte.",
    en="Prepare the ledger: schema, creditors of the settings, scenarios. May be repeated safely.",
)
@json_option
@pass_invocation
def init(invocation: Invocation, as_json: bool) -> None:
    """Bring the ledger up to date and publish what the settings declare."""
    import sqlalchemy as sa  # noqa: PLC0415 - help must not pay for it

    from workers.ledger import database, schema, store  # noqa: PLC0415

    system = invocation.system
    at, _wanted = database.revision_of(system.ledger.url.render_as_string(hide_password=False))
    with system.ledger.connect() as connection:
        creditors = list(store.creditor_refs(connection))
        known = sa.select(schema.scenarios.c.name, schema.scenarios.c.version)
        scenarios = [f"{name}@{version}" for name, version in connection.execute(known.order_by("name", "version"))]
    system.broker.check_server()
    if as_json:
        show_json(invocation, "init", {"revision": at, "creditors": creditors, "scenarios": scenarios})
        return
    names = ", ".join(creditors) or invocation.say("aucun", "none")
    invocation.show(invocation.say(f"schéma      {at}", f"schema      {at}"))
    invocation.show(invocation.say(f"créanciers  {names}", f"creditors   {names}"))
    invocation.show(invocation.say(f"scénarios   {', '.join(scenarios)}", f"scenarios   {', '.join(scenarios)}"))
    if not creditors:
        invocation.tell(
            "aucun créancier : déclarez au moins une table [[creditors]] dans relance.toml, puis recommencez",
            "no creditor: declare at least one [[creditors]] table in relance.toml, then run this again",
        )
