"""One delivery: look once more, claim, let it out, record what became of it.

Two transactions with the sending between them. The first one (`claims.py`) claims: it holds the debtor, re-reads
everything, and stores what is going to leave; from its commit on the message counts as on its way, so that a payment
committed before it stops the message and one committed after it finds it claimed. The second one records. A worker that
dies between them leaves a claim that expires into `in_doubt`, never into a second message.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

import structlog

from workers.channels.base import Channel as Outlet
from workers.channels.base import InDoubt, Refused, TryLater
from workers.delivery.claims import Claim, Claims, DeliveryPolicy
from workers.delivery.reports import SILENT, Report, Reporter
from workers.engine import Engine
from workers.ledger.pipeline import LEDGER_IS_AWAY
from workers.rendering.catalogue import Catalogue
from workflows.invoice import Channel
from workflows.machine.records import BAD_ADDRESS
from workflows.rates import Rates

#: Seconds between attempts to record what became of a message while the ledger is away.
RECORD_AGAIN_AFTER_S = (0.2, 0.5, 1, 2, 5, 5, 10, 10, 20, 30)
log = structlog.get_logger()


class Delivery:
    """Lets messages out.

    Args:
        engine: decides about the cases, in the same transactions.
        outlets: what carries each channel.
        policy: what the operator decides.
        catalogue: the letters.
        rates: late-payment rates, for letters that state interest.
    """

    def __init__(
        self,
        engine: Engine,
        outlets: Mapping[Channel, Outlet],
        policy: DeliveryPolicy,
        *,
        catalogue: Catalogue,
        rates: Rates,
    ) -> None:
        self.engine, self.outlets, self.policy = engine, outlets, policy
        self.catalogue, self.rates = catalogue, rates

    def deliver(self, key: str) -> None:
        """Deliver what was ordered under `key`, with what else is due to this debtor by this channel; or say why not.

        Calling it again, at once or later, by any worker, changes nothing.
        """
        self.deliver_many([key])

    def deliver_many(self, keys: Sequence[str]) -> None:
        """Deliver what was ordered under `keys`, claimed in one transaction and recorded in one.

        A crash in between leaves all of it in doubt: for channels that answer at once (a folder, a print queue).
        """
        claims = self.claim(keys)
        if claims:
            self._record_patiently({claim.letter.message.message_id: self._let_out(claim) for claim in claims})

    def claim(self, keys: Sequence[str]) -> list[Claim]:
        """Look once more and claim; what may not leave now has its reason in the ledger."""
        with self.engine.transaction() as (book, orders):
            look = Claims(self.engine, book, orders, self.policy, self.catalogue, self.rates, self.outlets)
            claims = look.claim(keys)
        self.engine.publisher.publish(orders)
        return claims

    def _let_out(self, claim: Claim) -> Report:
        outlet = self.outlets.get(claim.channel)
        return replace(self._send(claim), claimed_at=claim.at, provider=None if outlet is None else outlet.name)

    def _send(self, claim: Claim) -> Report:
        outlet = self.outlets.get(claim.channel)
        if outlet is None:
            return Report("failed", "delivery.no_outlet", detail=f"no channel carries {claim.channel}")
        if self.engine.clock.now() >= claim.until:  # this process was asleep, and others have given it up
            return Report("later", "delivery.retry", "lease", "the claim had expired before the sending")
        try:
            receipt = outlet.send(claim.letter.message)
        except TryLater as error:
            return Report("later", "delivery.retry", error.code, error.text, retry_after_s=error.retry_after_s)
        except Refused as error:
            reason = BAD_ADDRESS if error.address_is_bad else "delivery.refused"
            return Report("failed", reason, error.code, error.text)
        except InDoubt as error:
            return Report("in_doubt", "delivery.in_doubt", error.code, error.text)
        except Exception as error:  # noqa: BLE001 - a fault of a channel: nobody knows how far it came
            return Report("in_doubt", "delivery.in_doubt", type(error).__name__, str(error))
        return Report(
            "sent", "delivery.sent", receipt.provider_id, receipt.detail, path=receipt.path,
            provider_id=receipt.provider_id,
        )  # fmt: skip

    def _record_patiently(self, reports: Mapping[str, Report]) -> None:
        """The messages have left: a ledger that restarts is waited for, since only we know what became of them."""
        for wait_s in RECORD_AGAIN_AFTER_S:
            try:
                return self.record(reports)
            except LEDGER_IS_AWAY as error:
                log.warning("record_failed", error=str(error), message_ids=list(reports))
                time.sleep(wait_s)
        return self.record(reports)

    def record(self, reports: Mapping[str, Report]) -> None:
        """Write what became of claimed messages, by message id, for every invoice in them."""
        with self.engine.transaction() as (book, orders):
            Reporter(self.engine, book, orders).record(reports)
            book.flush()
        self.engine.publisher.publish(orders)

    def expire(self, message_id: str) -> None:
        """A claim whose worker fell silent: nobody knows whether the provider has it."""
        self.record({message_id: SILENT})
