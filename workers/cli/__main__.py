"""`python -m workers.cli` is the command `relance`, where it is not installed."""

from workers.cli import main

if __name__ == "__main__":
    main()
