"""Settings come from a file, the environment and the command line, and every wrong one is answered."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from workers.settings import Settings, load
from workers.settings_parts.errors import SettingsError
from workflows.pressure import CONSUMER_BUDGET


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "relance.toml"
    file.write_text(text, encoding="utf-8")
    return file


#: A creditor as complete as it must be.
ACME: dict[str, Any] = {
    "ref": "acme",
    "name": "Société Acmé",
    "address": {"lines": ["1 rue du Port"], "postcode": "13002", "city": "Marseille"},
    "email": "compta@acme.example",
    "phone": "04 00 00 00 00",
    "contact_name": "Inès Roux",
    "bank": {"holder": "ACME SAS", "iban": "FR7630006000011234567890189", "bic": "AGRIFRPP"},
}


def refusal(config: Path | None, environ: Mapping[str, str] | None = None) -> SettingsError:
    with pytest.raises(SettingsError) as refused:
        load(config, environ or {})
    return refused.value


def test_nothing_leaves_a_fresh_installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    settings = load(environ={})

    assert set(settings.delivery.channels.model_dump().values()) == {"folder"}
    assert (settings.redis_url, settings.postgres_url, settings.clock_file) == (None, None, None)
    assert settings.outbox == settings.data_dir / "outbox"


def test_the_environment_overrules_the_file_and_the_command_line_both(tmp_path: Path) -> None:
    file = written(tmp_path, 'data_dir = "/file"\nlanguage = "en"\n[smtp]\nhost = "file.example"\nport = 25\n')
    environ = {"RELANCE_SMTP__HOST": "environment.example", "RELANCE_DATA_DIR": "/environment"}

    settings = load(file, environ, data_dir=Path("/option"))

    assert (settings.language, settings.smtp.port) == ("en", 25)
    assert settings.smtp.host == "environment.example"
    assert settings.data_dir == Path("/option")


@pytest.mark.parametrize(
    ("config", "environ", "expected"),
    [
        pytest.param("named.toml", {"RELANCE_CONFIG": "other.toml"}, "named", id="the option first"),
        pytest.param(None, {"RELANCE_CONFIG": "other.toml"}, "other", id="then RELANCE_CONFIG"),
        pytest.param(None, {}, "here", id="then relance.toml here"),
    ],
)
def test_which_file_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, config: str | None, environ: dict[str, str], expected: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, namespace in (("named", "named"), ("other", "other"), ("relance", "here")):
        (tmp_path / f"{name}.toml").write_text(f'namespace = "{namespace}"')

    assert load(Path(config) if config else None, environ).namespace == expected


def test_empty_variables_count_as_absent(tmp_path: Path) -> None:
    settings = load(written(tmp_path, 'namespace = "kept"'), {"RELANCE_NAMESPACE": "", "RELANCE_REDIS_URL": ""})

    assert (settings.namespace, settings.redis_url) == ("kept", None)


def test_paths_of_the_file_are_relative_to_the_file(tmp_path: Path) -> None:
    file = written(tmp_path, 'data_dir = "data"\nclock_file = "/absolute/clock"\n[delivery]\nfolder = "../out"\n')

    settings = load(file, {})

    assert settings.data_dir == tmp_path / "data"
    assert settings.clock_file == Path("/absolute/clock")
    assert settings.outbox == tmp_path / ".." / "out"


def test_lists_in_the_environment_are_json(tmp_path: Path) -> None:
    settings = load(written(tmp_path, ""), {"RELANCE_CREDITORS": json.dumps([ACME])})

    [acme] = settings.creditors
    assert (acme.ref, acme.name) == ("acme", "Société Acmé")


def test_an_iban_may_be_written_in_groups_of_four(tmp_path: Path) -> None:
    bank = ACME["bank"] | {"iban": "FR76 3000 6000 0112 3456 7890 189"}

    settings = load(written(tmp_path, ""), {"RELANCE_CREDITORS": json.dumps([ACME | {"bank": bank}])})

    assert settings.creditors[0].bank.iban == "FR7630006000011234567890189"


@pytest.mark.parametrize(
    ("field", "value", "advice"),
    [
        pytest.param("iban", "FR7630006000011234567890188", "pas un IBAN valable", id="wrong check digits"),
        pytest.param("iban", "FR00BAD", "pas un IBAN valable", id="no IBAN at all"),
        pytest.param("bic", "XX", "pas un BIC valable", id="no BIC"),
    ],
)
def test_bank_details_are_checked_before_any_letter_names_them(
    tmp_path: Path, field: str, value: str, advice: str
) -> None:
    creditor = ACME | {"bank": ACME["bank"] | {field: value}}

    with pytest.raises(SettingsError) as refusal:
        load(written(tmp_path, ""), {"RELANCE_CREDITORS": json.dumps([creditor])})

    assert f"creditors[0].bank.{field} = '{value}'" in refusal.value.text("fr")
    assert advice in refusal.value.text("fr")


def test_a_partial_consumer_budget_keeps_the_consumer_s_other_figures(tmp_path: Path) -> None:
    settings = load(written(tmp_path, "[pressure.consumer]\nmin_days_between_contacts = 10\n"), {})

    assert settings.pressure.consumer.min_days_between_contacts == 10
    assert settings.pressure.consumer.limits == CONSUMER_BUDGET.limits


@pytest.mark.parametrize(
    "given", ["postgres://u:p@h/db", "postgresql://u:p@h/db", "postgresql+psycopg://u:p@h/db"], ids=str
)
def test_any_usual_postgresql_address_gets_the_driver_s_name(tmp_path: Path, given: str) -> None:
    settings = load(written(tmp_path, ""), {"RELANCE_POSTGRES_URL": given})

    assert settings.postgres_url is not None
    assert settings.postgres_url.get_secret_value() == "postgresql+psycopg://u:p@h/db"


def test_secrets_are_not_shown_by_the_settings(tmp_path: Path) -> None:
    settings = load(
        written(tmp_path, '[smtp]\nusername = "u"\npassword = "hunter2"\n'), {"RELANCE_REDIS_URL": "redis://:hunter2@h"}
    )

    assert "hunter2" not in f"{settings!r} {settings} {settings.model_dump()}"


FILE = "FILE"
WRONG = [
    pytest.param("language = 'de'", {}, FILE, "language = 'de'", "choisissez 'fr' ou 'en'", id="not a choice"),
    pytest.param("[smtp]\nport = 'mail'", {}, FILE, "smtp.port = 'mail'", "un nombre entier", id="not a number"),
    pytest.param("[smtp]\nport = 0", {}, FILE, "smtp.port = 0", "au moins 1", id="too small"),
    pytest.param("[smtp]\nport = 65536", {}, FILE, "smtp.port = 65536", "au plus 65535", id="too big"),
    pytest.param("[relay]\ninterval_s = 0", {}, FILE, "relay.interval_s = 0", "supérieur à 0", id="zero"),
    pytest.param("smtp = 'mail.fr'", {}, FILE, "smtp = 'mail.fr'", "table TOML", id="a text for a table"),
    pytest.param("creditors = 'acme'", {}, FILE, "creditors = 'acme'", "liste TOML", id="a text for a list"),
    pytest.param("[smpt]\nhost = 'x'", {}, FILE, "smpt = {…}", "smtp ?", id="a mistyped table"),
    pytest.param("[smtp]\nhots = 'x'", {}, FILE, "smtp.hots = 'x'", "host ?", id="a mistyped key"),
    pytest.param("xyzzy = 1", {}, FILE, "xyzzy = 1", "clés possibles", id="a key unlike any other"),
    pytest.param("namespace = 'Été'", {}, FILE, "namespace = 'Été'", "la forme", id="a bad namespace"),
    pytest.param("[smtp]\nsender = 'x'", {}, FILE, "smtp.sender = 'x'", "accepté", id="not an address"),
    pytest.param(
        "[smtp]\nusername = 'u'", {}, FILE, "smtp.password", "username et password", id="a login without password"
    ),
    pytest.param(
        "[delivery.channels]\nemail = 'smtp'", {}, FILE, "smtp.host", "nommez le serveur", id="e-mail without server"
    ),
    pytest.param(
        "[smtp]\nhost = 'x'\n[delivery]\nlease_s = 60\nchannels = {email = 'smtp'}",
        {},
        FILE,
        "delivery.lease_s = 60",
        "plus de 390 s",
        id="a lease shorter than a send",
    ),
    pytest.param(
        "", {"RELANCE_SMTP__PORT": "mail"}, "RELANCE_SMTP__PORT", "smtp.port = 'mail'", "entier", id="in a variable"
    ),
    pytest.param(
        "[smtp]\nport = 25",
        {"RELANCE_SMTP__PORT": "0"},
        "RELANCE_SMTP__PORT",
        "smtp.port = '0'",
        "au moins 1",
        id="the variable over the file is blamed",
    ),
    pytest.param(
        "",
        {"RELANCE_REDIS_ULR": "x"},
        "RELANCE_REDIS_ULR",
        "redis_ulr",
        "RELANCE_REDIS_URL ?",
        id="a mistyped variable",
    ),
    pytest.param(
        "", {"RELANCE_CREDITORS": "[{"}, "RELANCE_CREDITORS", "creditors = '[{'", "JSON", id="broken JSON in a variable"
    ),
]


@pytest.mark.parametrize(("text", "environ", "source", "found", "fix"), WRONG)
def test_a_wrong_setting_is_answered_with_its_key_value_source_and_fix(
    tmp_path: Path, *, text: str, environ: dict[str, str], source: str, found: str, fix: str
) -> None:
    file = written(tmp_path, text)

    (line,) = refusal(file, environ).text("fr").splitlines()

    assert line.startswith(f"{file if source == FILE else source} : {found}")
    assert fix in line


@pytest.mark.parametrize(("text", "environ", "source", "found", "fix"), WRONG)
def test_every_answer_exists_in_english(
    tmp_path: Path, *, text: str, environ: dict[str, str], source: str, found: str, fix: str
) -> None:
    file = written(tmp_path, text)

    error = refusal(file, environ)

    assert str(error).startswith(f"{file if source == FILE else source}: {found}")
    assert str(error) == error.text("en")
    assert error.findings[0].en not in {error.findings[0].fr, fix}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        pytest.param("redis_url", "http://:hunter2@h", id="redis"),
        pytest.param("postgres_url", "mysql://u:hunter2@h", id="postgres"),
    ],
)
def test_a_wrong_address_is_answered_without_showing_its_password(tmp_path: Path, key: str, value: str) -> None:
    error = refusal(written(tmp_path, f'{key} = "{value}"'))

    assert f"{key} = ***" in str(error)
    assert "begins with" in str(error)
    assert "hunter2" not in f"{error} {error!r}"


def test_all_wrong_settings_are_told_at_once(tmp_path: Path) -> None:
    error = refusal(written(tmp_path, "language = 'de'\n[smtp]\nport = 0\n"), {"RELANCE_NOPE": "1"})

    assert {finding.key for finding in error.findings} == {"language", "smtp.port", "nope"}


@pytest.mark.parametrize(
    ("content", "fix"),
    [
        pytest.param(None, "lisible", id="the named file is missing"),
        pytest.param(b"language = fr", "corrigez le TOML", id="no TOML"),
        pytest.param('ville = "Évry"'.encode("cp1252"), "UTF-8", id="another encoding"),
    ],
)
def test_an_unreadable_file_is_named_with_the_fix(tmp_path: Path, content: bytes | None, fix: str) -> None:
    file = tmp_path / "relance.toml"
    if content is not None:
        file.write_bytes(content)

    text = refusal(file).text("fr")

    assert text.startswith(str(file))
    assert fix in text


def test_settings_never_change(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)

    with pytest.raises(ValueError, match="frozen"):
        settings.language = "en"  # type: ignore[misc]  # that is the point


def test_a_creditor_s_reference_holds_no_slash(tmp_path: Path) -> None:
    """Creditor `a/b` with invoice `c` and creditor `a` with invoice `b/c` would be one case."""
    with pytest.raises(SettingsError) as refusal:
        load(written(tmp_path, ""), {"RELANCE_CREDITORS": json.dumps([ACME | {"ref": "acme/nord"}])})

    assert "creditors[0].ref = 'acme/nord'" in refusal.value.text("fr")


def test_segments_and_choice_rules_are_settings(tmp_path: Path) -> None:
    text = (
        '[segments]\nloyal_years = 5\nlarge_amount = "8000.00"\npatient_tags = ["brasserie"]\n'
        '[[choice]]\nname = "fidèles"\nversion = 2\nscenario = "courtoise"\n'
        'when = { segments = ["loyal"], max_amount = "900.00" }\n'
    )
    settings = load(written(tmp_path, text), {})

    assert (settings.segments.loyal_years, settings.segments.large_amount) == (5, 800_000)
    assert settings.segments.late_after_days == 5
    [rule] = settings.choice
    assert (rule.name, rule.version, rule.scenario, rule.when.max_amount) == ("fidèles", 2, "courtoise", 90_000)


RULE = '[[choice]]\nname = "a"\nscenario = "courtoise"\n'


@pytest.mark.parametrize(
    ("text", "key", "advice"),
    [
        pytest.param(RULE + RULE, "choice[1].name", "'a' is taken; choose another", id="two rules of one name"),
        pytest.param(RULE + 'when = { segments = ["loyl"] }', "choice[0].when.segments", "loyal", id="no such segment"),
        pytest.param(
            RULE + "when = { segments = [] }", "choice[0].when.segments", "at least 1", id="no segment at all"
        ),
        pytest.param(RULE + "when = { amount = 3 }", "choice[0].when.amount", "", id="an unknown condition"),
        pytest.param("[segments]\nlate_percent = 101", "segments.late_percent", "100", id="more than all"),
        pytest.param("[segments]\nlarge_amount = 12.5", "segments.large_amount", "1250.00", id="an inexact amount"),
    ],
)
def test_a_wrong_rule_or_threshold_is_answered_with_its_key(tmp_path: Path, text: str, key: str, advice: str) -> None:
    finding = refusal(written(tmp_path, text)).findings[0]

    assert finding.key.startswith(key)
    assert advice in finding.en
