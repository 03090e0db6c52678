import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.channels.rate import TokenBucket


def test_messages_beyond_the_burst_wait_their_turn() -> None:
    bucket = TokenBucket(per_minute=60, burst=2)

    assert [bucket.take(100.0) for _ in range(4)] == [0.0, 0.0, 1.0, 2.0]


def test_asking_takes_no_place() -> None:
    bucket = TokenBucket(per_minute=60)
    bucket.take(100.0)

    assert [bucket.wait_s(100.25) for _ in range(3)] == [0.75] * 3


def test_a_pause_gives_the_burst_back_and_no_more() -> None:
    bucket = TokenBucket(per_minute=60, burst=2)
    for _ in range(5):
        bucket.take(0.0)

    assert [bucket.take(1_000.0) for _ in range(3)] == [0.0, 0.0, 1.0]


@given(per_minute=st.floats(1, 10_000), burst=st.integers(1, 20), gaps=st.lists(st.floats(0, 5), max_size=100))
def test_no_minute_ever_gets_more_than_its_share(per_minute: float, burst: int, gaps: list[float]) -> None:
    bucket, now, left_at = TokenBucket(per_minute, burst), 1_000.0, []
    for gap in gaps:
        now += gap
        left_at.append(now + bucket.take(now))

    for first, moment in enumerate(left_at):
        within = sum(1 for other in left_at[first:] if other < moment + 60 - 1e-6)
        assert within <= per_minute + burst


@pytest.mark.parametrize(("per_minute", "burst"), [(0, 1), (-1, 1), (60, 0)])
def test_a_bucket_that_lets_nothing_out_is_refused(per_minute: float, burst: int) -> None:
    with pytest.raises(ValueError, match=r"^(per_minute|burst) is"):
        TokenBucket(per_minute, burst)
