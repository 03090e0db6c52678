"""`relance dossier`: one sealed ZIP with all that is known of an invoice or of a debtor."""

from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Literal

import click

from workers.cli.bilingual import argument, command, json_option, option
from workers.cli.exit_codes import ExitCode
from workers.cli.failures import Failure
from workers.cli.figures import day_of
from workers.cli.invocation import Invocation, pass_invocation
from workers.cli.options import PARIS
from workers.cli.tables import show_json

if TYPE_CHECKING:
    from workers.dossier.build import Dossier
    from workers.ledger.queries.proofs import Evidence

#: Invoices without a document that are named one by one.
_SHOWN = 10


@command(
    "dossier",
    fr="""Écrit le dossier scellé d’une facture ou d’un débiteur, vérifiable sans ce programme.

    Un seul ZIP : chronologie, factures, chaque message avec sa preuve, décompte, échanges, données pour une injonction
    de payer, journal chaîné, manifeste, et un fichier Python qui vérifie le tout.""",
    en="""Write the sealed file of an invoice or of a debtor, verifiable without this program.

    One ZIP: chronology, invoices, every message with its proof, statement of interest, exchanges, data for an order for
    payment, chained journal, manifest, and a Python file that verifies all of it.""",
)
@argument("name", metavar="NUMÉRO|DÉBITEUR", fr="Une facture ou un débiteur.", en="An invoice or a debtor.")
@option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FICHIER.zip",
        fr="Où l’écrire ; sinon ici.", en="Where to write it; else here.")  # fmt: skip
@option("--as-of", metavar="DATE", fr="Dernier jour du décompte ; sinon aujourd’hui.",
        en="The last day of the statement; else today.")  # fmt: skip
@option("--language", type=click.Choice(["fr", "en"]), fr="Sa langue ; sinon celle de la commande.",
        en="Its language; else that of the command.")  # fmt: skip
@option("--creditor", fr="Le créancier, s’il y en a plusieurs.", en="The creditor, where there are several.")
@option("--debtor", "is_debtor", is_flag=True, fr="Le nom est celui d’un débiteur, non d’une facture.",
        en="The name is a debtor’s, not an invoice’s.")  # fmt: skip
@json_option
@pass_invocation
def dossier(
    invocation: Invocation, *, name: str, out: Path | None, as_of: str | None, language: Literal["fr", "en"] | None,
    creditor: str | None, is_debtor: bool, as_json: bool,
) -> int:  # fmt: skip
    """Write one file, and say its seal."""
    from workers.channels.whole_files import put_once  # noqa: PLC0415 - help must not pay for it
    from workers.dossier.writing import slug  # noqa: PLC0415

    target = out or Path(f"dossier-{slug(name)}.zip")
    if target.exists():
        raise Failure(
            f"{target} existe déjà ; une preuve ne s’écrase pas : choisissez un autre --out",
            f"{target} is there already; a proof is not overwritten: choose another --out",
            ExitCode.GUARDED,
        )
    today = invocation.system.clock.now().astimezone(PARIS).date()
    day = today if as_of is None else day_of("--as-of", as_of)
    found = _found(invocation, name, creditor, is_debtor=is_debtor)
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".dossier-", dir=target.parent) as folder:
        made = _made(invocation, found, day, language=language, folder=Path(folder))
        put_once(made.archive, target)
    if as_json:
        content = {"file": target, "as_of": day, "seal": made.seal, "files": made.files, "absent": list(made.absent)}
        content |= {"unproved": list(made.unproved)}
        show_json(invocation, "dossier", content | {"shared_payments": list(found.shared_payments)})
        return ExitCode.OK
    _tell(invocation, found, made)
    invocation.show(invocation.say(f"{target} : {made.files} fichiers", f"{target}: {made.files} files"))
    invocation.show(invocation.say(f"sceau : {made.seal}", f"seal: {made.seal}"))
    return ExitCode.OK


