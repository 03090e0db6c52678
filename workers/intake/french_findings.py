"""What the ledger objects to, in French: its own words are English, and stay so where nothing is known here."""

import re
from typing import Final

_WORDS: Final = tuple(
    (re.compile(pattern), french)
    for pattern, french in (
        (r"^(?P<f>[a-z_.]+) (?P<v>\S+) differs from (?P<o>\S+), known for invoice '(?P<n>[^']*)'; publish .*$",
         "{f} {v} : la facture {n} est connue avec {o} ; publiez invoice.updated"),
        (r"^amount (?P<v>\S+) is more than the total (?P<o>\S+) of invoice '(?P<n>[^']*)'; correct it$",
         "le montant {v} dépasse le total {o} de la facture {n} ; corrigez-le"),
        (r"^payment_id '(?P<n>[^']*)' is known with (?P<v>\S+) of (?P<o>\S+); give other money another payment_id$",
         "le paiement {n} est connu avec {v} au {o} ; donnez une autre référence à un autre paiement"),
        (r"^(?P<f>\S+)\.currency '(?P<v>\w+)' differs: invoice '(?P<n>[^']*)' is in (?P<o>\w+); .*$",
         "la devise {v} n’est pas celle de la facture {n} ({o}) ; convertissez le montant ou corrigez la référence"),
        (r"^creditor (?P<v>\S+) is not declared; known: (?P<o>.*)$",
         "le créancier {v} n’est pas déclaré ; connus : {o}"),
        (r"^scenario (?P<v>.*) is not published; publish it first$",
         "le scénario {v} n’est pas publié ; publiez-le d’abord"),
        (r"^scenario (?P<v>'.*') is for (?P<o>.*), and debtor (?P<n>.*) is (?P<f>\w+); choose another one$",
         "le scénario {v} est prévu pour {o}, et le débiteur {n} est {f} ; choisissez-en un autre"),
        (r"^(?P<f>\S+): (?P<v>\"[^\"]*\") is unknown; did you mean (?P<o>\"[^\"]*\")\?$",
         "{f} : {v} est inconnu ; vouliez-vous dire {o} ?"),
        (r"^the event is not JSON at line (?P<n>\d+), column (?P<v>\d+): .*; mend it there$",
         "l’événement n’est plus du JSON à la ligne {n}, colonne {v} ; corrigez-le à cet endroit"),
        (r"^id '(?P<v>.*)' of '(?P<n>.*)' is already known with other content; use a new id$",
         "l’identifiant {v} de {n} est déjà connu avec un autre contenu ; prenez-en un nouveau"),
        (r"^(?P<f>\S+) (?P<v>\S+) is not from (?P<n>\d+) to (?P<o>\d+); correct the year$",
         "{f} {v} n’est pas entre {n} et {o} ; corrigez l’année"),
        (r"^(?P<v>message_id '.*') is not one of ours; check it$", "{v} n’est pas de nous ; vérifiez-le"),
        (r"^answer_by (?P<v>\S+) is not after (?P<o>\S+), the day of the offer; give a later day$",
         "la réponse attendue le {v} n’est pas après le {o}, jour de l’offre ; donnez un jour plus tardif"),
        (r"^until (?P<v>\S+) is not after (?P<o>\S+), the day of the offer; give a later day$",
         "le dernier jour {v} n’est pas après le {o}, jour de l’offre ; donnez un jour plus tardif"),
        (r"^deadline_on (?P<v>\S+) is not after (?P<o>\S+); grant a later day$",
         "le jour accordé {v} n’est pas après le {o} ; accordez un jour plus tardif"),
        (r"^offer_id '(?P<v>[^']*)': nothing is asked for on invoice '(?P<n>[^']*)'; drop the offer$",
         "l’offre {v} est sans objet : rien n’est demandé sur la facture {n}"),
        (r"^amount (?P<v>\S+) is not less than the (?P<o>\S+) asked for; offer less$",
         "l’escompte {v} n’est pas inférieur aux {o} demandés ; proposez moins"),
        (r"^letter '(?P<v>[^']*)' cannot be written for invoice '(?P<n>[^']*)': there is no .*$",
         "la lettre {v} ne peut être écrite pour la facture {n} : ce dont elle parle n’a pas eu lieu"),
        (r"^letter '(?P<v>[^']*)' cannot be written for invoice '(?P<n>[^']*)': the case is .*$",
         "la lettre {v} ne peut être écrite pour la facture {n} : elle est réservée aux dossiers en relance"),
        (r"^lines add up to (?P<v>\S+), the balance is (?P<o>\S+); make them equal$",
         "les échéances font {v} au total et le solde est {o} ; rendez-les égaux"),
        (r"^plan_id '(?P<v>[^']*)' was ended; use a new id for a new plan$",
         "l’échéancier {v} a pris fin ; prenez une autre référence (plan_id) pour un nouvel échéancier"),
        (r"^plan_id '(?P<v>[^']*)' is known with other lines; use a new id$",
         "l’échéancier {v} est connu avec d’autres échéances ; prenez une autre référence (plan_id)"),
        (r"^offer_id '(?P<v>[^']*)' was taken back; use a new id for a new offer$",
         "l’offre {v} a été retirée ; prenez une autre référence (offer_id) pour une nouvelle offre"),
        (r"^offer_id '(?P<v>[^']*)' is known with other terms until (?P<o>\S+); use a new id$",
         "l’offre {v} est connue avec d’autres conditions, jusqu’au {o} ; prenez une autre référence (offer_id)"),
        (r"^request_id '(?P<v>[^']*)' is known for '(?P<o>[^']*)' in other words; use a new id$",
         "la demande {v} est connue pour {o}, en d’autres termes ; prenez une autre référence (request_id)"),
        (r"^call_id '(?P<v>[^']*)' is known as '(?P<o>[^']*)'; use a new id for another call$",
         "l’appel {v} est connu avec l’issue {o} ; prenez une autre référence (call_id) pour un autre appel"),
        (r"^channel '(?P<v>[^']*)' carries no letter beside the ladder; use one of (?P<o>.*), or leave it out$",
         "le canal {v} ne porte aucune lettre à part ; prenez {o}, ou n’en dites aucun"),
        (r"^debtor '(?P<v>[^']*)' must not be contacted; .*$",
         "le débiteur {v} ne doit pas être contacté ; rien ne peut lui être écrit avant que ce soit levé"),
        (r"^debtor '(?P<v>[^']*)' has no e-mail or postal address that works; add one first$",
         "le débiteur {v} n’a ni e-mail ni adresse postale valable ; ajoutez-en"),
        (r"^debtor '(?P<v>[^']*)' has no address for (?P<o>\w+) that works; add one first$",
         "le débiteur {v} n’a pas d’adresse valable pour le canal {o} ; ajoutez-en une"),
        (r"^the case of invoice '(?P<n>[^']*)' is (?P<o>\w+); nothing can be offered on it$",
         "rien ne peut plus être proposé sur la facture {n} : son dossier est transmis, clos ou en procédure ({o})"),
        (r"^invoice '(?P<n>[^']*)' is contested; resolve the dispute before a discount is offered$",
         "la facture {n} est contestée ; tranchez le litige avant de proposer un escompte"),
        (r"^on (?P<v>\S+) is after (?P<o>\S+); publish the hand-over once it took place$",
         "le {v} est après le {o} ; notez la transmission une fois qu’elle a eu lieu"),
        (r"^(?P<v>[a-z ]+) must be given with to '(?P<o>[^']*)': the ladder writes .*$",
         "donnez aussi {v} ({o}) : l’échelle envoie au débiteur un avis qui les nomme"),
        (r"^(?P<v>[a-z ]+) must be given with to '(?P<o>[^']*)': publish case.escalated again .*$",
         "{v} ({o}) : inconnu ; notez à nouveau la transmission avec, puis demandez l’avis"),
    )
)  # fmt: skip


def french(finding: str) -> str:
    """One of the ledger's findings in French, or as it is."""
    for pattern, words in _WORDS:
        if found := pattern.match(finding):
            return words.format(**found.groupdict())
    return finding
