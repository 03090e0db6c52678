"""What is odd about the terms of an invoice, as the commands that take events in tell it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workers.cli.invocation import Invocation

if TYPE_CHECKING:
    from workflows.payment_terms import TermWarning


def tell_warnings(invocation: Invocation, place: int, warnings: "Sequence[TermWarning]") -> None:
    """Say each of them, with the place of its event, on standard error."""
    for warning in warnings:
        invocation.tell(f"{place}  attention : {warning.fr}", f"{place}  warning: {warning.en}")
