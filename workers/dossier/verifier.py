"""Verify a sealed file of relance: its files, its journal, its messages. Python 3.8 or later, nothing else.

Vérifie un dossier scellé de relance : ses fichiers, son journal, ses messages. Python 3.8 ou plus récent, rien d'autre.

    python verifier.py [DOSSIER.zip | FOLDER] [--lang fr|en]

Exit codes: 0 all of it holds, 1 something differs (the first difference is named), 2 there is nothing to verify.
"""

from __future__ import annotations

import hashlib
import io
import json
import struct
import sys
import zlib
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

MANIFEST = "manifest.json"
FORMAT = "relance.dossier/3"
#: The chain of a case begins with this.
NO_HASH = "0" * 64
#: How much is left of a line: all of it, what accounting keeps, what speaks of nobody.
LEVELS = (0, 1, 2)
#: In the place of a salt that was deleted.
GONE = "-"
#: 1 January 1980, the first day a ZIP can name: the bytes depend on the content alone.
DATE, TIME = 0x21, 0
#: Bytes read in one go, and of the directory of a ZIP with as many files as it may have.
PIECE, LARGEST_DIRECTORY = 2**20, 2**25
LOCAL, CENTRAL, END = "<4s5H3I2H", "<4s6H3I5H2I", "<4s4H2IH"


class Difference(Exception):
    """Something is not what it was.

    Args:
        where: the file.
        fr: what differs, in French.
        en: the same in English.
    """

    def __init__(self, where: str, fr: str, en: str) -> None:
        super().__init__(where, fr, en)
        self.where, self.fr, self.en = where, fr, en


def sha256(content: bytes) -> str:
    """In hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def canonical(document: dict[str, Any]) -> str:
    """The one way in which a document is written."""
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def seal_of(manifest: dict[str, Any]) -> str:
    """Hash of a manifest without its own seal; it stands for all of the dossier."""
    return sha256(canonical({key: value for key, value in manifest.items() if key != "seal"}).encode())


def line_hash(before: str, line: dict[str, Any]) -> str:
    """SHA-256 that ties a line of the journal to the one before it; it covers the seals, never the texts."""
    return sha256("\n".join((before, line["case_id"], line["recorded_at"], line["seals"])).encode())


def is_sealed(line: dict[str, Any]) -> bool:
    """Whether the texts of a line are what its seals promised when it was written.

    A line that speaks of nobody has one seal. Any other has three: of the whole line (level 0), of what accounting
    keeps of it (1), of what is left without anybody (2). Each text is sealed with its salt; the last needs none.
    """
    level, seals = line["level"], line["seals"].split(" ")
    if line["salts"] is None:
        return level == 0 and len(seals) == 1 and seals[0] == sealed("", line)
    salts = line["salts"].split(" ")
    if len(seals) != len(LEVELS) or level not in LEVELS or len(salts) != len(LEVELS) - 1:
        return False
    if any((salt == GONE) != (place < level) for place, salt in enumerate(salts)):
        return False
    return bool(seals[level] == sealed([*salts, ""][level], line))


def sealed(salt: str, line: dict[str, Any]) -> str:
    """SHA-256 of an event and its decision."""
    return sha256("\n".join((salt, line["event"], line["decision"])).encode())


def record_hash(before: str, record: dict[str, Any]) -> str:
    """SHA-256 that ties a record of what was anonymised to the one before it of the same case."""
    parts = [record[name] for name in ("case_id", "at", "by", "rule", "reason")]
    return sha256("\n".join([before, *parts, *record["lines"]]).encode())


# --- files, large ones piece by piece -------------------------------------------------------------------------------


class Entry(NamedTuple):
    """Where the bytes of one file are: in memory, in a file of their own, or inside a ZIP; `crc` as a ZIP states it."""

    source: bytes | Path
    at: int
    size: int
    crc: int | None = None


if TYPE_CHECKING:
    Files = dict[str, Entry]


def in_memory(files: dict[str, bytes]) -> Files:
    """Files that are bytes already."""
    return {name: Entry(content, 0, len(content)) for name, content in files.items()}


def on_disk(path: Path) -> Entry:
    """A file as it lies on the disk."""
    return Entry(path, 0, path.stat().st_size)


def pieces(entry: Entry) -> Iterator[bytes]:
    """The bytes of a file, a piece after the other."""
    if isinstance(entry.source, bytes):
        yield entry.source
        return
    with entry.source.open("rb") as stream:
        stream.seek(entry.at)
        left = entry.size
        while left and (piece := stream.read(min(left, PIECE))):
            left -= len(piece)
            yield piece


def measured(files: Files, name: str) -> tuple[int, str, int]:
    """Size, SHA-256 and CRC of a file."""
    size, crc, digest = 0, 0, hashlib.sha256()
    for piece in pieces(files[name]):
        size, crc = size + len(piece), zlib.crc32(piece, crc)
        digest.update(piece)
    if files[name].crc not in (None, crc):
        raise Difference(name, "le ZIP est abîmé à cet endroit", "the ZIP is damaged here")
    return size, digest.hexdigest(), crc


def content(files: Files, name: str) -> bytes:
    """All bytes of one of the smaller files."""
    measured(files, name)
    return b"".join(pieces(files[name]))


# --- the ZIP --------------------------------------------------------------------------------------------------------


def facts_of(name: str, size: int, crc: int) -> tuple[int, ...]:
    """What both headers of a file say alike."""
    return (0, 0, TIME, DATE, crc, size, size, len(name), 0)


def local(name: str, size: int, crc: int) -> bytes:
    """What stands before a file."""
    return struct.pack(LOCAL, b"PK\3\4", 20, *facts_of(name, size, crc)) + name.encode("ascii")


def central(name: str, size: int, crc: int, at: int) -> bytes:
    """The line of a file in the directory."""
    mode = 0o100644 << 16
    facts = (*facts_of(name, size, crc), 0, 0, 0, mode, at)
    return struct.pack(CENTRAL, b"PK\1\2", 0x0314, 20, *facts) + name.encode("ascii")


def ending(count: int, length: int, start: int) -> bytes:
    """What stands behind the directory: how many lines and bytes it has, and where it begins."""
    return struct.pack(END, b"PK\5\6", 0, 0, count, count, length, start, 0)


def pack(files: Files, stream: BinaryIO) -> None:
    """Write a ZIP of these files; the same files always give the same bytes. Names are ASCII."""
    at, listed = 0, []
    for name in sorted(files):
        size, _digest, crc = measured(files, name)
        head = local(name, size, crc)
        stream.write(head)
        stream.writelines(pieces(files[name]))
        listed.append(central(name, size, crc, at))
        at += len(head) + size
    stream.writelines(listed)
    stream.write(ending(len(files), sum(map(len, listed)), at))


def read(place: Path) -> Files:
    """The files of a ZIP or of a folder, by name."""
    return from_folder(place) if place.is_dir() else from_zip(place)


def from_folder(folder: Path) -> Files:
    """Every file below `folder`; a link is none."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            raise Difference(name, "c'est un lien, pas un fichier", "this is a link and no file")
        if path.is_file():
            found[name] = on_disk(path)
    return found


