"""The office in which the shell is proved."""

from collections.abc import Iterator

import pytest

from tests.fake_post import letter_provider
from tests.fake_provider import FakeProvider
from tests.office import Office, office_at
from workers.settings import Settings


@pytest.fixture
def office(settings: Settings) -> Iterator[Office]:
    """A system on this test's own servers, whose providers take everything."""
    with office_at(settings) as opened:
        yield opened


@pytest.fixture
def post() -> Iterator[FakeProvider]:
    """The providers of letters; AR24 in an open hour, and struck by faults where it takes the letter itself."""
    with letter_provider() as provider:
        provider.interfaces["/ar24"].is_open = True  # type: ignore[attr-defined] # the fake AR24
        provider.struck = "/mail"
        yield provider
