"""Forms of words of disputes, by category."""

from typing import Final

from workflows.events import DisputeReason
from workflows.replies.kinds import Clue, ReplyKind, clues, says


def _about(category: DisputeReason, *rows: tuple[int, str]) -> tuple[Clue, ...]:
    return clues(ReplyKind.DISPUTE, *rows, category=category)


# fmt: off
_QUALITY: Final = _about(
    DisputeReason.QUALITY,
    says(6, r"defaut", r"defauts", r"defectu\w+", r"malfacons?", r"vices? caches?", r"non conforme", r"pas conforme",
         r"infiltrations?", r"mal fait\w*", r"cassee?s?", r"abimee?s?", r"fuient", r"fuites?", r"en panne",
         r"hors service"),
    says(6, r"(?:ne )?(?:fonctionne|marche|fonctionnent|marchent) (?:pas|plus|mal)",
         r"pas (?:ete )?(?:fait|realise)\w* correctement", r"pas (?:content|satisfait)\w*"),
    says(6, r"defective", r"damaged", r"faulty", r"broken", r"(?:does|do|did) ?n[o ]?t work", r"poor quality",
         r"not satisfied", r"unhappy with", r"dissatisfied", r"never finished properly", r"peeling",
         r"returning (?:them|it)"),
    says(3, r"qualite(?! de)", r"quality", r"reparer?", r"reparation", r"remplacement", r"refait", r"sera repare"),
    says(5, r"decoll\w+", r"plante(?:nt)?", r"bugs?", r"truffee?s? d", r"fissur\w+", r"inutilisables?",
         r"dysfonction\w*", r"baclee?s?", r"deplorable", r"rayee?s?", r"tach[ee]+s?",
         r"mal (?:pose|monte|regle|peint|installe)\w*", r"a refaire", r"reprendre (?:le|les|vos)", r"du refaire",
         r"insatisf\w+", r"pas a la hauteur", r"marchandise (?:avariee|perimee)"),
    says(5, r"wobbl\w+", r"cracked", r"leak\w*", r"unusable", r"redone", r"rewritten", r"come and fix",
         r"full of (?:errors|mistakes)", r"keeps (?:crashing|breaking)", r"doesn t work", r"didn t work",
         r"not up to (?:standard|scratch)", r"below standard", r"scratched", r"stained", r"substandard", r"rubbish"),
    says(5, r"(?:ne )?(?:ferment|ferme|tiennent|tient|chauffe|demarre|coule) (?:pas|plus|mal)", r"fuite est revenue",
         r"repasser", r"pour finir", r"tombee? en panne", r"put (?:it|this|that) right",
         r"(?:problems?|issues?) with the (?:installation|work|product|goods|service)", r"can t use",
         r"wrong (?:colou?r|size|model|item|product)", r"mauvais(?:e)? (?:couleur|taille|modele|article|produit)",
         r"reprise des"),
)
_DELIVERY: Final = _about(
    DisputeReason.DELIVERY,
    says(6, r"(?:pas|jamais|rien)(?: \S+){0,2} (?:ete )?(?:livre|livree|livres|livrees|realise|realisee|execute|"
         r"executee)"),
    says(5, r"(?:jamais|pas)(?: encore)? recu(?: \S+){0,1} (?:marchandises?|commande|materiel|colis|produits?|"
         r"pieces|livraison)", r"(?:n ai|n avons) (?:absolument )?rien recu", r"(?<!facture n est )jamais arrivee?s?"),
    says(5, r"attendons (?:toujours|encore) (?:la|les|votre|vos) (?:livraison|marchandise|materiel|commande)\w*",
         r"(?:travaux|chantier)(?: \S+){0,3} pas (?:finis?|terminee?s?|acheves?)", r"pas (?:finis|terminee?s?)",
         r"n a pas eu lieu", r"livraison non conforme"),
    says(6, r"(?:nothing|never|not)(?: \S+){0,2} (?:delivered|arrived|provided|performed)",
         r"(?:waiting|wait) for the (?:goods|delivery|order|equipment)",
         r"(?:never|not|haven t)(?: yet)? received the (?:goods|order|equipment|parts|delivery)",
         r"(?:as soon as|until|when|once) the goods (?:are|have been) delivered"),
    says(5, r"(?:s est|etes|est|sont) (?:toujours |encore |jamais )*(?:pas |jamais )?(?:presentee?s?|venue?s?) "
         r"(?:sur|chez|pour|au)?", r"pas presentee?", r"perdu le colis", r"(?:j )?attends (?:encore|toujours)",
         r"(?:jamais|pas) (?:ete )?(?:commence|installee?|posee?|effectuee?)", r"personne n est venu",
         r"retard de livraison", r"toujours rien"),
    says(5, r"where is (?:my|our) (?:order|delivery|parcel)", r"called off",
         r"never (?:rescheduled|showed|came|turned up|finished|completed|installed)", r"don t have(?: it)?$",
         r"nobody (?:came|turned up)", r"not (?:yet )?(?:complete|completed|finished|installed)", r"late delivery"),
    says(5, r"(?:pas|jamais) (?:encore )?(?:ete )?(?:execute|commence|demarre|faite?|acheve)\w*",
         r"pas recu (?:la totalite|l ensemble|toute)", r"livraison reste", r"never reached",
         r"hasn t (?:started|arrived|come|been delivered)", r"has not (?:started|arrived|been delivered)",
         r"haven t (?:started|delivered|finished)", r"reste a (?:livrer|faire)"),
)
_QUANTITY: Final = _about(
    DisputeReason.QUANTITY,
    says(6, r"il manque(?: encore)? (?:\d+|un|une|deux|trois|quatre|cinq|des|plusieurs|la moitie)", r"quantites?",
         r"manquants?", r"nombre d (?:heures|unites|articles)"),
    says(6, r"(?:items?|boxes|pieces|parts|units)(?: \S+){0,2} missing", r"missing (?:items|boxes|pieces|units)",
         r"quantity", r"only \d+ (?:were|was)", r"instead of \d+(?= [^\d€e])"),
    says(5, r"factur\w+ \d+ (?:jours|heures|pieces|unites|cartons|palettes)", r"billed us for \d+"),
    says(5, r"(?:que|qu) (?:la moitie|une partie)", r"livraison (?:incomplete|partielle)",
         r"en (?:comptez|facturez|avez facture) \d+", r"pas le (?:bon )?(?:nombre|compte)",
         r"short (?:delivery|delivered|shipped)", r"incomplete delivery", r"too many (?:hours|units|days)"),
    says(5, r"avons (?:compte|recu) \d+ [^ .!?|]+(?: \S+){0,3} (?:pas|au lieu|sur|et non)",
         r"received (?:only )?\d+ (?:of|out of|instead)", r"only received \d+", r"only got \d+", r"pas \d+ [a-z]+"),
)
_PRICE: Final = _about(
    DisputeReason.PRICE,
    says(6, r"(?:prix|tarif|montant|price|amount|total)(?: \S+){0,4} (?:faux|errone\w*|incorrect\w*|wrong|inexact|"
         r"pas conforme|ne correspond pas)", r"erreur (?:de|sur le) (?:prix|tarif|montant)",
         r"pas le (?:tarif|prix|montant)"),
    says(5, r"remise (?:de|commerciale|convenue|prevue|n a)", r"discount", r"rabais", r"ristourne", r"trop cher",
         r"a tort", r"frais de port", r"charged (?:us )?(?:more|too much)", r"overcharged", r"more than the quote",
         r"unit price", r"we agreed on", r"tarif convenu"),
    says(4, r"devis (?:signe|etait|de|accepte)", r"\d (?:€|euros?) au lieu de", r"prix (?:du devis|factur\w+)"),
    says(5, r"d accord sur \d\S*", r"passe de \d\S*", r"sans prevenir", r"hausse", r"augment\w+",
         r"supplement (?:de|pas|non)", r"surfactur\w+", r"(?:frais|forfait)(?: \S+){0,4} (?:pas|jamais|non) prevus?",
         r"pas (?:ce|celui) qui (?:etait|a ete) (?:prevu|convenu)", r"not the (?:figure|price|amount)",
         r"(?:estimate|quote|quoted|quotation)(?: \S+){0,2} (?:said|was|us)", r"nobody mentioned",
         r"hidden (?:fee|cost|charge)s?", r"too (?:high|expensive|much)"),
    says(6, r"(?:pas|aucunement) au devis", r"de trop", r"(?:deduire|deduit|deduction de) l acompte",
         r"more than you quoted",
         r"(?:price|rate|amount|invoice) (?:\S+ ){0,3}(?:does not|doesn t) (?:match|agree|correspond)",
         r"corrected invoice", r"facture corrigee", r"erreur dans le (?:calcul|montant)", r"prix plus eleve"),
)
_VAT: Final = _about(
    DisputeReason.VAT,
    says(7, r"(?:taux|erreur|rate)(?: \S+){0,3} tva",
         r"tva(?: \S+){0,5} (?:incorrecte?|fausse|erronee?|alors que|au lieu|pas due)", r"autoliquid\w+",
         r"facture la tva"),
    says(7, r"vat(?: \S+){0,4} (?:wrong|incorrect|should not|not be)",
         r"(?:not|without|reverse)(?: \S+){0,2} (?:vat|reverse charge)", r"reverse charge", r"vat rate"),
    says(6, r"(?:pas|sans|exoneree?s?|franchise)(?: \S+){0,3} (?:de )?tva", r"numero (?:de tva )?intracom\w*",
         r"remove the vat", r"vat exempt", r"exempt from vat", r"tva non applicable"),
)
_DUPLICATE: Final = _about(
    DisputeReason.DUPLICATE,
    says(7, r"doublon", r"en double", r"double emploi", r"factur\w+ deux fois", r"deja facture", r"facture deux fois",
         r"duplicate", r"billed (?:us )?twice", r"charged (?:us )?twice", r"invoiced (?:us )?twice"),
    says(6, r"(?:factures? )?identiques?", r"deux factures", r"(?:la|cette) meme facture",
         r"deja regle cette prestation", r"same (?:as|invoice|job)", r"sent (?:this|it) twice"),
    says(6, r"figure deja", r"(?:invoice|bill|it|this) twice", r"deja (?:sur|dans) (?:votre|une|la) facture",
         r"recue? (?:en double|deux fois)"),
)
_NOT_ORDERED: Final = _about(
    DisputeReason.NOT_ORDERED,
    says(7, r"(?:jamais|rien|pas) (?:ete )?command\w+", r"jamais (?:signe|demande|souscrit|donne)",
         r"aucun (?:devis|bon|contrat)(?: \S+){0,3} signe", r"aucune commande"),
    says(6, r"commande (?:a ete )?annulee", r"(?:avons|ai) (?:resilie|annule)", r"(?:never|not|n t) order(?:ed)?",
         r"no order was", r"cancelled (?:this|the|our|my)", r"never (?:signed|agreed|asked)"),
    says(6, r"personne (?:\S+ ){0,3}n a (?:demande|commande|signe)", r"retractation",
         r"n (?:ai|avons) rien (?:demande|signe|commande)", r"wasn t interested", r"didn t (?:ask|order|sign)",
         r"did not (?:ask|order|sign)", r"nobody (?:here )?(?:ordered|asked)", r"unsolicited",
         r"renouvel\w+(?: \S+){0,3} (?:tacite|sans)", r"mis fin au contrat", r"n est pas a nous"),
    says(6, r"pas passe (?:cette|de|la) commande", r"donne (?:mon|notre) accord",
         r"nobody (?:\S+ )?(?:approved|authorised|authorized|requested)", r"sans (?:mon|notre) accord",
         r"annuler la facture"),
)
_PURCHASE_ORDER: Final = _about(
    DisputeReason.PURCHASE_ORDER,
    says(7, r"(?:numero|n|no|ref\w*)(?: de| d| du| o)* (?:bon de commande|bdc|bc|engagement|commande)",
         r"pas de bon de commande", r"bon de commande (?:manquant|manque|n y figure|absent)", r"service executant"),
    says(7, r"po number", r"purchase order", r"quoting the po", r"without a po", r"no po"),
    says(6, r"(?:reference|numero|no) de commande", r"order (?:reference|number)",
         r"notre reference (?:de )?commande", r"code service"),
)
_WRONG_ADDRESSEE: Final = _about(
    DisputeReason.WRONG_ADDRESSEE,
    says(7, r"pas destinee?", r"trompez de (?:societe|client|entreprise|personne morale)",
         r"autre (?:societe|entreprise|entite)", r"homonyme", r"(?:au nom|l ordre) de (?:notre|la) filiale",
         r"ne connaissons pas votre", r"ce n est pas nous"),
    says(7, r"wrong (?:legal )?(?:company|entity|customer)", r"not for us", r"addressed to our", r"bill our",
         r"legal entity"),
    says(5, r"(?:qu il faut|a qui il faut|devez|faut) facturer", r"facturer (?:au|a la|a l)", r"bill them",
         r"new owners?", r"pas (?:notre|ma) (?:societe|facture)", r"not our (?:invoice|company|bill)",
         r"other company", r"nom de la societe (?:est )?(?:faux|errone)"),
    says(6, r"raison sociale", r"libellee? (?:au nom|a l)", r"belongs to (?:our|the|my)", r"our neighbour",
         r"autre (?:client|adresse)", r"name on the invoice is wrong"),
)
_OTHER: Final = _about(
    DisputeReason.OTHER,
    says(5, r"contest\w+", r"(?:en|de) litige", r"pas d accord avec", r"disput\w+",
         r"(?:not|don t|do not) agree with (?:this|the)", r"reclamation"),
    says(2, r"avoir sur", r"(?:faire|emettre|etablir|d emettre|faire parvenir) un avoir", r"credit note",
         r"rectifier", r"refaire la facture", r"reissue"),
    says(4, r"reconnais pas (?:cette|la)", r"(?:raised|open) (?:a )?(?:query|complaint|claim)",
         r"(?:holding|hold) it until", r"litigieu\w+", r"query", r"pas d accord", r"en attente (?:de|d un|d) avoir",
         r"attends? (?:un|votre|l) avoir"),
    says(6, r"differend", r"attend\w*(?: toujours| encore)? (?:l|un|votre|cet) avoir"),
)

# fmt: on
CLUES: Final[tuple[Clue, ...]] = (
    *_QUALITY,
    *_DELIVERY,
    *_QUANTITY,
    *_PRICE,
    *_VAT,
    *_DUPLICATE,
    *_NOT_ORDERED,
    *_PURCHASE_ORDER,
    *_WRONG_ADDRESSEE,
    *_OTHER,
)
