"""The office in which the shell is proved."""

from collections.abc import Iterator

import pytest

from tests.office import Office, office_at
from workers.settings import Settings


@pytest.fixture
def office(settings: Settings) -> Iterator[Office]:
    """A system on this test's own servers, whose providers take everything."""
    with office_at(settings) as opened:
        yield opened
