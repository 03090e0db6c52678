"""What the SMTP sink can be told to do wrong, and when."""

import asyncio
import re
import threading
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Literal, Self, TypeAlias, get_args

FaultStage: TypeAlias = Literal["banner", "hello", "mail", "rcpt", "data", "body", "dot", "kept"]

_STAGES: tuple[FaultStage, ...] = get_args(FaultStage)
_TIMES = re.compile(r"(?P<action>.*?)\s*\*(?P<times>\d+)", re.DOTALL)
_SLOW = re.compile(r"slow:(\d+(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong.

    Attributes:
        stage: before which answer: to the connection (`banner`), to EHLO (`hello`), MAIL, RCPT, DATA;
            while the `body` comes; after the final dot with nothing kept (`dot`), or after the message
            was kept (`kept`: hanging up there is the lie that leaves a sender in doubt).
        action: `close` hangs up without a word, `hang` never answers, `slow:SECONDS` answers late,
            anything else is answered word for word, such as `550 5.1.1 no such user`.
        address: only for this recipient (for `mail`: this sender); None for all.
        times: so often, then never again; None for always.
    """

    stage: FaultStage
    action: str
    address: str | None = None
    times: int | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `STAGE[@ADDRESS]=ACTION[*TIMES]`, such as `rcpt@a@b.fr=450 busy*2`.

        Raises:
            ValueError: it is not of that form; says what is.
        """
        place, equals, action = text.partition("=")
        name, _, address = place.partition("@")
        stage = next((stage for stage in _STAGES if stage == name), None)
        if not equals or stage is None or not action:
            raise ValueError(f"fault is {text!r}: write STAGE[@ADDRESS]=ACTION[*TIMES], STAGE of {', '.join(_STAGES)}")
        counted = _TIMES.fullmatch(action)
        action, times = (counted["action"], int(counted["times"])) if counted else (action, None)
        return cls(stage, action, address or None, times)

    @property
    def seconds(self) -> float | None:
        """How late the answer comes; None if it is not merely late."""
        found = _SLOW.fullmatch(self.action)
        return float(found[1]) if found else None


class Faults:
    """The faults that are still to come; set by one thread, used up by another."""

    def __init__(self, faults: Collection[Fault] = ()) -> None:
        self._lock = threading.Lock()
        self._faults = list(faults)

    def add(self, *faults: Fault) -> None:
        """Let these happen as well."""
        with self._lock:
            self._faults.extend(faults)

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        with self._lock:
            self._faults.clear()

    def take(self, stage: FaultStage, addresses: Collection[str]) -> Fault | None:
        """The first fault that fits, used up once."""
        known = {address.lower() for address in addresses}
        with self._lock:
            for place, fault in enumerate(self._faults):
                if fault.stage != stage or fault.times == 0:
                    continue
                if fault.address is None or fault.address.lower() in known:
                    if fault.times is not None:
                        self._faults[place] = replace(fault, times=fault.times - 1)
                    return fault
        return None


async def meet(fault: Fault | None, transport: asyncio.BaseTransport | None) -> str | None:
    """Suffer the fault; what to answer instead of the usual, or None for the usual."""
    if fault is None:
        return None
    if fault.seconds is not None:
        await asyncio.sleep(fault.seconds)
        return None
    if fault.action == "close" and transport is not None:
        transport.close()
    if fault.action in {"close", "hang"}:
        await asyncio.get_running_loop().create_future()  # until the connection is lost
    return fault.action
