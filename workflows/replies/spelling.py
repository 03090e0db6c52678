"""Words whose spelling is mended, and words that only look like them."""

from typing import Final

#: Words that rules look for, without accents; one slip in them is read over.
LOOKED_FOR: Final = frozenset(
    """
    accorder acompte avocat automatique automatically cheque commande commander commandee comptabilite conteste
    contestons correspond defectueux delivered delivery discount dispute disputed doublon duplicate duplicata echeance
    echeancier echelonner echelonnement effectue effectuee encaisse extension facture factures facturee incorrect
    instalment instalments invoice jamais livraison livree malfacon malfacons marchandise mensualites
    mensualite montant ordered paiement payment possible prelevement prestation procedons programme
    quantity quality received reglement reglerai reglerons regulariser regularise rembourser remise
    scheduled settle settled tomorrow tresorerie transfer vendredi virement yesterday demain
    paierai paierons difficultes difficulte
    """.split()  # noqa: SIM905 - read as a text, and sorted by nobody
)
#: Words at one letter from those; they mean something else and stay as they are.
KNOWN: Final = frozenset(
    """
    vivement vraiment facteur facturer facturez factures facturees factureur commandes commandez livrees livrons
    remises promise reception received receives ordered
    reglementaire settles settler transfers payments invoices invoiced
    deliver delivers contester contestes disputes qualite quantite montants montage prestations
    effectuer effectues encaisser virements paiements reglements prelevements acomptes cheques livraisons comptable
    comptables programmee correspondent possibles demande demandes
    """.split()  # noqa: SIM905
)