def from_zip(path: Path) -> Files:
    """Every file of the ZIP, which must be, byte by byte, what `pack` writes for them; contents are read later."""
    try:
        with path.open("rb") as stream:
            return entries_of(path, stream)
    except (OSError, ValueError, struct.error) as error:
        raise Difference(path.name, f"le ZIP est abîmé : {error}", f"the ZIP is damaged: {error}") from None


def entries_of(path: Path, stream: BinaryIO) -> Files:
    """Where each file of a ZIP is; a ValueError where a byte beside their contents is not what `pack` writes."""
    size = path.stat().st_size
    stream.seek(max(size - struct.calcsize(END), 0))
    length, start = struct.unpack(END, end := stream.read())[5:7]
    require(start + length + len(end) == size and length <= LARGEST_DIRECTORY, size)
    stream.seek(start)
    directory = stream.read(length)
    found: Files = {}
    line, at, last = 0, 0, ""
    while line < length:
        name, inside, crc = listed_at(directory, line)
        head, expected = local(name, inside, crc), central(name, inside, crc, at)
        require(directory.startswith(expected, line) and name > last, start + line)
        stream.seek(at)
        require(stream.read(len(head)) == head, at)
        found[name] = Entry(path, at + len(head), inside, crc)
        line, at, last = line + len(expected), at + len(head) + inside, name
    require(at == start and end == ending(len(found), length, start), start)
    return found


def listed_at(directory: bytes, line: int) -> tuple[str, int, int]:
    """Name, size and CRC of the file that the directory lists here."""
    fields = struct.unpack_from(CENTRAL, directory, line)
    first = line + struct.calcsize(CENTRAL)
    return directory[first : first + fields[10]].decode("ascii"), fields[8], fields[7]


