"""What a chat model is told of a reply, and what is odd about the text of an answer."""

import pytest

from workers.operations.answer_checks import odd_words
from workers.operations.drafts import MOST_SENT, masked
from workflows.letter_examples import TODAY as NOW
from workflows.letter_examples import example, invoice_lines

FACTS = example("reply_answer")


@pytest.mark.parametrize(
    ("said", "sent"),
    [
        pytest.param("Écrivez à anne.perrin+x@btp.example.", "Écrivez à [e-mail].", id="an address"),
        pytest.param("Voir https://a.example/x?y=1 merci", "Voir [lien] merci", id="a link"),
        pytest.param("FR76 3000 6000 0112 3456 7890 189", "[compte]", id="an account"),
        pytest.param("FR7630006000011234567890189", "[compte]", id="an account without spaces"),
        pytest.param("Appelez le 06.12.34.56.78 !", "Appelez le [numéro] !", id="a telephone"),
        pytest.param("Appelez le +33 (0)6 12 34 56 78", "Appelez le [numéro]", id="a telephone from abroad"),
        pytest.param("SIRET 552 100 554 00013", "SIRET [numéro]", id="a company's number"),
        pytest.param("au 12 bis, rue des Lilas, 69003 Lyon.", "au [adresse], [ville].", id="where somebody lives"),
        pytest.param("Établissements DUPONT, Perrin", "[nom], [nom]", id="known names"),
        pytest.param("la F-2026-0042 de 1 250,00 € du 16/09/2026", "la F-2026-0042 de 1 250,00 € du 16/09/2026",
                     id="what the answer is about"),
        pytest.param("Oui.\n\nLe 20/11/2026, X a écrit :\n> Payez, Claire Delmas", "Oui.", id="what we wrote"),
    ],
)  # fmt: skip
def test_a_model_is_not_told_who_and_where(said: str, sent: str) -> None:
    assert masked(said, FACTS).strip() == sent


def test_an_invoice_whose_number_looks_like_a_telephone_stays() -> None:
    [line] = invoice_lines(1, NOW)
    facts = FACTS.model_copy(update={"lines": (line.model_copy(update={"number": "202600000042"}),)})

    assert masked("la 202600000042 et le 0612345678", facts) == "la 202600000042 et le [numéro]"


def test_no_more_than_a_page_is_sent() -> None:
    assert len(masked("mot " * 50_000, FACTS)) <= MOST_SENT


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        pytest.param("Votre facture est ANNULÉE.", ["concession"], id="cancelled"),
        pytest.param("Nous vous accordons une remise de 5 %.", ["concession"], id="a discount"),
        pytest.param("Vous ne nous devez plus rien.", ["concession"], id="nothing left"),
        pytest.param("We will write off the debt.", ["concession"], id="written off"),
        pytest.param("IBAN FR76 3000 6000 0112 3456 7890 189, tél. 04 00 00 00 00", [], id="our own details"),
        pytest.param("IBAN FR14 2004 1010 0505 0001 3M02 606", ["foreign-contact"], id="somebody else's account"),
        pytest.param("Appelez le 06 99 88 77 66.", ["foreign-contact"], id="somebody else's telephone"),
        pytest.param("Écrivez à moi@evil.example ou www.evil.example", ["foreign-contact"] * 2, id="elsewhere"),
        pytest.param("Bonjour [prénom], le XXX", ["blank"] * 2, id="blanks"),
        pytest.param("La facture F-2026-0042 du 16 septembre 2026, 1 250,00 €.", [], id="nothing odd"),
    ],
)
def test_what_whoever_approves_a_text_is_told(text: str, rules: list[str]) -> None:
    assert [each.rule for each in odd_words(text, FACTS)] == rules
