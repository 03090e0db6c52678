import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.errors import BadEvent
from workflows.event_schemas import (
    EXAMPLES,
    INTERNAL,
    KINDS,
    canonical,
    content_hash,
    parse_event,
    read_event,
    schema_of,
    short_form,
)
from workflows.events import EVENT, Fact, InvoiceIssued, PaymentReceived

every_kind = pytest.mark.parametrize("kind", sorted(KINDS))
ISSUED = EXAMPLES["invoice.issued"]
PAID = EXAMPLES["payment.received"]


def refused(raw: object) -> tuple[str, ...]:
    with pytest.raises(BadEvent) as error:
        parse_event(raw if isinstance(raw, (str, bytes)) else json.dumps(raw))
    return error.value.findings


def event_or_findings(raw: object) -> Fact | tuple[str, ...]:
    try:
        return parse_event(json.dumps(raw))
    except BadEvent as error:
        return error.findings


def changed(example: dict[str, Any], pointer: str, value: object) -> dict[str, Any]:
    """A copy of `example` with `value` at `pointer`; `...` removes it."""
    copy = deepcopy(example)
    *above, last = pointer.strip("/").split("/")
    node: Any = copy
    for part in above:
        node = node[int(part)] if part.isdigit() else node[part]
    if value is ...:
        del node[last]
    else:
        node[last] = value
    return copy


def properties(schema: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """The properties of an object in a schema, behind references and alternatives."""
    if "$ref" in node:
        return properties(schema, schema["$defs"][node["$ref"].rsplit("/", 1)[1]])
    for each in node.get("anyOf", ()):
        if found := properties(schema, each):
            return found
    return dict(node.get("properties", {}))


@every_kind
def test_every_kind_has_an_example_that_is_read_and_goes_round(kind: str) -> None:
    event = parse_event(json.dumps(EXAMPLES[kind]))

    assert type(event) is KINDS[kind]
    assert read_event(short_form(event)) == event
    assert EVENT.validate_json(event.model_dump_json()) == event


@every_kind
def test_the_schema_of_every_kind_names_the_fields_of_its_example(kind: str) -> None:
    schema = schema_of(kind)
    data = EXAMPLES[kind]["data"]

    assert schema["title"] == f"{kind}.v1"
    assert set(schema["required"]) <= set(data) <= set(schema["properties"])
    assert not {"event_id", "source", "at", "kind"} & set(schema["properties"])
    for name, value in data.items():
        if isinstance(value, dict):
            assert set(value) <= set(properties(schema, schema["properties"][name]))


@every_kind
def test_what_the_schema_requires_is_required(kind: str) -> None:
    for name in schema_of(kind)["required"]:
        told = refused(changed(EXAMPLES[kind], f"/data/{name}", ...))

        assert told == (f"/data/{name}: is missing; add it, for example {echo(EXAMPLES[kind]['data'][name])}",)


def echo(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else text[:79] + "…"


def test_amounts_are_texts_with_a_pattern_in_the_schema() -> None:
    amount = schema_of("payment.received")["$defs"]["Allocation"]["properties"]["amount"]

    assert amount == {"pattern": "^[0-9]{1,13}(\\.[0-9]{1,2})?$", "title": "Amount", "type": "string"}


def test_the_schema_of_an_unknown_kind_names_the_nearest() -> None:
    with pytest.raises(BadEvent, match=r'/type: "invoice\.isued" is unknown; did you mean "invoice\.issued"\?'):
        schema_of("invoice.isued")


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("payment.received", id="short"),
        pytest.param("payment.received.v1", id="short with its version"),
        pytest.param("fr.atelier-martin.relance.payment.received.v1", id="reverse DNS with its version"),
    ],
)
def test_a_type_may_be_short_or_a_reverse_dns_name(name: str) -> None:
    assert isinstance(read_event(PAID | {"type": name}), PaymentReceived)


def test_the_attributes_of_the_envelope_become_those_of_the_event() -> None:
    event = read_event(PAID | {"creditor": "atelier-martin", "subject": "invoice/F-2026-0042", "sequence": "17"})

    assert (event.event_id, event.source, event.creditor) == ("evt-0004", "/erp/atelier-martin", "atelier-martin")
    assert event.at.isoformat() == "2026-11-17T06:00:00+01:00"


