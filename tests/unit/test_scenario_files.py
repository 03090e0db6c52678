import pytest

from workflows.errors import ScenarioError
from workflows.invoice import Channel, DebtorKind
from workflows.scenario_files import parse_scenario

HEAD = 'name = "mine"\nkinds = ["business"]\n'
FIRST = """
[[steps]]
name = "first"
after_due_days = 5
channel = "email"
fallback = ["letter"]
template = "first_reminder"
tone = 1
deadline = { days = 8 }
"""
THIRD = """
[[steps]]
name = "third"
after_due_days = 30
channel = "email"
fallback = ["letter"]
template = "third_reminder"
tone = 4
deadline = { days = 7 }
"""
NOTICE = """
[[steps]]
name = "notice"
after_previous_days = 8
channel = "registered"
template = "formal_notice"
tone = 5
deadline = { days = 8, runs_from = "reception" }
"""
LADDER = HEAD + FIRST + THIRD + NOTICE


def findings(text: str, templates: dict[str, frozenset[str]] | None = None) -> tuple[str, ...]:
    with pytest.raises(ScenarioError) as refused:
        parse_scenario(text, "mine.toml", templates)
    assert refused.value.source == "mine.toml"
    return refused.value.findings


def test_a_sound_ladder_is_read_as_written() -> None:
    scenario = parse_scenario(LADDER, "mine.toml")

    assert [step.name for step in scenario.steps] == ["first", "third", "notice"]
    assert scenario.steps[2].channel is Channel.REGISTERED
    assert scenario.kinds == frozenset({DebtorKind.BUSINESS})


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param(
            "tone = 1\n",
            "tone = 1\ntonne = 2\n",
            "line 11: step 'first': tonne: is unknown; known here: after_previous_days, also, mode, when",
            id="an unknown key with nothing near that is not already there",
        ),
        pytest.param(
            'template = "first_reminder"\n',
            'template = "first_reminder"\nchanel = "sms"\nalsso = []\n',
            "line 11: step 'first': alsso: is unknown; did you mean \"also\"?",
            id="an unknown key with its likely meaning",
        ),
        pytest.param(
            "kinds =",
            "kind =",
            'line 2: kind: is unknown; did you mean "kinds"?',
            id="an unknown key at the top",
        ),
        pytest.param(
            'channel = "email"\n',
            "",
            "line 4: step 'first': channel: is missing; add it",
            id="a missing key is told at its step",
        ),
        pytest.param(
            "after_due_days = 5",
            'after_due_days = "5"',
            "line 6: step 'first': after_due_days: \"5\" must be a whole number without quotes",
            id="a number in quotes",
        ),
        pytest.param(
            "tone = 1",
            "tone = 9",
            "line 10: step 'first': tone: 9 must be less than or equal to 5",
            id="a tone out of bounds",
        ),
        pytest.param(
            '"email"',
            '"e-mail"',
            "line 7: step 'first': channel: \"e-mail\" must be one of email, sms, letter, tracked, registered, lre, "
            'call; did you mean "email"?',
            id="an unknown channel",
        ),
        pytest.param(
            "days = 8 }",
            'days = 8, runs_form = "sending" }',
            "line 11: step 'first': deadline.runs_form: is unknown; did you mean \"runs_from\"?",
            id="an unknown key in an inline table has the line of the table",
        ),
        pytest.param(
            'name = "mine"',
            'name = "mine"\nmin_amount = 15',
            "line 2: min_amount: 15 is not an exact amount; write a decimal string such as '1250.00'",
            id="an amount that is not a decimal string",
        ),
        pytest.param(
            "after_due_days = 5\n",
            "",
            "line 4: step 'first': says no moment; add after_due_days or after_previous_days",
            id="a step with neither offset",
        ),
        pytest.param(
            "after_due_days = 5\n",
            "after_previous_days = 7\n",
            "line 6: step 'first': after_previous_days: the first step has none before it; "
            "write after_due_days instead",
            id="a first step counted from the previous one",
        ),
        pytest.param(
            'name = "third"',
            'name = "first"',
            "line 14: step 'first': name: \"first\" is already the name of a step above; choose another",
            id="a name used twice",
        ),
        pytest.param(
            "after_due_days = 30",
            "after_due_days = 2",
            "line 15: step 'third': after_due_days: J+2 is earlier than 'first' above (J+5); "
            "put the steps in the order of their days",
            id="steps out of order",
        ),
        pytest.param(
            "after_due_days = 30",
            "after_due_days = 11",
            "line 15: step 'third': after_due_days: comes 6 days after 'first'; "
            "leave min_gap_days = 7 between them, or lower min_gap_days",
            id="steps too near",
        ),
        pytest.param(
            "after_due_days = 30",
            "after_due_days = 13",
            "line 15: step 'third': after_due_days: falls due on J+13 while the deadline of 'first' runs until J+13; "
            "make this step later or that deadline shorter",
            id="a step on the last day of the deadline before it",
        ),
        pytest.param(
            "after_previous_days = 8",
            "after_previous_days = 6",
            "line 24: step 'notice': after_previous_days: comes 6 days after 'third'; "
            "leave min_gap_days = 7 between them, or lower min_gap_days",
            id="a step too near the previous one",
        ),
        pytest.param(
            "after_due_days = 30",
            "after_due_days = -3",
            "line 15: step 'third': after_due_days: a step before the due date comes after 'first'; "
            "move it above every step that follows the due date",
            id="a preventive step after a reminder",
        ),
        pytest.param(
            "tone = 1\n",
            "tone = 5\n",
            "line 10: step 'first': tone: 5 belongs to the formal notice and what follows it; "
            "use 4 or less, or put a step with template 'formal_notice' above",
            id="the formal tone before the formal notice",
        ),
        pytest.param(
            "tone = 4\ndeadline = { days = 7 }",
            "tone = 4",
            "line 19: step 'third': tone: 4 must come with a precise delay; add deadline = { days = 8 }",
            id="a firm tone without a deadline",
        ),
        pytest.param(
            'fallback = ["letter"]\n',
            "",
            "line 4: step 'first': fallback: a debtor without email would receive nothing; "
            'add fallback = ["letter"] or ["call"]',
            id="no path for a debtor without e-mail",
        ),
        pytest.param(
            'fallback = ["letter"]\n',
            'fallback = ["sms"]\n',
            "line 8: step 'first': fallback: a debtor without email would receive nothing; "
            'add fallback = ["letter"] or ["call"]',
            id="an SMS is no path",
        ),
        pytest.param(
            'fallback = ["letter"]\n',
            'fallback = ["letter", "email"]\n',
            "line 8: step 'first': fallback: \"email\" is given twice for this step; name each channel once",
            id="a channel named twice",
        ),
        pytest.param(
            "deadline = { days = 8 }\n",
            'deadline = { days = 8, runs_from = "reception" }\n',
            "line 11: step 'first': deadline.runs_from: nobody knows when email was received; "
            'write runs_from = "sending" or use a posted letter',
            id="a deadline from the reception of an e-mail",
        ),
        pytest.param(
            'channel = "registered"',
            'channel = "letter"',
            "line 25: step 'notice': channel: \"letter\" cannot carry the formal notice; "
            'write channel = "registered" or "lre": its date of reception must be proven',
            id="a formal notice by simple letter",
        ),
        pytest.param(
            'channel = "registered"',
            'channel = "registered"\nfallback = ["letter"]',
            "line 26: step 'notice': fallback: \"letter\" cannot replace the registered letter; "
            "remove it from fallback; a debtor out of reach of both kinds is told to a person",
            id="a formal notice that falls back to a simple letter",
        ),
        pytest.param(
            'channel = "registered"',
            'channel = "lre"',
            "line 22: step 'notice': fallback: a debtor without lre would receive nothing; "
            'add fallback = ["registered"]',
            id="a formal notice by electronic registered letter alone",
        ),
        pytest.param(
            ', runs_from = "reception"',
            "",
            "line 28: step 'notice': deadline.runs_from: the deadline of a registered letter runs from its delivery; "
            'write runs_from = "reception"',
            id="a registered letter whose deadline runs from sending",
        ),
        pytest.param(
            'deadline = { days = 8, runs_from = "reception" }',
            "",
            "line 27: step 'notice': tone: 5 must come with a precise delay; add deadline = { days = 8 }",
            id="a formal notice without a deadline",
        ),
        pytest.param(
            "deadline = { days = 7 }",
            "deadline = { days = 7 }\nwhen = { min_amount = '50.00', max_amount = '20.00' }",
            "line 21: step 'third': when.max_amount: is below min_amount, so the step would never apply; exchange them",
            id="a condition that can never hold",
        ),
        pytest.param(
            "deadline = { days = 7 }",
            'deadline = { days = 7 }\n[steps.when]\nkinds = ["consumer"]',
            "line 22: step 'third': when.kinds: the ladder is for none of them, so the step would never apply; "
            "use business",
            id="a condition for debtors the ladder is not for, in a table of its own",
        ),
        pytest.param(
            "deadline = { days = 7 }",
            'deadline = { days = 7 }\nwhen = { tags = ["new"], without_tags = ["new", "old"] }',
            "line 21: step 'third': when.tags: every tag is empty or excluded by without_tags; "
            "name one tag that remains",
            id="tags that are asked for and excluded",
        ),
        pytest.param(
            'template = "first_reminder"',
            'template = "before_penalties"\nwhen = { kinds = ["business", "consumer"] }',
            "line 9: step 'first': template: \"before_penalties\" claims what only a business owes; "
            'choose another letter, or leave "consumer" out of kinds',
            id="commercial penalties to a consumer",
        ),
        pytest.param(
            'template = "first_reminder"',
            'template = "first_reminder"\nwhen = { segments = ["loyal"], without_segments = ["loyal", "new"] }',
            "line 10: step 'first': when.segments: every segment is excluded by without_segments, or there is none; "
            "name one that remains",
            id="segments that are asked for and excluded",
        ),
        pytest.param(
            'template = "first_reminder"',
            'template = "first_reminder"\nwhen = { without_segments = ["large_amount"] }',
            "line 10: step 'first': when.without_segments: 'large_amount' is a matter of the invoice, "
            "not of the debtor; use min_amount",
            id="a segment of the invoice",
        ),
        pytest.param(
            'template = "first_reminder"',
            'template = "first_reminder"\nwhen = { segments = ["loyl"] }',
            "line 10: step 'first': when.segments.0: \"loyl\" must be one of new, loyal, usually_on_time, often_late, "
            "bad_payer, large_amount, strategic, large_company, small_company, micro_entrepreneur, consumer, "
            'public_buyer, patient_sector, in_difficulty, insolvent; did you mean "loyal"?',
            id="an unknown segment",
        ),
        pytest.param(
            'template = "first_reminder"',
            'template = "first_reminder"\nmax_reminders = 2',
            "line 10: step 'first': max_reminders: is unknown; known here: after_previous_days, also, mode, when",
            id="a limit of the ladder within a step",
        ),
        pytest.param(
            HEAD,
            HEAD + "max_reminders = 0\n",
            "line 3: max_reminders: 0 must be greater than or equal to 1",
            id="no reminder at all",
        ),
    ],
)
def test_each_mistake_is_told_with_its_line_and_its_fix(old: str, new: str, expected: str) -> None:
    assert old in LADDER

    text = LADDER.replace(old, new, 1)
    if "before_penalties" in new:
        text = text.replace('kinds = ["business"]', 'kinds = ["business", "consumer"]', 1)

    assert expected in findings(text)


