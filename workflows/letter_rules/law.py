"""Rules of law: what may never be written, whatever the tone. Articles are named where their text was seen."""

from collections.abc import Iterator

from workflows.invoice import DebtorKind
from workflows.letter_rules.drafts import Draft
from workflows.letter_rules.rule import Hit, Rule, Said, matches, words_of

_CONSUMER = frozenset({DebtorKind.CONSUMER})
_PROFESSIONALS = frozenset(DebtorKind) - _CONSUMER


def _unattached(draft: Draft) -> Iterator[Hit]:
    if not draft.facts.attached or {line.number for line in draft.facts.lines} - set(draft.facts.attached):
        yield from matches(draft, "says_attached")


RULES = (
    Rule(
        "commercial-terms-to-consumer",
        Said(
            "un consommateur ne doit ni l’indemnité ni les pénalités commerciales (article L441-10 du code de commerce,"
            " entre professionnels)",
            "a consumer owes neither the indemnity nor commercial penalties (article L441-10 of the French code de"
            " commerce: between professionals)",
        ),
        Said(
            "supprimez-les ; l’intérêt légal court de la mise en demeure (article 1231-6 du code civil)",
            "leave them out; the legal rate runs from the formal notice (article 1231-6 of the French code civil)",
        ),
        words_of("commercial_terms", every_language=True, kinds=_CONSUMER),
        is_law=True,
    ),
    Rule(
        "daily-rate",
        Said("le taux est annuel (article 1343-1 du code civil)", "the rate is yearly (article 1343-1, code civil)"),
        Said("écrivez « au taux annuel de … % »", "write “at a yearly rate of … %”"),
        words_of("daily_rate", every_language=True),
        is_law=True,
    ),
    Rule(
        "penalties-later",
        Said(
            "les pénalités courent déjà, sans rappel (article L441-10 du code de commerce) ; cette phrase se lit comme"
            " une renonciation à celles d’hier",
            "penalties already run, without a reminder (article L441-10 of the French code de commerce); this reads as"
            " if those of yesterday were waived",
        ),
        Said(
            "écrivez qu’elles courent depuis l’échéance et, s’il y a lieu, à quelle condition vous y renoncerez",
            "write that they run since the due date and, if so, on what condition you will waive them",
        ),
        words_of("penalties_later", kinds=_PROFESSIONALS),
        is_law=True,
    ),
    Rule(
        "costs-on-debtor",
        Said(
            "les frais de recouvrement amiable restent à la charge du créancier (article L111-8 du code des procédures"
            " civiles d’exécution)",
            "the costs of amicable collection stay with the creditor (article L111-8 of the French code des procédures"
            " civiles d’exécution)",
        ),
        Said("supprimez la phrase", "leave the sentence out"),
        words_of("costs_charged", every_language=True),
        is_law=True,
    ),
    Rule(
        "outdated-title",
        Said(
            "ce titre n’existe plus depuis le 1er juillet 2022 (vu dans des sources secondaires)",
            "this title no longer exists since 1 July 2022 (seen in secondary sources)",
        ),
        Said("écrivez « commissaire de justice »", "write “commissaire de justice”"),
        words_of("outdated_titles", every_language=True),
        is_law=True,
    ),
    Rule(
        "court-imitation",
        Said(
            "une lettre n’imite pas un acte de justice (fiche officielle, texte non vérifié)",
            "a letter does not imitate an act of a court (official advice, text not verified)",
        ),
        Said("dites ce que vous demandez, avec vos mots", "say what you ask for in words of your own"),
        words_of("court_imitation", every_language=True),
        is_law=True,
    ),
    Rule(
        "forbidden-threat",
        Said(
            "on n’annonce pas ce qu’on ne peut pas faire, ou pas sans juge (fiche officielle, texte non vérifié)",
            "one does not announce what one may not do, or not without a judge (official advice, text not verified)",
        ),
        Said("annoncez seulement l’étape décidée", "announce only the step that was decided"),
        words_of("forbidden_threats", every_language=True),
        is_law=True,
    ),
    Rule(
        "interrupts-limitation",
        Said(
            "ni un rappel ni une mise en demeure n’interrompt la prescription (jurisprudence, non vérifiée au texte)",
            "neither a reminder nor a formal notice interrupts the limitation period (case law, text not verified)",
        ),
        Said("supprimez-le", "leave it out"),
        words_of("interrupts_limitation", every_language=True),
        is_law=True,
    ),
    Rule(
        "attachment-missing",
        Said("les factures ne partent pas toutes avec ce message", "not every invoice goes with this message"),
        Said("écrivez-le avec {{ p.attached() }}, ou joignez-les", "say it with {{ p.attached() }}, or attach them"),
        _unattached,
    ),
)
