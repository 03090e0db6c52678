"""Answers kept by identity: worked out once for an object, and never given for another one."""

from workflows.remembered import by_identity


def test_an_answer_is_worked_out_once_for_each_object() -> None:
    asked: list[tuple[int, ...]] = []

    @by_identity
    def length(about: tuple[int, ...]) -> int:
        asked.append(about)
        return len(about)

    first, second = tuple([1, 2]), tuple([1, 2])  # noqa: C409 - equal, and not the same object

    assert [length(first), length(first), length(second)] == [2, 2, 2]
    assert asked == [first, second]


def test_objects_that_come_and_go_never_get_the_answer_of_another_one() -> None:
    @by_identity
    def own(about: list[int]) -> int:
        return about[0]

    assert [own([number]) for number in range(1000)] == list(range(1000))
