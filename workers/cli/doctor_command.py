"""`relance doctor`: all that can go wrong, looked at one by one."""

from dataclasses import asdict

from workers.cli.bilingual import command, json_option, option
from workers.cli.exit_codes import ExitCode
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.tables import Column, show_json, show_table

_MARKS = {"ok": "✓", "warning": "!", "failure": "✗"}


@command(
    "doctor",
    fr="Examine tout ce qui peut mal tourner ; code 1 si quelque chose empêche de travailler.",
    en="Examine all that can go wrong; exit code 1 when something keeps the program from working.",
)
@option("--fix", is_flag=True, fr="Répare ce qui se répare sans risque.", en="Mend what can be mended without risk.")
@json_option
@pass_invocation
def doctor(invocation: Invocation, *, fix: bool, as_json: bool) -> ExitCode:
    """Look at everything."""
    from workers.operations.doctor import examine, mend  # noqa: PLC0415 - help must not pay for it

    done = mend(invocation.system) if fix else []
    found = examine(invocation.system)
    if as_json:
        show_json(invocation, "doctor", {"findings": [asdict(each) for each in found], "mended": done})
    else:
        rows = [[_MARKS[each.level], each.name, invocation.say(each.fr, each.en)] for each in found]
        show_table(invocation, [Column("", ""), Column("QUOI", "WHAT"), Column("CONSTAT", "FINDING")], rows)
        if done:
            invocation.tell(f"réparé : {', '.join(done)}", f"mended: {', '.join(done)}")
        elif any(each.can_be_mended for each in found):
            invocation.tell("relance doctor --fix en répare une partie", "relance doctor --fix mends some of it")
    return ExitCode.FAILURE if any(each.level == "failure" for each in found) else ExitCode.OK
