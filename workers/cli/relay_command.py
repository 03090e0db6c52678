"""`relance relay`: the process that repeats what was not handed over, and finds what was lost."""

from dataclasses import asdict

from workers.cli.bilingual import command, json_option, option
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.options import with_parent_option
from workers.cli.tables import Column, show_json, show_table

#: What one sweep counts, in words.
_WORDS = {
    "armed": ("échéances confiées", "wake-ups handed over"),
    "published": ("envois confiés", "dispatches handed over"),
    "rung_again": ("échéances retrouvées", "wake-ups found again"),
    "sent_again": ("envois retrouvés", "dispatches found again"),
    "leases_expired": ("envois laissés par un worker muet", "sends left by a silent worker"),
    "rebuilt": ("échéances reconstruites", "wake-ups rebuilt"),
    "reviewed": ("créances proches de la prescription", "claims near their limitation"),
    "hook_calls": ("appels de prestataires à relire", "calls of providers to be read again"),
    "looked_up": ("envois incertains à vérifier", "sends in doubt to be looked up"),
}


@command(
    "relay",
    fr="Répète ce qui n’a pas été confié aux files et retrouve ce qui s’est perdu.",
    en="Repeat what was not handed to the queues, and find what was lost.",
)
@option(
    "--once", is_flag=True, fr="Regarde une fois, dit ce qui a été trouvé, et finit.", en="Look once, tell, and end."
)
@json_option
@with_parent_option
@pass_invocation
def relay(invocation: Invocation, once: bool, as_json: bool, with_parent: bool) -> None:
    """Run one relay, or look once."""
    if not once:
        from workers.cli.running import opened  # noqa: PLC0415 - help must not pay for it
        from workers.processes import run_relay  # noqa: PLC0415

        with opened(invocation, with_parent=with_parent) as (system, stopping):
            run_relay(system, until=stopping)
        return
    found = asdict(invocation.system.relay.sweep())
    if as_json:
        show_json(invocation, "relay", found)
        return
    rows = [[invocation.say(*_WORDS[name]), str(count)] for name, count in found.items()]
    show_table(invocation, [Column("TROUVÉ", "FOUND"), Column("NOMBRE", "COUNT", "right")], rows)
