"""A worker process: `python -m benchmarks.timetable.worker stock|timetable URL`."""

import signal
import sys

from dramatiq import Worker

from benchmarks.timetable.brokers import declare, make


def main() -> None:
    """Work until killed."""
    broker = make(sys.argv[1], sys.argv[2])
    declare(broker, sys.argv[2])
    Worker(broker).start()
    signal.pause()


if __name__ == "__main__":
    main()