def test_the_short_form_needs_no_source_and_no_specversion() -> None:
    event = read_event({"type": "payment.received", "id": "p1", "time": PAID["time"], "data": PAID["data"]})

    assert event.source == "/api"


def test_a_byte_order_mark_and_nulls_are_taken_as_absent() -> None:
    event = parse_event(b"\xef\xbb\xbf" + json.dumps(PAID | {"creditor": None, "dataschema": None}).encode())

    assert event == read_event(PAID)


@pytest.mark.parametrize(
    ("example", "pointer", "value", "expected"),
    [
        pytest.param(
            "invoice.issued",
            "/data/due_date",
            "2026-13-01",
            "/data/due_date: \"2026-13-01\" is not a day; write 'YYYY-MM-DD'",
            id="a month that does not exist",
        ),
        pytest.param(
            "invoice.issued",
            "/data/due_date",
            "2000000000",
            "/data/due_date: \"2000000000\" is not a day; write 'YYYY-MM-DD'",
            id="a timestamp as a day",
        ),
        pytest.param(
            "invoice.issued",
            "/data/due_date",
            "9999-12-31",
            '/data/due_date: "9999-12-31" is out of range; use a year from 1900 to 2199',
            id="a year that would overflow",
        ),
        pytest.param(
            "invoice.issued",
            "/data/due_date",
            "2026-10-01",
            "/data/due_date: due_date 2026-10-01 is before issue_date 2026-10-09; correct one of them",
            id="due before it is issued",
        ),
        pytest.param(
            "invoice.issued",
            "/data/total",
            "1250.00",
            '/data/total: "1250.00" must be a table of keys and values',
            id="money without its currency",
        ),
        pytest.param(
            "invoice.issued",
            "/data/total/amount",
            1250.5,
            "/data/total/amount: 1250.5 is not an exact amount; write a decimal string such as '1250.00'",
            id="an amount as a number",
        ),
        pytest.param(
            "invoice.issued",
            "/data/total/amount",
            "1 250,00",
            "/data/total/amount: \"1 250,00\" is not an amount; write a decimal string such as '1250.00'",
            id="an amount as a French reader writes it",
        ),
        pytest.param(
            "invoice.issued",
            "/data/total/amount",
            "1e5",
            "/data/total/amount: \"1e5\" is not an amount; write a decimal string such as '1250.00'",
            id="an amount with an exponent",
        ),
        pytest.param(
            "invoice.issued",
            "/data/total/amount",
            "99999999999999.00",
            "/data/total/amount: \"99999999999999.00\" is not an amount; write a decimal string such as '1250.00'",
            id="an amount that no ledger holds",
        ),
        pytest.param(
            "invoice.issued",
            "/data/total/amount",
            "0.00",
            "/data/total: total must be above zero; publish credit_note.issued for a credit",
            id="an invoice of nothing",
        ),
        pytest.param(
            "invoice.issued",
            "/data/total/currency",
            "JPY",
            '/data/total/currency: "JPY" has no hundredths; only currencies with two decimals are supported',
            id="a currency without hundredths",
        ),
        pytest.param(
            "invoice.issued",
            "/data/total/currency",
            "euros",
            "/data/total/currency: \"euros\" must be a three-letter currency such as 'EUR'",
            id="a currency in words",
        ),
        pytest.param(
            "invoice.issued",
            "/data/duedate",
            "2026-11-08",
            "/data/duedate: is unknown; known here: document, scenario",
            id="an unknown field where the known one is given",
        ),
        pytest.param(
            "invoice.issued",
            "/data/debtor/contacts/0/emial",
            "a@b.example",
            "/data/debtor/contacts/0/emial: is unknown; known here: invalid, lre_consent, opted_out",
            id="an unknown field deep inside",
        ),
        pytest.param(
            "invoice.issued",
            "/data/debtor/contacts/0/phone",
            "06 12 34 56 78",
            "/data/debtor/contacts/0/phone: \"06 12 34 56 78\" must be an international number such as '+33612345678'",
            id="a national phone number",
        ),
        pytest.param(
            "call.logged",
            "/data/phone",
            "06 12 34 56 78",
            "/data/phone: \"06 12 34 56 78\" must be an international number such as '+33612345678'",
            id="a called number that no contact has so",
        ),
        pytest.param(
            "invoice.issued",
            "/data/debtor/kind",
            "busines",
            '/data/debtor/kind: "busines" must be one of business, consumer, public; did you mean "business"?',
            id="a choice with its likely meaning",
        ),
        pytest.param(
            "invoice.issued",
            "/data/debtor/siren",
            "732 829 320",
            '/data/debtor/siren: "732 829 320" must be nine digits',
            id="a SIREN with spaces",
        ),
        pytest.param(
            "invoice.issued",
            "/data/debtor/name",
            "Perrin\nBcc: all@x.example",
            '/data/debtor/name: "Perrin\\nBcc: all@x.example" must be one line of text; take out control characters '
            "and signs that turn the direction of writing",
            id="a name that would break a header",
        ),
        pytest.param(
            "invoice.issued",
            "/data/debtor/name",
            "SARL \u202enirreP",
            '/data/debtor/name: "SARL \\u202enirreP" must be one line of text; take out control characters and signs '
            "that turn the direction of writing",
            id="a name that reads as another one",
        ),
        pytest.param(
            "invoice.issued",
            "/data/debtor/name",
            "Perrin\x00",
            '/data/debtor/name: "Perrin\\u0000" holds a NUL character; remove it',
            id="a NUL",
        ),
        pytest.param(
            "invoice.cancelled",
            "/data/reason",
            "\ud83d",
            '/data/reason: "?" holds half of a character; send valid Unicode',
            id="half of a character",
        ),
        pytest.param(
            "payment.received",
            "/data/allocations/0/amount",
            "750.01",
            "/data/allocations: allocations exceed amount; correct one of them",
            id="more allocated than received",
        ),
        pytest.param(
            "step.approved",
            "/data/step",
            2**31,
            "/data/step: 2147483648 is out of range; use at most 2147483647",
            id="a number that no column holds",
        ),
        pytest.param(
            "step.approved",
            "/data/step",
            "4",
            '/data/step: "4" must be a whole number without quotes',
            id="a number in quotes",
        ),
        pytest.param(
            "payment.received",
            "/time",
            "2026-11-17T06:00:00",
            "/time: \"2026-11-17T06:00:00\" has no time zone; end it with 'Z' or an offset such as '+01:00'",
            id="an instant without a zone",
        ),
        pytest.param(
            "payment.received",
            "/time",
            "1699999999",
            "/time: \"1699999999\" is not an instant; write it as '2026-11-09T08:15:00Z'",
            id="a timestamp as an instant",
        ),
        pytest.param(
            "payment.received",
            "/time",
            ...,
            '/time: is missing; add when it happened, such as "2026-11-09T08:15:00Z"',
            id="no instant",
        ),
        pytest.param(
            "payment.received",
            "/id",
            7,
            "/id: 7 must be text; put it in quotes",
            id="a number as id",
        ),
        pytest.param(
            "payment.received",
            "/source",
            ...,
            '/source: is missing; add who says it, such as "/erp/sage"',
            id="a CloudEvent without source",
        ),
        pytest.param(
            "payment.received",
            "/type",
            "payment.recieved",
            '/type: "payment.recieved" is unknown; did you mean "payment.received"?',
            id="an unknown type with its likely meaning",
        ),
        pytest.param(
            "payment.received",
            "/type",
            "org.acme.payment.received",
            '/type: "org.acme.payment.received" has no version; write "org.acme.payment.received.v1" or '
            '"payment.received"',
            id="a reverse DNS name without version",
        ),
        pytest.param(
            "payment.received",
            "/type",
            "payment.received.v2",
            '/type: "payment.received.v2" has another version; this program reads v1',
            id="a version to come",
        ),
        pytest.param(
            "payment.received",
            "/type",
            "step.fell_due",
            '/type: "step.fell_due" is observed by the system itself and never taken from outside; leave it out',
            id="an internal kind",
        ),
        pytest.param(
            "payment.received",
            "/type",
            None,
            '/type: is missing; add the kind, such as "invoice.issued"',
            id="no type",
        ),
        pytest.param(
            "payment.received",
            "/specversion",
            "0.3",
            '/specversion: "0.3" is another version of CloudEvents; write "1.0"',
            id="an old version of CloudEvents",
        ),
        pytest.param(
            "payment.received",
            "/datacontenttype",
            "application/xml",
            '/datacontenttype: "application/xml" cannot be read; send "application/json"',
            id="XML",
        ),
        pytest.param(
            "payment.received",
            "/data",
            "{}",
            '/data: "{}" must be an object with the facts, not text or a list',
            id="data as text",
        ),
        pytest.param(
            "payment.received",
            "/data/event_id",
            "x",
            "/data/event_id: belongs to the envelope; move it to /id",
            id="an attribute among the facts",
        ),
        pytest.param(
            "payment.received",
            "/creditr",
            "x",
            '/creditr: is unknown; did you mean "creditor"?',
            id="an attribute with its likely meaning",
        ),
        pytest.param(
            "payment.received",
            "/Invoice_No",
            "x",
            "/Invoice_No: is no attribute of CloudEvents (at most 20 of a-z and 0-9); facts belong in /data",
            id="a fact in the envelope",
        ),
        pytest.param(
            "payment.received",
            "/data_base64",
            "e30=",
            '/data_base64: is not read; send the facts as a JSON object in "data"',
            id="binary data",
        ),
    ],
)
def test_bad_input_is_answered_with_the_field_the_value_and_the_fix(
    example: str, pointer: str, value: object, expected: str
) -> None:
    assert refused(changed(EXAMPLES[example], pointer, value)) == (expected,)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", "the event is not JSON at line 1, column 1: Expecting value; mend it there", id="nothing"),
        pytest.param(b"\xff{}", "the event is not UTF-8 at byte 0; encode the event in UTF-8", id="another encoding"),
        pytest.param(
            "[]",
            "the event must be one JSON object, not []; publish each event of a list by itself",
            id="a list",
        ),
        pytest.param('{"id": 1, "id": 2}', 'the event gives the key "id" twice; keep one', id="a key given twice"),
        pytest.param('{"id": NaN}', "the event holds NaN, which is not JSON; write a number or null", id="NaN"),
        pytest.param(
            '{"id": ' + "9" * 5000 + "}", "the event holds a number that is too long; shorten it", id="endless digits"
        ),
        pytest.param("[" * 100_000, "the event is nested too deeply; use at most 32 levels", id="endless brackets"),
        pytest.param(
            '{"data": ' + '{"a":' * 40 + "1" + "}" * 41,
            "/data: is nested too deeply; use at most 32 levels",
            id="deep nesting",
        ),
    ],
)
def test_what_is_no_event_at_all_is_answered(text: str | bytes, expected: str) -> None:
    assert refused(text) == (expected,)