def test_a_tone_never_goes_down() -> None:
    text = HEAD + FIRST.replace("tone = 1", "tone = 3") + THIRD.replace("tone = 4", "tone = 2")

    assert findings(text) == (
        "line 19: step 'third': tone: 2 is softer than 'first' above (3); use 3 or more, or lower that one",
    )


@pytest.mark.parametrize(
    "before",
    [
        pytest.param("", id="nothing before"),
        pytest.param(
            '[[steps]]\nname = "p"\nafter_due_days = -5\nchannel = "email"\ntemplate = "preventive"\ntone = 1\n',
            id="only a preventive step before",
        ),
        pytest.param(FIRST + 'when = { tags = ["new"] }\n', id="only a reminder that some debtors skip"),
    ],
)
def test_a_formal_notice_is_never_the_first_letter(before: str) -> None:
    text = HEAD + before + NOTICE.replace("after_previous_days = 8", "after_due_days = 40")

    assert any("the formal notice could be the first letter" in finding for finding in findings(text))


def test_alternatives_may_be_near_and_differ_in_tone_but_not_with_the_steps_they_do_not_exclude() -> None:
    large = FIRST + 'when = { min_amount = "5000.00" }\n'
    small = FIRST.replace('"first"', '"small"').replace("days = 5", "days = 6") + 'when = { max_amount = "4999.99" }\n'

    scenario = parse_scenario(HEAD + large.replace("tone = 1", "tone = 2") + small, "mine.toml")

    assert [step.tone for step in scenario.steps] == [2, 1]
    assert "comes 1 days after 'first'" in findings(HEAD + large + small.replace("4999.99", "5000.00"))[0]


