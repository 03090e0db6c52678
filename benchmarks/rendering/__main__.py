"""Letters a second and peak memory of each maker of PDF, then e-mails a second: `python -m benchmarks.rendering`."""

import argparse
import json
import resource
import subprocess
import sys
import time
from typing import Any

from benchmarks.rendering.letters import letter
from benchmarks.rendering.makers import MAKERS
from workflows.invoice import Channel

#: Made before the clock starts: fonts are read, templates are compiled.
_WARM_UP = 5


def main() -> None:
    """Measure every maker in a process of its own, so that memory is its own, and print a table with ratios."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rendering", description=__doc__)
    parser.add_argument("--letters", type=int, default=200, help="letters a maker makes")
    parser.add_argument("--invoices", type=int, default=1, help="invoices in each letter")
    parser.add_argument("--only", choices=[*MAKERS, "email"], help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.only:
        print(json.dumps(measured(asked.only, asked.letters, asked.invoices)))
        return
    print(
        f"{asked.letters} letters, {asked.invoices} invoice(s) each, code of the transfer included; an e-mail is timed"
    )
    print("with its template; peak memory includes the project itself. Only typst writes PDF/A here, and reportlab")
    print("embeds no font and places the blocks more plainly: its letter is smaller, and less is done for it.")
    print(f"{'':12}{'letters/s':>10}{'CPU ms':>9}{'peak MB':>9}{'kB each':>9}{'time beside typst':>20}")
    base = None
    for name in MAKERS:
        found = _apart(name, asked.letters, asked.invoices)
        if why := found.get("absent"):
            print(f"{name:12}not measured: {why}")
            continue
        base = base or found
        _show(name, found, found["cpu_ms"] / base["cpu_ms"])
    mails = _apart("email", asked.letters * 5, asked.invoices)
    print(f"{'e-mail':12}{mails['rate']:>10.0f}{mails['cpu_ms']:>9.2f}{mails['peak_mb']:>9.0f}{mails['kb']:>9.1f}")


def measured(name: str, count: int, invoices: int) -> dict[str, Any]:
    """What one maker needs, in this process; a peer that is not installed says why."""
    try:
        make = MAKERS[name]() if name in MAKERS else None
    except (ImportError, OSError) as error:
        return {"absent": str(error).splitlines()[0]}
    channel = Channel.REGISTERED if make else Channel.EMAIL
    for number in range(_WARM_UP):
        _ = make(letter(10_000 + number, invoices)) if make else letter(10_000 + number, invoices, channel).html
    letters = [letter(number, invoices) for number in range(count)] if make else []
    wall, cpu, size = time.perf_counter(), time.process_time(), 0
    for number in range(count):
        # an e-mail is timed with its template: text and HTML; a PDF without, since all makers share that part
        size += len(make(letters[number]) if make else letter(number, invoices, channel).html)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"rate": count / wall, "cpu_ms": cpu / count * 1000, "peak_mb": peak, "kb": size / count / 1024}


def _apart(name: str, count: int, invoices: int) -> dict[str, Any]:
    words = ["--only", name, "--letters", str(count), "--invoices", str(invoices)]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.rendering", *words], capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _show(name: str, found: dict[str, Any], ratio: float) -> None:
    figures = f"{found['rate']:>10.1f}{found['cpu_ms']:>9.1f}{found['peak_mb']:>9.0f}{found['kb']:>9.1f}"
    print(f"{name:12}{figures}{ratio:>19.1f}×", flush=True)


if __name__ == "__main__":
    main()
