import subprocess
import sys
from pathlib import Path

import click
import pytest

from workers.cli import run
from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure, answer_to
from workers.cli.registry import COMMANDS
from workers.cli.root import relance
from workers.cli.speech import ascii_only, asked_language, wants_ascii
from workers.cli.tables import money_text
from workers.embedded.errors import NotWritable
from workers.settings_parts.errors import SettingsError
from workers.wiring import ScenarioClash


@pytest.fixture(autouse=True)
def _quiet_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings of the machine, and a locale that takes French."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    monkeypatch.delenv("RELANCE_LANGUAGE", raising=False)


@pytest.mark.parametrize(
    ("words", "environ", "language", "rest"),
    [
        pytest.param(["queues"], {}, None, ["queues"], id="nothing asked"),
        pytest.param(["--lang", "en", "queues"], {}, "en", ["queues"], id="before the command"),
        pytest.param(["queues", "--lang=en"], {}, "en", ["queues"], id="behind the command"),
        pytest.param(["queues"], {"RELANCE_LANGUAGE": "en"}, "en", ["queues"], id="the environment"),
        pytest.param(["--lang", "fr"], {"RELANCE_LANGUAGE": "en"}, "fr", [], id="the option is stronger"),
        pytest.param(["--lang", "de"], {}, None, ["--lang", "de"], id="an unknown one is left to the parser"),
        pytest.param(["x", "--", "--lang", "en"], {}, None, ["x", "--", "--lang", "en"], id="behind two dashes"),
    ],
)
def test_the_language_is_heard_wherever_it_stands(
    words: list[str], environ: dict[str, str], language: str | None, rest: list[str]
) -> None:
    assert asked_language(words, environ) == (language, rest)


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"LC_ALL": "C"}, True),
        ({"LANG": "POSIX"}, True),
        ({"LC_ALL": "fr_FR.UTF-8", "LANG": "C"}, False),
        ({"LC_ALL": "C.UTF-8"}, False),
        ({}, False),
    ],
)
def test_plain_ascii_is_for_the_locale_c(environ: dict[str, str], *, expected: bool) -> None:
    with Path("/dev/null").open("w", encoding="utf-8") as stream:
        assert wants_ascii(environ, stream) is expected


def test_ascii_is_still_french() -> None:
    text = ascii_only("« Échéance » : 1\u202f250,00\u00a0€ à l’œil…")

    assert text == '"Echeance" : 1 250,00 EUR a l\'oeil...'


def test_money_is_written_as_people_write_it() -> None:
    assert money_text(-123_456_789, "EUR", "fr") == "-1\u202f234\u202f567,89\u00a0€"
    assert money_text(125_005, "CHF", "en") == "1,250.05 CHF"


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        pytest.param(["--help"], "Chaque jour\N{NO-BREAK SPACE}:", id="French"),
        pytest.param(["--help", "--lang", "en"], "Every day:", id="English"),
        pytest.param(["import", "--help"], "[obligatoire]", id="a command"),
        pytest.param(["--lang", "en", "import", "--help"], "[required]", id="a command in English"),
    ],
)
def test_help_is_in_both_languages(words: list[str], shown: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(words) == ExitCode.OK
    assert shown in capsys.readouterr().out


def test_every_command_that_is_listed_can_be_had_and_says_what_it_does() -> None:
    context = click.Context(relance)

    for name, entry in COMMANDS.items():
        found = relance.get_command(context, name)

        assert found is not None
        assert found.name == name
        assert entry.fr != entry.en
        assert entry.fr.endswith(".")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_line_of_the_list_fits_a_terminal(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help", "--lang", language]) == ExitCode.OK

    lines = capsys.readouterr().out.splitlines()
    assert [name for name in COMMANDS if sum(line.startswith(f"  {name} ") for line in lines) != 1] == []
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param(["imprt"], "vouliez-vous écrire import", id="a misspelt command"),
        pytest.param(["--foo"], "l’option --foo n’existe pas", id="an unknown option"),
        pytest.param(
            ["rates", "check", "rien.toml"], "FILE : « rien.toml » n’existe pas ; vérifiez le chemin", id="no such file"
        ),
        pytest.param(["import", "x.csv"], "il manque --kind ; choisissez parmi invoices, payments", id="no kind"),
        pytest.param(["import", "--kind", "invoices"], "il manque FILE", id="no file"),
        pytest.param(["import", "x", "--kind", "y"], "--kind : choisissez parmi invoices", id="a wrong choice"),
        pytest.param(["import", "x", "--data", "d"], "option générale", id="a general option behind the command"),
    ],
)
def test_a_wrong_command_line_is_answered_in_one_line(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(words) == ExitCode.USAGE

    answer = capsys.readouterr()
    assert told in answer.err
    assert "voir : relance" in answer.err
    assert answer.out == ""


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--csv", "--json"], "choisissez --csv ou --json"),
        (["--past", "30"], "--past rejoue le passé avec un brouillon : ajoutez --scenario FICHIER"),
        (["--replaces", "standard"], "--replaces ne change rien sans brouillon : ajoutez --scenario FICHIER"),
    ],
)
def test_a_rehearsal_refuses_options_that_mean_nothing_together(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["rehearse", *words]) == ExitCode.USAGE

    assert capsys.readouterr().err == f"{told}\n"


def test_wrong_settings_are_told_with_the_key_and_the_fix(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "relance.toml").write_text("datadir = 'x'\n", "utf-8")

    assert run(["events", "list"]) == ExitCode.USAGE
    assert "vouliez-vous écrire data_dir" in capsys.readouterr().err


def test_a_ledger_that_does_not_answer_has_an_exit_code_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "relance.toml").write_text(
        "postgres_url = 'postgresql://localhost:1/nowhere'\nredis_url = 'redis://localhost:1'\n", "utf-8"
    )

    assert run(["events", "list"]) == ExitCode.UNREACHABLE

    (line,) = capsys.readouterr().err.splitlines()
    assert "ne répond pas" in line


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Failure("fr", "en", ExitCode.GUARDED), ExitCode.GUARDED),
        (SettingsError(()), ExitCode.USAGE),
        (NotWritable(Path("/x"), "read-only"), ExitCode.UNREACHABLE),
        (ScenarioClash(("standard@1",)), ExitCode.GUARDED),
    ],
)
def test_every_failure_that_an_operator_can_mend_has_its_exit_code(error: Exception, code: ExitCode) -> None:
    answer = answer_to(error, "fr")

    assert answer is not None
    assert answer[1] is code


def test_an_error_of_the_program_is_not_dressed_up() -> None:
    assert answer_to(ZeroDivisionError(), "fr") is None


def test_help_imports_no_heavy_library() -> None:
    program = (
        "import sys; from workers.cli import run; run(['--help']);"
        "print([name for name in ('sqlalchemy', 'pydantic', 'dramatiq', 'rich', 'redis') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )

    assert done.stdout.splitlines()[-1] == "[]"