def require(holds: object, at: int) -> None:
    """A ValueError that names the byte, unless it holds."""
    if not holds:
        raise ValueError(f"octet / byte {at}")


# --- verifying ------------------------------------------------------------------------------------------------------


def verify(files: Files) -> dict[str, Any]:
    """Verify everything; the manifest of what holds. Raises Difference for the first thing that does not."""
    manifest = manifest_of(files)
    check_files(files, manifest)
    told = check_journal(files, manifest)
    check_messages(files, manifest, told)
    check_received(files, manifest)
    return manifest


def manifest_of(files: Files) -> dict[str, Any]:
    """The manifest, which bears its own seal."""
    if MANIFEST not in files:
        raise Difference(MANIFEST, "il manque", "it is missing")
    manifest = document(files, MANIFEST)
    if manifest.get("format") != FORMAT:
        raise Difference(MANIFEST, f"ce n'est pas le format {FORMAT}", f"this is not format {FORMAT}")
    if canonical(manifest).encode() != content(files, MANIFEST) or manifest.get("seal") != seal_of(manifest):
        raise Difference(MANIFEST, "il n'est pas celui de son sceau", "it is not that of its seal")
    return manifest


def document(files: Files, name: str) -> dict[str, Any]:
    """A file that holds one JSON object."""
    try:
        read_as = json.loads(content(files, name).decode("utf-8"))
    except ValueError:
        read_as = None
    if not isinstance(read_as, dict):
        raise Difference(name, "illisible", "cannot be read")
    return read_as


def check_files(files: Files, manifest: dict[str, Any]) -> None:
    """Every file is named with its hash, and every named file is there."""
    listed = manifest["files"]
    for name in sorted(set(files) | set(listed)):
        if name == MANIFEST:
            continue
        if name not in listed:
            raise Difference(name, "le manifeste ne le connaît pas", "the manifest does not know it")
        if name not in files:
            raise Difference(name, "il manque", "it is missing")
        size, digest, _crc = measured(files, name)
        if listed[name] != {"bytes": size, "sha256": digest}:
            raise Difference(name, "son empreinte n'est pas celle du manifeste", "its hash is not the manifest's")