def test_every_finding_comes_at_once() -> None:
    raw = changed(changed(changed(ISSUED, "/data/due_date", "soon"), "/data/total/amount", 3), "/time", "now")

    assert [finding.split(":")[0] for finding in refused(raw)] == ["/time", "/data/due_date", "/data/total/amount"]


def test_the_short_form_takes_no_unknown_attribute() -> None:
    raw = {"type": "payment.received", "id": "p1", "tme": PAID["time"], "data": PAID["data"]}

    assert refused(raw) == (
        '/tme: is unknown; did you mean "time"?; facts belong in /data',
        '/time: is missing; add when it happened, such as "2026-11-09T08:15:00Z"',
    )


def test_a_field_under_its_wrong_name_is_named_twice() -> None:
    raw = changed(changed(ISSUED, "/data/due_date", ...), "/data/duedate", "2026-11-08")

    assert refused(raw) == (
        '/data/due_date: is missing; add it, for example "2026-11-08"',
        '/data/duedate: is unknown; did you mean "due_date"?',
    )


def test_two_creditors_are_one_too_many() -> None:
    assert refused(ISSUED | {"creditor": "other"}) == ('/creditor: "other" differs from /data/creditor; keep one',)


def test_an_overflowing_amount_is_answered() -> None:
    (told,) = refused(changed(ISSUED, "/data/total/amount", "1e999999999"))

    assert "write" in told
    assert "'1250.00'" in told


