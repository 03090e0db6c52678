"""The parts of the timetable broker; `workers/broker.py` is its face."""