def test_all_mistakes_come_at_once_in_the_order_of_the_lines() -> None:
    text = LADDER.replace("tone = 1", 'tone = "soft"').replace("tone = 4", "tone = 3\nton = 3")
    text = text.replace('channel = "registered"', 'channel = "letter"')

    told = findings(text)

    assert [finding.split(":")[0] for finding in told] == ["line 10", "line 20", "line 26"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(LADDER.replace("tone = 1", "tone = "), "line 10, column 8: not TOML", id="no value"),
        pytest.param(LADDER + "\n[[steps", "not TOML", id="an open bracket"),
        pytest.param("", "line 1: name: is missing; add it", id="an empty file"),
        pytest.param('name = "x"\nsteps = 3\n', "line 2: steps: 3 must be a list", id="steps that are no tables"),
        pytest.param('name = "x"\n[steps]\nname = "y"\n', "with a line [[steps]]", id="one table instead of many"),
        pytest.param('name = "x"\nsteps = []\n', "steps", id="no step at all"),
        pytest.param('name = "x"\nsteps = [1]\n', "line 2: step 1: 1 must be a table", id="a step that is no table"),
        pytest.param(HEAD + "when = 2026-01-01\n" + FIRST, "when: is unknown", id="a date where nothing belongs"),
        pytest.param("a = " + "[" * 5000, "is nested too deeply", id="endless brackets"),
        pytest.param(HEAD + 'min_amount = "1e999999999"\n' + FIRST, "amount", id="an amount that overflows"),
        pytest.param(HEAD + "version = nan\n" + FIRST, "line 3: version", id="a number that is none"),
    ],
)
def test_what_is_not_a_scenario_is_answered(text: str, expected: str) -> None:
    assert any(expected in finding for finding in findings(text))


