"""A worker that died while sending, and no relay that looked since: the case rings, and nothing is sent twice."""

from datetime import timedelta

from tests.integration.test_letters_beside import a_promise, letters, reminded
from tests.office import Office, a_payment, a_reversal


def test_a_letter_that_is_called_for_again_while_its_claim_is_silent_becomes_a_doubt(office: Office) -> None:
    reminded(office)
    office.happen(a_promise(days=30))
    office.work_on("wake")
    office.system.delivery.claim([office.one("SELECT key FROM dispatches WHERE step IS NULL")])  # and the worker dies
    money = a_payment({"F-1": 1000_00}, office.clock.now())
    office.happen(money)
    office.happen(a_reversal(money, office.clock.now()))

    office.jump(days=2)
    office.system.engine.ring("atelier/F-1", office.case().epoch)
    office.clock.jump_to(office.clock.now() + timedelta(days=1))
    office.work()

    assert letters(office) == [("promise_acknowledged", "in_doubt")]
    assert "in_doubt" in office.tasks()
    assert office.case().stage == "promised"
