"""The code of a transfer holds what a bank takes, and nothing where it could mislead."""

from typing import Any

import pytest

from workers.rendering.nodes import Transfer
from workers.rendering.transfer_code import sepa_text, transfer_of

FACTS: dict[str, Any] = {
    "holder": "ATELIER MARTIN SARL",
    "iban": "FR7630006000011234567890189",
    "bic": "AGRIFRPP",
    "amount": 125_000,
    "currency": "EUR",
    "reference": "F-2026-0042",
}


def test_a_transfer_is_filled_in() -> None:
    filled = Transfer("ATELIER MARTIN SARL", "FR7630006000011234567890189", "AGRIFRPP", 125_000, "F-2026-0042")

    assert transfer_of(**FACTS) == filled
    assert transfer_of(**FACTS | {"iban": "FR76 3000 6000 0112 3456 7890 189"}) == filled


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"amount": 0}, id="nothing to pay"),
        pytest.param({"amount": 100_000_000_000}, id="a thousand million euros"),
        pytest.param({"currency": "CHF"}, id="another currency"),
        pytest.param({"iban": "FR7630006000011234567890188"}, id="a wrong digit in the IBAN"),
        pytest.param({"bic": "AGRI"}, id="a wrong BIC"),
        pytest.param({"holder": "东京"}, id="a name that no bank takes"),
    ],
)
def test_no_code_is_better_than_one_that_misleads(changes: dict[str, Any]) -> None:
    assert transfer_of(**FACTS | changes) is None


@pytest.mark.parametrize("amount", [1, 99_999_999_999])
def test_the_bounds_of_the_amount_are_in(amount: int) -> None:
    transfer = transfer_of(**FACTS | {"amount": amount})

    assert transfer is not None
    assert transfer.cents == amount


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("Crêperie de l’Œuf & Fils – Bréhat", "Creperie de l'OEuf + Fils - Brehat", id="French"),
        pytest.param("Müller Straße", "Muller Strasse", id="German"),
        pytest.param("F/2026_0042 n° 3", "F/2026-0042 no 3", id="a reference"),
        pytest.param("<a>;b", "a b", id="what no bank takes"),
        pytest.param("x" * 200, "x" * 70, id="too long"),
    ],
)
def test_names_are_folded_to_what_every_bank_takes(text: str, folded: str) -> None:
    assert sepa_text(text, 70) == folded
