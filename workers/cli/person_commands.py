"""`relance person`: what is held of a natural person, given, erased, restricted."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from workers.cli.bilingual import argument, command, group, json_option, option
from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.options import PARIS, dry_run_option, reason_option
from workers.cli.tables import Column, show_json, show_table

if TYPE_CHECKING:
    from workers.privacy.erasing import Item
    from workers.privacy.person import Person
    from workers.privacy.requests import Request

_debtor_argument = argument(
    "debtor", required=False, metavar="[DÉBITEUR]", fr="La référence d’un débiteur.", en="The reference of a debtor."
)
_email_option = option(
    "--email", metavar="ADRESSE", fr="Plutôt qui a cette adresse, chez tous les débiteurs.",
    en="Rather whoever has this address, at any debtor.",
)  # fmt: skip
_creditor_option = option(
    "--creditor", fr="Le créancier, s’il y en a plusieurs.", en="The creditor, where there are several."
)
_reference_option = option(
    "--request", "reference", metavar="RÉFÉRENCE", fr="Sous laquelle vous gardez la demande ; ne nomme personne.",
    en="Under which you keep the request; it names nobody.",
)  # fmt: skip


@group(
    "person",
    fr="Répond à une personne qui demande ses données, leur effacement, ou qu’on la laisse en paix.",
    en="Answer a person who asks for their data, that it be erased, or to be left alone.",
)
def person() -> None:
    """Have commands of its own."""


@command(
    "export",
    fr="Écrit tout ce qui est tenu sur une personne : une lettre, les courriers, les données.",
    en="Write all that is held of a person: a letter, the messages, the data.",
)
@_debtor_argument
@_email_option
@_creditor_option
@option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, metavar="FICHIER.zip",
        fr="Où l’écrire.", en="Where to write it.")  # fmt: skip
@option("--language", type=click.Choice(["fr", "en"]), fr="Celle de la lettre ; sinon celle de la commande.",
        en="That of the letter; else that of the command.")  # fmt: skip
@_reference_option
@json_option
@pass_invocation
def export(
    invocation: Invocation, *, debtor: str | None, email: str | None, creditor: str | None, out: Path,
    language: Literal["fr", "en"] | None, reference: str | None, as_json: bool,
) -> int:  # fmt: skip
    """Write one ZIP, and note the request."""
    from workers.channels.whole_files import write_once  # noqa: PLC0415 - help must not pay for it
    from workers.privacy import exporting, requests  # noqa: PLC0415

    if out.exists():
        raise Failure(f"{out} existe déjà ; choisissez un autre --out", f"{out} is there already; choose another --out",
                      ExitCode.GUARDED)  # fmt: skip
    request = _request(_who(invocation, debtor, email, creditor), "export", reference)
    system = invocation.system
    now = system.clock.now()
    with system.ledger.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        made = exporting.export(
            connection, request.person, system.settings.retention, on=now.astimezone(PARIS).date(),
            language=language or invocation.language,
        )  # fmt: skip
    _known(sum(made.rows.values()), request.person)
    out.parent.mkdir(parents=True, exist_ok=True)
    write_once(out, made.archive)
    with system.ledger.begin() as connection:
        requests.note(connection, request, "export", {"rows": made.rows}, now=now)
    if as_json:
        show_json(invocation, "person.export", {"file": out, "rows": made.rows})
        return ExitCode.OK
    total = sum(made.rows.values())
    invocation.show(invocation.say(f"{out} : {total} lignes", f"{out}: {total} rows"))
    invocation.tell(
        "Relisez avant de remettre : des messages peuvent nommer d’autres personnes.",
        "Read it before you hand it over: messages may name other people.",
    )
    _tell_deadline(invocation)
    return ExitCode.OK


@command(
    "erase",
    fr="""Efface ce que rien n’oblige à garder, et dit quoi est gardé, pourquoi et jusqu’à quand.

    Commencez par --dry-run. Ce qui est effacé l’est pour de bon ; la chaîne du journal tient toujours.""",
    en="""Erase what nothing makes us keep, and tell what is kept, why and until when.

    Begin with --dry-run. What is erased is gone for good; the chain of the journal still holds.""",
)
@_debtor_argument
@_email_option
@_creditor_option
@_reference_option
@reason_option
@dry_run_option
@option("--yes", is_flag=True, fr="Ne demande pas de confirmation.", en="Do not ask for confirmation.")
@json_option
@pass_invocation
def erase(
    invocation: Invocation, *, debtor: str | None, email: str | None, creditor: str | None, reference: str | None,
    reason: str, dry_run: bool, yes: bool, as_json: bool,
) -> int:  # fmt: skip
    """Look, ask, erase, and answer."""
    from workers.ledger.redactions import BrokenPromise  # noqa: PLC0415 - help must not pay for it
    from workers.privacy import requests  # noqa: PLC0415

    request = _request(_who(invocation, debtor, email, creditor), reason, reference)
    try:
        found = requests.erase(invocation.system, request, dry_run=True)
        if not dry_run:
            _sure(invocation, found, yes=yes)
            found = requests.erase(invocation.system, request)
    except BrokenPromise as error:
        raise Failure("rien n’est effacé : un journal n’est pas ce qui a été écrit (relance ledger check)",
                      f"nothing is erased: {error}", ExitCode.FAILURE) from None  # fmt: skip
    _known(len(found), request.person)
    if as_json:
        show_json(invocation, "person.erase", {"dry_run": dry_run, "items": [_plain(each) for each in found]})
    else:
        _show(invocation, found)
        _tell_deadline(invocation)
    return ExitCode.OK


@command(
    "restrict",
    fr="Arrête tout envoi automatique à une personne (do_not_contact) ; debtor.updated y revient.",
    en="Stop everything automatic to a person (do_not_contact); debtor.updated takes it back.",
)
@_debtor_argument
@_email_option
@_creditor_option
@_reference_option
@reason_option
@pass_invocation
def restrict(
    invocation: Invocation, *, debtor: str | None, email: str | None, creditor: str | None, reference: str | None,
    reason: str,
) -> int:  # fmt: skip
    """Publish it, and note the request."""
    from workers.privacy import requests  # noqa: PLC0415 - help must not pay for it

    request = _request(_who(invocation, debtor, email, creditor), reason, reference)
    count = requests.restrict(invocation.system, request)
    _known(count, request.person)
    invocation.show(invocation.say(f"plus aucun envoi automatique ; débiteurs concernés : {count}",
                                   f"nothing automatic leaves any more; debtors concerned: {count}"))  # fmt: skip
    return ExitCode.OK


def _tell_deadline(invocation: Invocation) -> None:
    """What the law asks of who answers: article 12 (3), (4) and (6) of regulation (EU) 2016/679."""
    invocation.tell(
        "Répondez dans le mois qui suit la demande (RGPD, art. 12), après avoir vérifié en cas de doute qui la fait ; "
        "dites ce qui est gardé et pourquoi, et que la CNIL peut être saisie.",
        "Answer within one month of the request (GDPR, art. 12), once you are sure who asks; say what is kept and why, "
        "and that the CNIL may be turned to.",
    )


def _who(invocation: Invocation, debtor: str | None, email: str | None, creditor: str | None) -> "Person":
    """The one debtor of this reference, or whoever has the address.

    Raises:
        Failure: neither or both are given, or there is no such debtor, or several.
    """
    from workers.ledger.queries.debtors import find_debtors  # noqa: PLC0415 - help must not pay for it
    from workers.privacy.person import Person  # noqa: PLC0415

    if (debtor is None) == (email is None or "@" not in email):
        raise Failure("donnez un débiteur, ou --email et une adresse entière",
                      "give a debtor, or --email and a whole address", ExitCode.USAGE)  # fmt: skip
    if debtor is None:
        return Person(email=email)
    with invocation.system.ledger.connect() as connection:
        found = find_debtors(connection, debtor, creditor)
    if len(found) > 1:
        names = ", ".join(each.creditor_ref for each in found)
        fr, en = f"{debtor} existe chez {names} ; ajoutez --creditor", f"{debtor} exists for {names}; add --creditor"
        raise Failure(fr, en, ExitCode.USAGE)
    if not found:
        raise Failure(f"aucun débiteur {debtor}", f"no debtor {debtor}", ExitCode.NOTHING_MATCHED)
    return Person(found[0].creditor_ref, found[0].ref)


def _request(who: "Person", reason: str, reference: str | None) -> "Request":
    from workers.cli.acting import doing  # noqa: PLC0415 - help must not pay for it
    from workers.privacy.requests import Request  # noqa: PLC0415

    if who.email and who.email.casefold() in f"{reason} {reference}".casefold():
        raise Failure("--reason et --request sont gardés : n’y écrivez pas l’adresse de la personne",
                      "--reason and --request are kept: do not write the person's address in them",
                      ExitCode.USAGE)  # fmt: skip
    return Request(who, doing(reason), reference)


def _known(found: int, who: "Person") -> None:
    if not found:
        name = who.email or who.debtor_ref
        raise Failure(f"rien n’est détenu sur {name}", f"nothing is held of {name}", ExitCode.NOTHING_MATCHED)


def _sure(invocation: Invocation, found: "list[Item]", *, yes: bool) -> None:
    """Let a person look before what cannot be undone.

    Raises:
        Failure: the answer is not yes.
    """
    if yes:
        return
    _show(invocation, found)
    try:
        is_sure = click.confirm(invocation.say("Effacer pour de bon ?", "Erase for good?"), err=True)
    except click.Abort:
        is_sure = False
    if not is_sure:
        fr, en = "rien n’a été effacé ; ajoutez --yes, ou répondez y", "nothing was erased; add --yes, or answer y"
        raise Failure(fr, en, ExitCode.GUARDED)


def _show(invocation: Invocation, found: "list[Item]") -> None:
    from workers.cli.words import day_text  # noqa: PLC0415 - help must not pay for it
    from workers.privacy.policy import EXCEPTION, WHY  # noqa: PLC0415

    columns = [Column("TABLE", "TABLE"), Column("LIGNES", "ROWS", "right"), Column("SORT", "FATE"),
               Column("JUSQU’AU", "UNTIL"), Column("POURQUOI", "WHY"), Column("ART. RGPD", "ART. GDPR")]  # fmt: skip
    kept, erased = invocation.say("gardé", "kept"), invocation.say("effacé", "erased")
    rows = [
        [each.table, str(each.rows), kept if each.why else erased,
         day_text(each.until, invocation.language), invocation.say(*WHY[each.why]) if each.why else "",
         EXCEPTION.get(each.why or "", "")]
        for each in found
    ]  # fmt: skip
    show_table(invocation, columns, rows)


def _plain(item: "Item") -> dict[str, object]:
    from workers.privacy.policy import EXCEPTION, WHY  # noqa: PLC0415 - help must not pay for it

    reason = {} if item.why is None else {"why": item.why, "fr": WHY[item.why][0], "en": WHY[item.why][1],
                                          "article": EXCEPTION.get(item.why)}  # fmt: skip
    return {
        "table": item.table,
        "rows": item.rows,
        "fate": "kept" if item.why else "erased",
        "until": item.until,
        **reason,
    }


for _each in (export, erase, restrict):
    person.add_command(_each)