def _tell(invocation: Invocation, found: "Evidence", made: "Dossier") -> None:
    """What its reader should know before handing it over."""
    for absence in made.absent[:_SHOWN]:
        invocation.tell(f"sans son document – {absence}", f"without its document – {absence}")
    if (more := len(made.absent) - _SHOWN) > 0:
        invocation.tell(f"… et {more} autres : factures/factures.csv", f"… and {more} more: factures/factures.csv")
    for stem in made.unproved[:_SHOWN]:
        invocation.tell(f"{stem} : preuve non gardée ici", f"{stem}: its proof is not kept here")
    if payments := ", ".join(found.shared_payments):
        invocation.tell(
            f"attention : {payments} règle aussi un autre débiteur ; journal.jsonl nomme ses factures",
            f"warning: {payments} also pays for another debtor; journal.jsonl names their invoices",
        )
    invocation.tell(
        "Notez le sceau ailleurs ; verifier.py, dans le ZIP, vérifie le tout sans ce programme.",
        "Note the seal elsewhere; verifier.py, in the ZIP, verifies all of it without this program.",
    )


def _made(
    invocation: Invocation, found: "Evidence", day: date, *, language: Literal["fr", "en"] | None, folder: Path
) -> "Dossier":
    from workers.delivery.charges import RateTooLow  # noqa: PLC0415 - help must not pay for it
    from workers.dossier.build import Ask, TooLarge, build  # noqa: PLC0415
    from workers.dossier.verifier import Difference  # noqa: PLC0415
    from workers.dossier.writing import Writing  # noqa: PLC0415
    from workers.ledger.queries.proofs_beside import letter_proof, raw_of  # noqa: PLC0415
    from workflows.rates import UnknownRate  # noqa: PLC0415

    system, writing = invocation.system, Writing(language or invocation.language)
    catalogue = system.catalogue.of(found.creditor.ref)
    raw, proof = partial(raw_of, system.ledger), partial(letter_proof, system.ledger)
    ask = Ask(day, writing, catalogue, invocation.rates, raw, proof)
    try:
        return build(found, ask, folder)
    except UnknownRate as error:
        raise Failure(
            f"--as-of {day} : un taux manque ({error}) ; choisissez un autre jour, ou relance rates add",
            f"--as-of {day}: a rate is missing ({error}); choose another day, or relance rates add",
        ) from None
    except RateTooLow as error:
        raise Failure(str(error), str(error)) from None
    except TooLarge as error:
        raise Failure(
            f"{error.files} fichiers, {error.size} octets : trop pour un ZIP ; faites un dossier par facture",
            str(error),
        ) from None
    except Difference as broken:
        raise Failure(
            f"le registre ne tient pas ({broken.where} : {broken.fr}) ; relance ledger check dit où",
            f"the ledger does not hold ({broken.where}: {broken.en}); relance ledger check says where",
        ) from None


def _found(invocation: Invocation, name: str, creditor: str | None, *, is_debtor: bool) -> "Evidence":
    """The evidence of the one invoice or the one debtor of this name.

    Raises:
        Failure: there is none, or there are several.
    """
    from workers.ledger.queries.cases import find_cases  # noqa: PLC0415 - help must not pay for it
    from workers.ledger.queries.debtors import find_debtors  # noqa: PLC0415
    from workers.ledger.queries.proofs import evidence  # noqa: PLC0415

    ledger = invocation.system.ledger
    with ledger.connect() as connection:
        files = [] if is_debtor else find_cases(connection, name, creditor)
        debtors = [] if files else find_debtors(connection, name, creditor)
    about: list[tuple[str, str, str | None]] = [
        (each.case.invoice.creditor_ref, each.case.invoice.debtor_ref, each.case.invoice.number) for each in files
    ]
    about += [(each.creditor_ref, each.ref, None) for each in debtors]
    if len(about) > 1:
        names = ", ".join(each[0] for each in about)
        raise Failure(f"{name} existe chez {names} ; ajoutez --creditor", f"{name} exists for {names}; add --creditor",
                      ExitCode.USAGE)  # fmt: skip
    found = evidence(ledger, *about[0]) if about else None
    if found is None:
        raise Failure(
            f"aucune facture ni aucun débiteur {name} avec un dossier ; relance cases les liste",
            f"no invoice and no debtor {name} with a case; relance cases lists them",
            ExitCode.NOTHING_MATCHED,
        )
    return found
