import pytest

from workers.channels.sink_faults import Fault, Faults


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("rcpt=550 5.1.1 no", Fault("rcpt", "550 5.1.1 no"), id="an answer"),
        pytest.param("kept=close*2", Fault("kept", "close", times=2), id="so often"),
        pytest.param("rcpt@a@b.fr=450 a=b *1", Fault("rcpt", "450 a=b", "a@b.fr", 1), id="for one address"),
        pytest.param("dot=slow:1.5", Fault("dot", "slow:1.5"), id="late"),
    ],
)
def test_a_fault_is_read(text: str, expected: Fault) -> None:
    assert Fault.parse(text) == expected


@pytest.mark.parametrize("text", ["", "rcpt", "rcpt=", "lunch=close", "=close"])
def test_what_is_no_fault_is_refused_with_the_form(text: str) -> None:
    with pytest.raises(ValueError, match=r"write STAGE\[@ADDRESS\]=ACTION\[\*TIMES\], STAGE of banner"):
        Fault.parse(text)


def test_a_fault_is_used_up() -> None:
    faults = Faults([Fault("rcpt", "first", times=1), Fault("rcpt", "second", times=1)])

    taken = [faults.take("rcpt", ["a@b.fr"]) for _ in range(3)]
    assert [fault.action if fault else None for fault in taken] == ["first", "second", None]


def test_a_fault_of_one_address_spares_the_others() -> None:
    faults = Faults([Fault("rcpt", "no", address="A@b.fr")])

    assert faults.take("rcpt", ["c@d.fr"]) is None
    assert faults.take("mail", ["a@b.fr"]) is None
    assert faults.take("rcpt", ["a@B.fr"]) is not None


def test_a_healed_sink_has_no_faults() -> None:
    faults = Faults()
    faults.add(Fault("dot", "close"))
    faults.clear()

    assert faults.take("dot", []) is None
