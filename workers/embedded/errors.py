"""What can go wrong with the embedded servers; each text names the place and the fix, in French and in English."""

from pathlib import Path
from typing import ClassVar


class EmbeddedError(Exception):
    """An embedded server cannot be had; nothing was changed in its data."""

    fr: ClassVar[str]
    en: ClassVar[str]

    def text(self, language: str) -> str:
        """The same message as `str()`, in `fr` or `en`; any other language gets English."""
        return (self.fr if language == "fr" else self.en).format(*self.args)

    def __str__(self) -> str:
        return self.text("en")


class NotWritable(EmbeddedError):
    """The data directory cannot be made or written."""

    fr = (
        "le répertoire de données {0} n’est pas accessible en écriture ({1}) ; corrigez ses droits ou choisissez --data"
    )
    en = "the data directory {0} is not writable ({1}); mend its permissions, or choose another one with --data"

    def __init__(self, directory: Path, reason: str) -> None:
        super().__init__(directory, reason)
        self.directory, self.reason = directory, reason


class OtherOwner(EmbeddedError):
    """The data directory is used by another account of the machine."""

    fr = (
        "les serveurs de {0} appartiennent au compte n° {1} et vous êtes le n° {2} ; "
        "lancez la commande sous ce compte, ou choisissez un autre --data"
    )
    en = (
        "the servers in {0} belong to account number {1}, and you are number {2}; "
        "run the command as that account, or choose another --data"
    )

    def __init__(self, directory: Path, owner: int, caller: int) -> None:
        super().__init__(directory, owner, caller)
        self.directory, self.owner, self.caller = directory, owner, caller


class UnsafeSocketDirectory(EmbeddedError):
    """The short directory for sockets exists already, and somebody else could use it."""

    fr = "{0} existe déjà sans vous être réservé ; supprimez-le, ou choisissez un --data plus court"
    en = "{0} exists already and is not yours alone; remove it, or choose a shorter --data"

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.directory = directory


class NoSpace(EmbeddedError):
    """Too little room to create a database."""

    fr = "il reste {1} Mo sur le disque de {0} et il en faut {2} ; libérez de la place ou choisissez un autre --data"
    en = "{0} is on a disk with {1} MB left, and {2} are needed; make room, or choose another --data"

    def __init__(self, directory: Path, free_mb: int, needed_mb: int) -> None:
        super().__init__(directory, free_mb, needed_mb)
        self.directory, self.free_mb, self.needed_mb = directory, free_mb, needed_mb


class NotInstalled(EmbeddedError):
    """A server's program is missing: no package for this machine, or an incomplete installation."""

    fr = (
        "le programme de {0} est absent (paquet {1}) ; réinstallez relance, "
        "ou indiquez vos serveurs dans redis_url et postgres_url"
    )
    en = (
        "the program of {0} is missing (package {1}); install relance again, "
        "or name your own servers in redis_url and postgres_url"
    )

    def __init__(self, server: str, package: str) -> None:
        super().__init__(server, package)
        self.server, self.package = server, package


class NoOrdinaryAccount(EmbeddedError):
    """PostgreSQL refuses to run as root, and the machine has no account `nobody` to run it."""

    fr = "PostgreSQL refuse de tourner sous root et le compte « nobody » n’existe pas ; utilisez un compte ordinaire"
    en = "PostgreSQL refuses to run as root, and there is no account 'nobody'; use an ordinary account"


class OtherVersion(EmbeddedError):
    """The database was made by another major version of PostgreSQL."""

    fr = (
        "la base {0} vient de PostgreSQL {1} et le programme installé est PostgreSQL {2} ; exportez-la (pg_dump) "
        "avec la version {1} et rechargez-la dans un nouveau répertoire --data"
    )
    en = (
        "the database in {0} was made by PostgreSQL {1}, and PostgreSQL {2} is installed; dump it (pg_dump) with "
        "version {1} and load it into a new --data directory"
    )

    def __init__(self, directory: Path, found: str, installed: str) -> None:
        super().__init__(directory, found, installed)
        self.directory, self.found, self.installed = directory, found, installed


class ServerDied(EmbeddedError):
    """The server ended while it was being started; the end of its log says why."""

    fr = "{0} s’est arrêté au démarrage ; fin de son journal {1} :\n{2}"
    en = "{0} ended while it was starting; the end of its log {1}:\n{2}"

    def __init__(self, server: str, log: Path, tail: str) -> None:
        super().__init__(server, log, tail)
        self.server, self.log, self.tail = server, log, tail


class NoAnswer(EmbeddedError):
    """The server runs but does not answer, or does not stop, in time."""

    fr = "{0} (processus {1}) ne répond pas depuis {2} s ; voyez {3}, puis arrêtez ce processus et recommencez"
    en = "{0} (process {1}) has not answered for {2} s; look into {3}, then end that process and try again"

    def __init__(self, server: str, pid: int | None, seconds: float, log: Path) -> None:
        super().__init__(server, pid, seconds, log)
        self.server, self.pid, self.seconds, self.log = server, pid, seconds, log