@pytest.mark.parametrize("kind", sorted(INTERNAL))
def test_internal_kinds_are_no_contract(kind: str) -> None:
    assert kind not in KINDS
    assert "never taken from outside" in refused(PAID | {"type": f"org.acme.{kind}.v1"})[0]


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        pytest.param("/data/total/amount", "9" * 100_000, id="an amount"),
        pytest.param("/data/due_date", "2" * 100_000, id="a day"),
        pytest.param("/data/" + "x" * 100_000, 1, id="the name of a field"),
        pytest.param("/data/scenario", {"x": ["y" * 100_000]}, id="an object"),
        pytest.param("/type", "z" * 100_000, id="a type"),
        pytest.param("/time", "t" * 100_000, id="a time"),
        pytest.param("/data/debtor/kind", "k" * 100_000, id="a choice"),
        pytest.param("/data/debtor/contacts/0/email", "e" * 100_000, id="an address"),
    ],
)
def test_a_large_value_is_never_echoed(pointer: str, value: object) -> None:
    told = refused(changed(ISSUED, pointer, value))

    assert all(len(finding) < 1000 for finding in told)
    assert not any(letter * 81 in finding for finding in told for letter in "92xyztke")


def test_a_thousand_mistakes_are_counted_not_told() -> None:
    raw = changed(ISSUED, "/data/debtor/contacts", [1] * 1000)

    told = refused(raw)

    assert len(told) == 21
    assert told[-1] == "and 980 more"


