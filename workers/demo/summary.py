"""What a demonstration says at its end: what left, what did not and why, where everything lies, what to try."""

from collections import Counter
from collections.abc import Iterator, Sequence

from workers.cli.invocation import Invocation
from workers.cli.registry import COMMANDS
from workers.cli.tables import Column, show_table
from workers.cli.words import task_text
from workers.demo import words
from workers.demo.outcome import Outcome
from workers.demo.place import Place
from workers.demo.screen import when, when_day
from workers.demo.timeline import Stopped
from workflows.effects import Reason
from workflows.reasons import say


def show_summary(invocation: Invocation, found: Outcome, place: Place, *, days: int, keep: bool) -> None:
    """Print all of it to standard output."""
    language = invocation.language
    invocation.show("")
    invocation.show(
        invocation.say(
            f"{days} jours, {len(found.cases)} factures, {len(found.messages)} messages, en {found.duration_s:.0f} s.",
            f"{days} days, {len(found.cases)} invoices, {len(found.messages)} messages, in {found.duration_s:.0f} s.",
        )
    )
    _show_sent(invocation, found)
    _show_heard(invocation, found)
    _show_posted(invocation, found)
    _show_dealings(invocation, found)
    _show_stopped(invocation, found.withheld, ("Retenu, et pourquoi", "Withheld, and why"))
    _show_stopped(invocation, found.postponed, ("Reporté par un contrôle", "Put off by a gate"))
    stages = Counter(found.cases.values())
    said = " · ".join(f"{words.named(words.STAGES, stage, language)} {n}" for stage, n in stages.most_common())
    invocation.show(invocation.say(f"Les factures : {said}", f"The invoices: {said}"))
    _show_tasks(invocation, found)
    for line in _where(invocation, found, place, keep=keep):
        invocation.show(line)


def _show_sent(invocation: Invocation, found: Outcome) -> None:
    counts = found.count()
    channels = [channel for channel in words.CHANNELS if any(key[0] == channel for key in counts)]
    letters = [letter for letter in words.LETTERS if any(key[1] == letter for key in counts)]
    columns = [Column("ENVOYÉ", "SENT"), *(Column(*_upper(words.CHANNELS[each]), "right") for each in channels)]
    rows = [
        [
            words.named(words.LETTERS, letter, invocation.language),
            *(str(counts[channel, letter]) if counts[channel, letter] else "–" for channel in channels),
        ]
        for letter in letters
    ]
    show_table(invocation, columns, rows)


def _upper(pair: words.Words) -> words.Words:
    return pair[0].upper(), pair[1].upper()


def _show_heard(invocation: Invocation, found: Outcome) -> None:
    """How many of each came in."""
    counts = Counter(each.what for each in found.heard)
    said = " · ".join(
        f"{words.pick(one_or_more[counts[what] > 1], invocation.language)} {counts[what]}"
        for what, one_or_more in words.HEARD.items()
        if counts[what]
    )
    if said:
        invocation.show(invocation.say(f"Entendu : {said}", f"Heard: {said}"))


def _show_posted(invocation: Invocation, found: Outcome) -> None:
    """The letters that bear a number, with the last news of each."""
    language = invocation.language
    tracked = [each for each in found.posted if each.tracking_no]
    if not found.posted:
        return
    invocation.show(
        invocation.say(
            f"À la poste : {len(found.posted)} lettres, dont {len(tracked)} recommandées et suivies",
            f"Posted: {len(found.posted)} letters, of which {len(tracked)} registered and tracked",
        )
    )
    for each in tracked:
        state = words.named(words.POST_STATES, each.state or "deposited", language)
        day = when_day(each.posted_on, language).rjust(16)
        invocation.show(f"{day}  {', '.join(each.invoice_numbers):<13} {each.tracking_no}  {state}")
    invocation.show("")


def _show_dealings(invocation: Invocation, found: Outcome) -> None:
    """Every promise, dispute and plan, with what came of it."""
    language = invocation.language
    if not found.dealings:
        return
    invocation.show(invocation.say("Promis, contesté, convenu :", "Promised, contested, agreed:"))
    for each in found.dealings:
        what = words.named(words.DEALINGS, each.what, language)
        outcome = words.named(words.OUTCOMES, each.outcome, language)
        invocation.show(f"{'':16}  {each.invoice_number:<13} {what:<24} {outcome}")
    invocation.show("")


def _show_stopped(invocation: Invocation, stopped: Sequence[Stopped], title: words.Words) -> None:
    if not stopped:
        return
    invocation.show(words.told(words.pick(title, invocation.language), "", invocation.language).rstrip())
    for each in stopped:
        why = say(Reason(rule=each.reason), invocation.language)
        moment = when(each.at, invocation.language).rjust(16)
        letter = words.named(words.LETTERS, each.template, invocation.language)
        invocation.show(f"{moment}  {each.invoice_number:<13} {letter:<25} {why}")
    invocation.show("")


def _show_tasks(invocation: Invocation, found: Outcome) -> None:
    language = invocation.language
    still = [each for each in found.tasks if each.is_open]
    invocation.show(
        invocation.say(
            f"Demandé à une personne : {len(found.tasks)}, dont {len(still)} encore à faire",
            f"Asked of a person: {len(found.tasks)}, of which {len(still)} still to do",
        )
    )
    for each in still:
        task = task_text(each.kind, language)
        invocation.show(f"{when(each.asked_at, language).rjust(16)}  {each.subject:<13} {task}")
    invocation.show("")


def _where(invocation: Invocation, found: Outcome, place: Place, *, keep: bool) -> Iterator[str]:
    others = sorted({each.channel for each in found.messages} - {"email"})
    places = [
        ("e-mails envoyés (.eml)", "e-mails sent (.eml)", str(place.mails)),
        ("e-mails reçus (.eml)", "e-mails received (.eml)", str(place.letters_in)),
        *((*words.CHANNELS[channel], str(place.of_channel(channel))) for channel in others),
        ("lots imprimés", "printed batches", str(place.batches)),
        ("fichiers importés et rejets", "files imported, and rejects", str(place.inputs)),
        ("journaux des processus", "logs of the processes", str(place.logs)),
    ]
    for fr, en, path in places:
        yield f"{invocation.say(fr, en):<28} {path}"
    if keep:
        yield invocation.say(
            f"Les serveurs embarqués tournent encore ; relance --data {place.root} stop les arrête.",
            f"The embedded servers go on; relance --data {place.root} stop ends them.",
        )
    tries = list(_tries(found, place))
    if tries:
        yield ""
        yield invocation.say("À essayer :", "To try:")
        yield from (f"  {each}" for each in tries)


def _tries(found: Outcome, place: Place) -> Iterator[str]:
    """Commands that exist in this version, on an invoice that something was withheld for."""
    number = found.withheld[0].invoice_number if found.withheld else next(iter(found.cases), "")
    relance = f"relance --config {place.config}"
    for name in ("cases", "case", "explain", "dossier"):
        if name in COMMANDS:
            yield f"{relance} {name}" if name == "cases" else f"{relance} {name} {number}"
    if any(each.what == "reply" for each in found.heard):
        yield f"{relance} replies list --all"
    if found.posted:
        yield f"{relance} post list"
    yield "relance demo --json"
