"""A rehearsal as people and programs read it: figures first, then the list, then what would not leave and why."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from workers.cli.exit_codes import ExitCode
from workers.cli.invocation import Invocation
from workers.cli.options import PARIS
from workers.cli.rehearsal_csv import changes_csv, messages_csv
from workers.cli.rehearsal_words import asked_json, guard_text, hour_text, planned_json, weekday_text, why_text
from workers.cli.sms_figures import expected, expected_json, expected_text
from workers.cli.tables import Column, money_text, show_json, show_table
from workers.cli.words import day_text, moment_text, rule_text, task_text
from workflows.rehearsal import Planned, Stuck, Told
from workflows.rehearsal.difference import SPAN_DAYS, Change, Difference, difference

if TYPE_CHECKING:
    from workers.cli.rehearse_command import Asked
    from workers.rehearsal.past import Replayed
    from workers.rehearsal.run import Rehearsed

_TURNS: Final = {
    "earlier": ("plus tôt", "earlier"), "later": ("plus tard", "later"), "dropped": ("ne part plus", "dropped"),
    "new": ("nouveau", "new"),
}  # fmt: skip
#: Debtors named in one line.
_NAMED: Final = 8


# --- what comes -----------------------------------------------------------------------------------------------------


def show_rehearsed(invocation: Invocation, asked: "Asked", found: "Rehearsed") -> int:
    """Show what would happen; with a draft, what it changes."""
    begin = found.since.astimezone(PARIS).date() if asked.begin is None else asked.begin.date()
    active = _since(found.active, begin)
    told = active if found.draft is None else _since(found.draft, begin)
    changed = None
    if found.draft is not None:
        changed = difference(active.planned, told.planned, found.since.astimezone(PARIS).date())
    if asked.as_csv:
        text = messages_csv(told.planned, invocation.language) if changed is None else changes_csv(changed.changes)
        invocation.show(text.rstrip("\n"))
    elif asked.as_json:
        _json(invocation, found, told, changed)
    else:
        _show(invocation, asked, found, (told, changed))
    return ExitCode.OK


def _since(told: Told, begin: date) -> Told:
    return Told(
        [each for each in told.planned if each.day >= begin], [each for each in told.asked if each.day >= begin],
        told.stuck, told.cases,
    )  # fmt: skip


def _json(invocation: Invocation, found: "Rehearsed", told: Told, changed: Difference | None) -> None:
    content: dict[str, Any] = {
        "as_of": found.since, "until": found.until, "cases": told.cases,
        "messages": [planned_json(each, invocation.language) for each in told.planned],
        "tasks": [asked_json(each) for each in told.asked],
        "stuck": [each._asdict() for each in told.stuck],
        "stale_creditors": list(found.stale),
        "per_day": _per_day(told.planned),
        "sms": expected_json(invocation, expected(told.planned)),
    }  # fmt: skip
    if changed is not None:
        content["draft"] = {"moved": found.moved} | _difference_json(changed)
    show_json(invocation, "rehearse", content)


def _difference_json(changed: Difference) -> dict[str, Any]:
    return {
        "invoices": dict(changed.invoices), "tomorrow": changed.tomorrow,
        "busier": {str(peak): count for peak, count in changed.busier.items()},
        "changes": [each._asdict() for each in changed.changes],
    }  # fmt: skip


def _per_day(planned: Sequence[Planned]) -> dict[str, dict[str, int]]:
    days: dict[str, Counter[str]] = {}
    for each in planned:
        days.setdefault(each.day.isoformat(), Counter())[str(each.channel)] += 1
    return {day: dict(sorted(counts.items())) for day, counts in sorted(days.items())}


def _show(invocation: Invocation, asked: "Asked", found: "Rehearsed", what: tuple[Told, Difference | None]) -> None:
    told, changed = what
    say, language = invocation.say, invocation.language
    since, until = moment_text(found.since, language), moment_text(found.until, language)
    messages, tasks = len(told.planned), len(told.asked)
    invocation.show(say(
        f"Du {since} au {until}, si rien n’arrive : "
        f"{messages} message{'s' * (messages > 1)}, {tasks} tâche{'s' * (tasks > 1)}.",
        f"From {since} to {until}, if nothing comes in: "
        f"{messages} message{'s' * (messages != 1)}, {tasks} task{'s' * (tasks != 1)}.",
    ))  # fmt: skip
    if changed is not None:
        _show_difference(invocation, asked, changed, moved=found.moved)
    _show_days(invocation, told)
    if (texts := expected(told.planned)).messages:
        invocation.show("\n" + expected_text(invocation, texts))
    if changed is None:
        _show_messages(invocation, told.planned, asked.limit)
    _show_tasks(invocation, told)
    _show_stuck(invocation, told.stuck, found.stale)


def _show_days(invocation: Invocation, told: Told) -> None:
    """One line a day: messages by channel, and tasks."""
    days = _per_day(told.planned)
    tasks = Counter(each.day.isoformat() for each in told.asked)
    channels = sorted({name for counts in days.values() for name in counts})
    rows = [
        [weekday_text(date.fromisoformat(day), invocation.language),
         *(str(days.get(day, {}).get(name, "")) for name in channels), str(tasks[day] or "")]
        for day in sorted(days.keys() | tasks.keys())
    ]  # fmt: skip
    if rows:
        columns = [Column("JOUR", "DAY"), *(Column(name, name, "right") for name in channels)]
        invocation.show("")
        show_table(invocation, [*columns, Column("tâches", "tasks", "right")], rows)


def _show_messages(invocation: Invocation, planned: Sequence[Planned], limit: int) -> None:
    language = invocation.language
    rows = [
        [weekday_text(each.day, language), hour_text(each.at, each.day), each.debtor_name, each.channel, each.letter,
         str(each.tone), " ".join(part.number for part in each.parts),
         money_text(each.amount, each.currency, language),
         " ".join([why_text(each, language), *(f"({guard_text(rule, language)})" for rule in each.guards)])]
        for each in planned[:limit]
    ]  # fmt: skip
    if not rows:
        return
    columns = [
        Column("JOUR", "DAY"), Column("HEURE", "TIME"), Column("DÉBITEUR", "DEBTOR"), Column("CANAL", "CHANNEL"),
        Column("MODÈLE", "LETTER"), Column("TON", "TONE", "right"), Column("FACTURES", "INVOICES"),
        Column("DEMANDÉ", "ASKED", "right"), Column("POURQUOI", "WHY"),
    ]  # fmt: skip
    invocation.show("")
    show_table(invocation, columns, rows)
    _tell_more(invocation, len(planned) - len(rows))


def _tell_more(invocation: Invocation, more: int) -> None:
    if more > 0:
        invocation.tell(f"… et {more} autres ; --limit ou --csv", f"… and {more} more; --limit or --csv")


def _show_tasks(invocation: Invocation, told: Told) -> None:
    kinds = Counter(str(each.task) for each in told.asked)
    for kind, count in sorted(kinds.items()):
        invocation.show(f"{count} × {task_text(kind, invocation.language)}")


def _show_stuck(invocation: Invocation, stuck: Sequence[Stuck], stale: Sequence[str]) -> None:
    """What would not leave: for each reason the debtors, some of them by name."""
    say, language = invocation.say, invocation.language
    for rule in sorted({each.rule for each in stuck}):
        debtors = sorted({each.debtor_ref for each in stuck if each.rule == rule})
        named = ", ".join(debtors[:_NAMED]) + (" …" if len(debtors) > _NAMED else "")
        reason = rule_text(rule, language)
        invocation.show(say(
            f"Rien ne partirait pour {len(debtors)} débiteur(s) : {reason} ({named})",
            f"Nothing would leave for {len(debtors)} debtor(s): {reason} ({named})",
        ))  # fmt: skip
    if stale:
        names = ", ".join(stale)
        invocation.show(say(
            f"Règlements trop anciens pour {names} : rien ne part avant un relevé, supposé arriver maintenant.",
            f"Payment data too old for {names}: nothing leaves before a statement, assumed to come now.",
        ))  # fmt: skip


# --- what a draft changes -------------------------------------------------------------------------------------------


def _show_difference(invocation: Invocation, asked: "Asked", changed: Difference, *, moved: int) -> None:
    count, say = changed.invoices, invocation.say
    invocation.show(say(
        f"Avec le brouillon, dossiers concernés : {moved}. Factures : {count['earlier']} plus tôt, {count['later']} "
        f"plus tard, {changed.tomorrow} dès demain, {count['dropped']} avec un message de moins, {count['new']} "
        "avec un de plus.",
        f"With the draft, cases concerned: {moved}. Invoices: {count['earlier']} earlier, {count['later']} later, "
        f"{changed.tomorrow} tomorrow, {count['dropped']} with a message less, {count['new']} with one more.",
    ))  # fmt: skip
    for peak, debtors in changed.busier.items():
        invocation.show(say(
            f"{debtors} débiteur(s) passent à {peak} contacts en {SPAN_DAYS} jours.",
            f"{debtors} debtor(s) reach {peak} contacts in {SPAN_DAYS} days.",
        ))  # fmt: skip
    _show_changes(invocation, changed.changes, asked.limit)


def _show_changes(invocation: Invocation, changes: Sequence[Change], limit: int) -> None:
    language = invocation.language
    rows = [
        [_TURNS[each.turn][language != "fr"], each.debtor_ref, each.number, each.step, each.channel,
         moment_text(each.was_at, language), moment_text(each.is_at, language)]
        for each in changes[:limit]
    ]  # fmt: skip
    if rows:
        columns = [
            Column("CHANGE", "CHANGE"), Column("DÉBITEUR", "DEBTOR"), Column("FACTURE", "INVOICE"),
            Column("ÉTAPE", "STEP"), Column("CANAL", "CHANNEL"), Column("AVANT", "WAS"), Column("APRÈS", "IS"),
        ]  # fmt: skip
        invocation.show("")
        show_table(invocation, columns, rows)
        _tell_more(invocation, len(changes) - len(rows))


# --- what went ------------------------------------------------------------------------------------------------------


def show_replayed(invocation: Invocation, asked: "Asked", found: "Replayed") -> int:
    """Show what a draft would have done in the past."""
    changed = difference(found.left, found.would, found.until.astimezone(PARIS).date())
    sent = {"left": _invoices(found.left), "would": _invoices(found.would)}
    if asked.as_csv:
        invocation.show(changes_csv(changed.changes).rstrip("\n"))
    elif asked.as_json:
        show_json(invocation, "rehearse_past", {
            "since": found.since, "until": found.until, "cases": found.cases, "messages_left": sent["left"],
            "messages_would_leave": sent["would"], "hits_on_paid_left": found.hits_left,
            "hits_on_paid_would": found.hits_would, "draft": _difference_json(changed),
        })  # fmt: skip
    else:
        _show_replayed(invocation, asked, found, (sent, changed))
    return ExitCode.OK


def _invoices(planned: Sequence[Planned]) -> int:
    return sum(len(each.parts) for each in planned)


def _show_replayed(
    invocation: Invocation, asked: "Asked", found: "Replayed", what: tuple[dict[str, int], Difference]
) -> None:
    (sent, changed), say, count = what, invocation.say, what[1].invoices
    since, until = (day_text(at.astimezone(PARIS).date(), invocation.language) for at in (found.since, found.until))
    invocation.show(say(
        f"Factures rejouées du {since} au {until} : {found.cases}.\nRelances, par facture et par canal : "
        f"{sent['left']} en réalité, {sent['would']} avec le brouillon.\nFactures : {count['dropped']} avec une "
        f"relance de moins, {count['new']} avec une de plus, {count['earlier']} plus tôt, {count['later']} plus tard.\n"
        f"Relances d’une facture déjà payée (date de valeur) : {found.hits_left} en réalité, {found.hits_would} avec "
        "le brouillon.",
        f"Invoices replayed from {since} to {until}: {found.cases}.\nReminders, by invoice and channel: {sent['left']} "
        f"in reality, {sent['would']} with the draft.\nInvoices: {count['dropped']} with a reminder less, "
        f"{count['new']} with one more, {count['earlier']} earlier, {count['later']} later.\nReminders of an invoice "
        f"already paid (value date): {found.hits_left} in reality, {found.hits_would} with the draft.",
    ))  # fmt: skip
    _show_changes(invocation, changed.changes, asked.limit)
