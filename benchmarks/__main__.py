"""Every figure in one run: `python -m benchmarks [--quick]`, the timetable first, then the full step, then letters."""

import argparse
import subprocess
import sys


def main() -> None:
    """Run the benchmarks one after the other, each in a process of its own; ends with 1 if one of them fails."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller numbers: about a minute and a half")
    quick = parser.parse_args().quick
    failed = False
    for module, words in (
        ("benchmarks.timetable", ["--quick"] if quick else []),
        ("benchmarks.full_step.run", ["--steps", "200" if quick else "600"]),
        ("benchmarks.rehearsal", ["--cases", "2000" if quick else "20000"]),
        ("benchmarks.rendering", ["--letters", "50" if quick else "200"]),
    ):
        print(f"== {module}", flush=True)
        failed |= subprocess.run([sys.executable, "-m", module, *words], check=False).returncode != 0
    sys.exit(int(failed))


if __name__ == "__main__":
    main()