def test_the_same_content_has_the_same_hash_whatever_its_envelope() -> None:
    again = PAID | {"id": "other", "source": "/bank", "time": "2026-11-17T05:00:00Z", "sequence": "9"}

    assert content_hash(read_event(again)) == content_hash(read_event(PAID))


def test_defaults_written_out_change_nothing() -> None:
    written = changed(changed(ISSUED, "/data/document", None), "/data/debtor/contacts/0/opted_out", [])

    assert content_hash(read_event(written)) == content_hash(read_event(ISSUED))


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        pytest.param("/data/amount/amount", "750.01", id="another amount"),
        pytest.param("/data/method", ..., id="a field less"),
        pytest.param("/time", "2026-11-17T06:00:01+01:00", id="another instant"),
        pytest.param("/creditor", "other", id="another creditor"),
    ],
)
def test_other_content_has_another_hash(pointer: str, value: object) -> None:
    assert content_hash(read_event(changed(PAID, pointer, value))) != content_hash(read_event(PAID))


def test_sets_have_one_order_in_the_canonical_form() -> None:
    tags = [f"tag-{number:02d}" for number in range(30)]
    event = read_event(changed(EXAMPLES["debtor.updated"], "/data/tags", tags[::-1]))

    assert json.loads(canonical(event))["tags"] == tags


def test_the_canonical_form_is_stable_between_releases() -> None:
    assert canonical(read_event(EXAMPLES["promise.withdrawn"])) == (
        b'{"at":"2026-11-25T08:30:00+00:00","invoice_nos":["F-2026-0042"],"kind":"promise.withdrawn",'
        b'"promise_id":"PRO-12"}'
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.sampled_from(sorted(KINDS)),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=5), below, max_size=3),
    max_leaves=6,
)


@given(kind=st.sampled_from(sorted(KINDS)), data=st.data(), value=JSON)
def test_whatever_stands_anywhere_is_read_or_answered(kind: str, data: st.DataObject, value: object) -> None:
    raw = deepcopy(EXAMPLES[kind])
    node = data.draw(st.sampled_from([raw, raw["data"]]))
    node[data.draw(st.sampled_from(sorted(node)))] = value

    read = event_or_findings(raw)

    if isinstance(read, tuple):
        assert read
        assert all(0 < len(finding) < 1000 for finding in read)
    else:
        assert read_event(short_form(read)) == read
        assert len(content_hash(read)) == 64


@given(st.binary())
def test_bytes_that_are_no_event_are_answered(data: bytes) -> None:
    with pytest.raises(BadEvent):
        parse_event(data)


def test_an_example_reads_as_the_model_says() -> None:
    event = read_event(ISSUED)

    assert isinstance(event, InvoiceIssued)
    assert event.total.amount == 125_000
    assert event.debtor.contacts is not None
    assert event.debtor.contacts[0].email == "compta@perrin-fils.example"