def check_journal(files: Files, manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Every line follows from the one before it, up to the head of its case; what the journal tells of messages."""
    name = manifest["journal"]["file"]
    ends: dict[str, str] = {}
    counts: dict[str, int] = {}
    told: dict[str, dict[str, Any]] = {}
    recorded = check_records(files, manifest)
    for at, text in enumerate(content(files, name).decode("utf-8").splitlines(), start=1):
        line = json.loads(text)
        before = ends.get(line["case_id"], NO_HASH)
        if line["line"] != counts.get(line["case_id"], 0) + 1 or line["hash"] != line_hash(before, line):
            raise Difference(f"{name}, {at}", "cette ligne rompt la chaîne", "this line breaks the chain")
        if not is_sealed(line):
            raise Difference(
                f"{name}, {at}", "le texte n'est pas celui de son sceau", "the text is not what was sealed"
            )
        if line["level"] != recorded.pop(line["hash"], 0):
            raise Difference(f"{name}, {at}", "son anonymisation n'est pas notée", "its anonymisation is not recorded")
        ends[line["case_id"]], counts[line["case_id"]] = line["hash"], line["line"]
        note(told, json.loads(line["event"]), line["level"])
    found = {case: {"head": ends[case], "lines": counts[case]} for case in ends}
    if found != manifest["journal"]["heads"]:
        raise Difference(name, "les têtes ne sont pas celles du manifeste", "the heads are not the manifest's")
    return told


def check_records(files: Files, manifest: dict[str, Any]) -> dict[str, int]:
    """Every record of what was anonymised follows from the one before it; the level of each line it names."""
    name = manifest["journal"]["records"]
    ends: dict[str, str] = {}
    levels: dict[str, int] = {}
    for at, text in enumerate(content(files, name).decode("utf-8").splitlines() if name else (), start=1):
        record = json.loads(text)
        if record["hash"] != record_hash(ends.get(record["case_id"], NO_HASH), record):
            raise Difference(f"{name}, {at}", "cette ligne rompt la chaîne", "this line breaks the chain")
        ends[record["case_id"]] = record["hash"]
        levels.update((digest, int(level)) for level, digest in (each.split(" ") for each in record["lines"]))
    return levels


def note(told: dict[str, dict[str, Any]], event: dict[str, Any], level: int) -> None:
    """Keep what a line says of a message: whether it left, and the latest hash; an anonymised one is empty."""
    message_id = event.get("message_id")
    if event.get("kind") != "dispatch.reported" or message_id is None:
        return
    known = told.setdefault(message_id, {"sent": False, "sha256": None})
    known["sent"] = known["sent"] or event["outcome"] == "sent"
    gone = sha256(b"") if event["outcome"] == "sent" else None
    known["sha256"] = (event.get("body_sha256") if level == 0 else gone) or known["sha256"]


def check_messages(files: Files, manifest: dict[str, Any], told: dict[str, dict[str, Any]]) -> None:
    """Every message that left is there, and is the one whose hash the journal holds."""
    present = {}
    for item in manifest["messages"]:
        proof = document(files, item["proof"])
        present[item["message_id"]] = proof
        body = content(files, item["file"])
        if {proof["body_sha256"], item["sha256"], sha256(body)} != {sha256(body)}:
            raise Difference(item["file"], "le message n'est pas celui de sa preuve", "it is not that of its proof")
        if proof["message_id"] != item["message_id"] or item["message_id"] not in told:
            raise Difference(item["proof"], "le journal ne connaît pas ce message", "the journal does not know it")
        if told[item["message_id"]]["sha256"] not in (None, sha256(body)):
            raise Difference(item["file"], "le journal a une autre empreinte", "the journal has another hash of it")
        if (
            item["file"].endswith(".eml")
            and body
            and message_from_bytes(body)["Message-ID"].strip() != item["message_id"]
        ):
            raise Difference(item["file"], "il porte un autre Message-ID", "it bears another Message-ID")
    for message_id in sorted(told):
        if told[message_id]["sent"] and message_id not in present:
            raise Difference(message_id, "ce message est parti et il manque", "this message left and is missing")


def check_received(files: Files, manifest: dict[str, Any]) -> None:
    """Every message that came in is that of its proof, and so are the files that came with it."""
    for item in manifest["received"]:
        proof = document(files, item["proof"])
        for part in (proof, *proof["files"]):
            if measured(files, part["file"])[1] != part["sha256"]:
                raise Difference(part["file"], "ce n'est pas celui de sa preuve", "it is not that of its proof")


# --- telling --------------------------------------------------------------------------------------------------------


def report(manifest: dict[str, Any], place: str, language: str) -> list[str]:
    """What was verified, in words."""
    heads = manifest["journal"]["heads"]
    lines = sum(head["lines"] for head in heads.values())
    files, messages, received = (len(manifest[name]) for name in ("files", "messages", "received"))
    if language == "fr":
        told = [
            f"{files} fichiers : empreintes conformes au manifeste",
            f"{lines} lignes de journal, {len(heads)} dossiers : chaîne conforme, ligne après ligne",
            f"{messages} messages envoyés : conformes à leur preuve et au journal",
            f"{received} messages reçus : conformes à leur preuve",
            f"sceau : {manifest['seal']}",
            "Tout est conforme. Comparez le sceau à celui qui a été noté le jour de l'export.",
        ]
    else:
        told = [
            f"{files} files: hashes as in the manifest",
            f"{lines} lines of journal, {len(heads)} cases: the chain holds, line by line",
            f"{messages} messages sent: as in their proof and in the journal",
            f"{received} messages received: as in their proof",
            f"seal: {manifest['seal']}",
            "All of it holds. Compare the seal with the one noted on the day of the export.",
        ]
    return [place, *("  " + text for text in told[:-1]), told[-1]]


def main(words: list[str]) -> int:
    """Run; see the top of this file."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    language, places = asked(words)
    place = Path(places[0]) if places else Path(__file__).resolve().parent
    if len(places) > 1 or language not in (None, "fr", "en") or not place.exists():
        print(__doc__, file=sys.stderr)
        return 2
    try:
        manifest = verify(read(place))
        told = report(manifest, place.name, language or manifest["language"])
    except Difference as found:
        said = found.en if language == "en" else found.fr
        print(f"DIFFERENCE: {found.where}: {said}" if language == "en" else f"DIFFÉRENCE : {found.where} : {said}")
        return 1
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        print(f"DIFFÉRENCE / DIFFERENCE: {MANIFEST}: {error!r}")
        return 1
    print("\n".join(told))
    return 0


def asked(words: list[str]) -> tuple[str | None, list[str]]:
    """The language that `--lang` asks for, and the other words."""
    if "--lang" not in words[:-1]:
        return None, words
    at = words.index("--lang")
    return words[at + 1], words[:at] + words[at + 2 :]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
