import pickle

import aiosmtplib
import pytest

from workers.channels.base import ChannelError, InDoubt, Refused, TryLater
from workers.channels.mail_outcomes import OUR_SETTINGS_S, Stage, is_a_break, outcome

OURS = (TryLater, OUR_SETTINGS_S)
LATER = (TryLater, None)
BAD = (Refused, True)
UNWANTED = (Refused, False)


@pytest.mark.parametrize(
    ("stage", "code", "text", "expected"),
    [
        pytest.param(Stage.CONNECT, 554, "no service", OURS, id="a greeting that sends us away"),
        pytest.param(Stage.CONNECT, 421, "too many connections", LATER, id="a greeting that is busy"),
        pytest.param(Stage.LOGIN, 535, "5.7.8 wrong", OURS, id="a wrong password is ours"),
        pytest.param(Stage.MAIL, 553, "5.1.8 sender domain not found", OURS, id="a sender they do not know is ours"),
        pytest.param(Stage.MAIL, 550, "5.7.1 not your address", OURS, id="a sender we may not use is ours"),
        pytest.param(Stage.MAIL, 552, "too big", UNWANTED, id="too big stays too big"),
        pytest.param(Stage.MAIL, 554, "5.3.4 too big", UNWANTED, id="too big by its enhanced code"),
        pytest.param(Stage.RCPT, 450, "4.2.0 greylisted", LATER, id="greylisting"),
        pytest.param(Stage.RCPT, 550, "5.1.1 no such user", BAD, id="no such user"),
        pytest.param(Stage.RCPT, 550, "User unknown", BAD, id="no such user, without an enhanced code"),
        pytest.param(Stage.RCPT, 553, "not a mailbox name", BAD, id="a name that is none"),
        pytest.param(Stage.RCPT, 501, "5.1.3 bad syntax", BAD, id="an address they cannot read"),
        pytest.param(Stage.RCPT, 556, "5.1.10 null MX", BAD, id="a domain without mail"),
        pytest.param(Stage.RCPT, 550, "5.4.1 access denied", BAD, id="a big provider's word for an unknown user"),
        pytest.param(Stage.RCPT, 550, "5.2.1 mailbox disabled", BAD, id="a closed mailbox"),
        pytest.param(Stage.RCPT, 552, "5.2.2 mailbox full", UNWANTED, id="a full mailbox is still an address"),
        pytest.param(Stage.RCPT, 554, "5.7.1 relay access denied", OURS, id="relaying denied is ours"),
        pytest.param(Stage.RCPT, 550, "5.7.1 blocked by list", OURS, id="a block list is ours"),
        pytest.param(Stage.RCPT, 550, "5.1.8 sender rejected", OURS, id="the sender, refused late"),
        pytest.param(Stage.RCPT, 530, "5.7.0 authentication required", OURS, id="they want a login"),
        pytest.param(Stage.RCPT, 503, "5.5.1 need MAIL", OURS, id="out of step"),
        pytest.param(Stage.RCPT, 554, "no", UNWANTED, id="no, and no word why"),
        pytest.param(Stage.DATA, 451, "later", LATER, id="no text now"),
        pytest.param(Stage.DATA, 554, "no valid recipients", UNWANTED, id="no text at all"),
        pytest.param(Stage.DATA, 503, "5.5.1 need RCPT", OURS, id="no text out of step"),
        pytest.param(Stage.DOT, 451, "4.3.0 disk full", LATER, id="not kept for now"),
        pytest.param(Stage.DOT, 421, "shutting down", LATER, id="a goodbye that says: not kept"),
        pytest.param(Stage.DOT, 554, "5.7.1 spam", UNWANTED, id="the text is not wanted"),
        pytest.param(Stage.DOT, 550, "5.1.1 no such user", BAD, id="no such user, said last"),
        pytest.param(Stage.DOT, 550, "User unknown", UNWANTED, id="after the text only an enhanced code accuses"),
        pytest.param(Stage.DOT, 354, "go on", (InDoubt, None), id="an answer to another question"),
        pytest.param(Stage.DOT, -1, "Malformed", (InDoubt, None), id="no SMTP at all"),
        pytest.param(Stage.RCPT, -1, "Malformed", LATER, id="no SMTP at all, before the dot"),
        pytest.param(Stage.DATA, 250, "ok", LATER, id="a yes to a question that wants 354"),
    ],
)
def test_what_an_answer_means(stage: Stage, code: int, text: str, expected: tuple[type[ChannelError], object]) -> None:
    error = outcome(stage, aiosmtplib.SMTPResponseException(code, text))

    assert (type(error), getattr(error, "address_is_bad", getattr(error, "retry_after_s", None))) == expected


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize(
    "error",
    [
        pytest.param(aiosmtplib.SMTPServerDisconnected("Connection lost"), id="a break"),
        pytest.param(aiosmtplib.SMTPReadTimeoutError("Timed out"), id="silence"),
        pytest.param(TimeoutError(), id="the deadline"),
        pytest.param(ConnectionResetError(), id="a reset"),
        pytest.param(KeyError("bug"), id="a bug in the client"),
    ],
)
def test_only_after_the_final_dot_there_is_doubt(stage: Stage, error: Exception) -> None:
    found = outcome(stage, error)

    assert isinstance(found, InDoubt if stage is Stage.DOT else TryLater)
    assert found.text


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        pytest.param(aiosmtplib.SMTPServerDisconnected("x"), True, id="a break"),
        pytest.param(aiosmtplib.SMTPReadTimeoutError("x"), True, id="silence"),
        pytest.param(aiosmtplib.SMTPResponseException(421, "x"), True, id="a goodbye"),
        pytest.param(aiosmtplib.SMTPResponseException(450, "x"), False, id="a refusal is an answer"),
        pytest.param(aiosmtplib.SMTPResponseException(-1, "x"), False, id="garbage is an answer"),
    ],
)
def test_what_a_new_connection_may_mend(error: Exception, expected: bool) -> None:  # noqa: FBT001 - a row of the table
    assert is_a_break(error) is expected


@pytest.mark.parametrize(
    "error",
    [TryLater("450", "x", 60), TryLater("450", "x"), Refused("550", "x", address_is_bad=True), InDoubt("closed", "x")],
)
def test_errors_travel_between_processes(error: ChannelError) -> None:
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - made here

    assert (type(copy), copy.args, vars(copy)) == (type(error), error.args, vars(error))
