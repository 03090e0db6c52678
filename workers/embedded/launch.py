"""Run one command apart from its caller: own session, and never as root. A script, run by path with `python -I -S`.

PostgreSQL refuses to run as root, while containers and small servers run everything as root. Changing to an ordinary
account is not enough: that account cannot pass through `/root`, where the data and the installed binaries often are.
Two ways out, chosen by the caller:

- `account`: become the account, keep only the right to pass through directories (an ambient capability);
- `namespace`: where root may not become anybody else (a container with a single user), enter a user namespace in
  which root carries that account's number; on the disk everything still belongs to root.
"""

import argparse
import contextlib
import ctypes
import os
import sys

PR_SET_SECUREBITS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 28, 47, 2
#: Changing the user changes no capability; without it, access(2) ignores them, and initdb looks for its files with it.
SECBIT_NO_SETUID_FIXUP = 4
CAPABILITY_VERSION_3 = 0x20080522
#: Read and pass anywhere; pass, read and write anywhere. The smaller one first; containers often have only the second.
CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE = 2, 1
CLONE_NEWUSER = 0x10000000


def main() -> None:
    """Drop what must be dropped, detach if asked, and become the command; exit 126 when that is impossible."""
    options = _parser().parse_args()
    os.umask(0o077)
    os.chdir("/")
    if options.detach:
        _leave_the_caller()
    try:
        if options.way == "account":
            _become(options.uid, options.gid)
        elif options.way == "namespace":
            _enter_namespace(options.uid, options.gid)
        os.execv(options.command[0], options.command)  # noqa: S606 - no shell is wanted
    except OSError as error:
        sys.stderr.write(f"{options.command[0]} could not be started ({options.way}): {error}\n")
        sys.stderr.flush()
        os._exit(126)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser()
    parser.add_argument("--detach", action="store_true")
    parser.add_argument("--way", choices=["same", "account", "namespace"], default="same")
    parser.add_argument("--uid", type=int, default=0)
    parser.add_argument("--gid", type=int, default=0)
    parser.add_argument("command", nargs="+")
    return parser


def _leave_the_caller() -> None:
    """Fork twice, so that the command is nobody's child, gets no signal of a terminal, and leaves no zombie."""
    if os.fork():
        os._exit(0)
    os.setsid()
    if os.fork():
        os._exit(0)


def _become(uid: int, gid: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    keeps = sys.platform == "linux" and libc.prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0) == 0
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    if keeps and not _keep(libc, CAP_DAC_READ_SEARCH):
        _keep(libc, CAP_DAC_OVERRIDE)


def _keep(libc: ctypes.CDLL, capability: int) -> bool:
    """Keep one capability across the coming exec, and no other; False where root has not got it."""
    bit = 1 << capability
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    sets = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)  # effective, permitted, inheritable: low half, high half
    if libc.capset(header, sets) != 0:
        return False
    return bool(libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, ctypes.c_ulong(capability), 0, 0) == 0)


def _enter_namespace(uid: int, gid: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "no user namespace may be made here")
    for name, content in (("setgroups", "deny"), ("uid_map", f"{uid} 0 1"), ("gid_map", f"{gid} 0 1")):
        with contextlib.suppress(FileNotFoundError), open(f"/proc/self/{name}", "w") as file:  # noqa: PTH123 - no pathlib: starts faster
            file.write(content)


if __name__ == "__main__":
    main()