def test_lines_are_right_behind_multi_line_strings_and_arrays() -> None:
    text = HEAD + 'title.fr = """\n[[steps]]\ntone = 1\n"""\n' + FIRST.replace('["letter"]', '[\n  "sms",\n]')

    assert findings(text)[0].startswith("line 12: step 'first': fallback")


@pytest.mark.parametrize(
    "channels",
    [
        pytest.param('channel = "lre"\nfallback = ["registered"]', id="electronic first"),
        pytest.param('channel = "registered"\nfallback = ["lre"]', id="on paper first"),
    ],
)
def test_a_formal_notice_may_leave_by_either_kind_of_registered_letter(channels: str) -> None:
    notice = parse_scenario(LADDER.replace('channel = "registered"', channels), "mine.toml").steps[-1]

    assert {notice.channel, *notice.fallback} == {"lre", "registered"}


def test_templates_are_checked_where_they_are_known() -> None:
    both = frozenset({"email", "letter"})
    known = {
        "first_reminder": both,
        "third_reminder": frozenset({"email"}),
        "formal_notices": frozenset({"registered"}),
    }

    told = findings(LADDER, known)

    assert told == (
        "line 17: step 'third': fallback: template 'third_reminder' is not written for letter; choose among email",
        'line 26: step \'notice\': template: "formal_notice" is unknown; did you mean "formal_notices"?',
    )


def test_a_public_buyer_is_never_offered_a_waiver_of_its_interest() -> None:
    text = LADDER.replace('kinds = ["business"]', 'kinds = ["business", "public"]').replace(
        'template = "third_reminder"', 'template = "before_penalties"'
    )

    [finding] = findings(text)

    assert finding.endswith(
        "step 'third': template: \"before_penalties\" offers to waive the interest of a public buyer; "
        'choose another letter, or leave "public" out of kinds'
    )


def test_steps_for_a_segment_and_for_all_others_are_alternatives() -> None:
    first = FIRST + 'when = { without_segments = ["loyal"] }\n'
    loyal = FIRST.replace('"first"', '"loyal"').replace("after_due_days = 5", "after_due_days = 6")

    assert parse_scenario(HEAD + first + loyal + 'when = { segments = ["loyal"] }\n', "mine.toml").steps
    [finding] = findings(HEAD + first + loyal + 'when = { segments = ["new"] }\n')
    assert "step 'loyal': after_due_days: comes 1 days after 'first'" in finding
