"""Forms of words of every kind but disputes: promises, payments made, requests, refusals, thanks."""

from typing import Final

from workflows.replies.kinds import Clue, ReplyKind, clues, says

#: Words for money that moves, and for what it pays.
MONEY: Final = (
    r"(?:paiements?|payements?|reglements?|virements?|versements?|cheques?|acompte|factures?|echeance|payments?|"
    r"transfer|invoices?|money|funds|cheque|check|balance|amount|solde|montant)"
)
_PAY_FR: Final = r"(?:payer|paier|regler|verser|virer|solder|regulariser|rembourser)"
#: « paierai », « réglerons », « versera » …
_WILL_FR: Final = r"(?:paier|payer|regler|verser|virer|solder|regulariser|procede?r|effectuer|fer)(?:ai|ons|a|ont)"
_NOW_FR: Final = r"(?:paye|paie|payons|paient|regle|reglons|verse|versons|vire|virons|regularise|regularisons)"
_DONE_FR: Final = (
    r"(?:payee?s?|reglee?s?|soldee?s?|viree?s?|versee?s?|encaissee?s?|acquittee?s?|transferee?s?|rembourse)"
)
#: Up to some words of one sentence, none of which says that it is still to come or did not happen.
_BEFORE_DONE: Final = r"(?: (?!sera|seront|va|vont|pas|jamais|prevue?|will|not|never|be|scheduled|si)[^ .!?|]+){0,6}"

# fmt: off
_PROMISE: Final = clues(
    ReplyKind.PROMISE,
    says(4, rf"(?:je|nous|on|elle|il|comptable|gerant)(?: (?:vous|le|la|les|y))*(?<!ne) {_WILL_FR}(?! pas| rien)"),
    says(4, rf"(?:vais|allons|va|compte|comptons|m engage a|nous engageons a)(?: (?:vous|le|la|les))* (?:{_PAY_FR}|"
         rf"proceder au)"),
    says(3, rf"(?:je|on|nous)(?: vous)?(?: la| le| les)? {_NOW_FR}(?! pas| rien| ete)"),
    says(3, r"(?:je|on|nous|m)(?: vous)? (?:fais|faisons|fait|passe|envoie|envoyons|prepare)(?: \S+){0,2} "
         r"(?:virement|necessaire|cheque|paiement|reglement|transfert)"),
    says(4, r"(?:necessaire|reglement|paiement|virement) (?:sera|va etre) (?:fait|effectue|realise)"),
    says(4, rf"(?:facture|elle|vous)(?: \S+){{0,6}} (?:serez|sera|seront|va etre)(?: \S+){{0,3}} (?:{_DONE_FR}|"
         rf"mise? en paiement)"),
    says(4, rf"(?<!aucun )(?<!aucune ){MONEY}(?: (?!pas|jamais)[^ .!?|]+){{0,5}} (?:partira|"
         rf"(?<!notre )(?<!ma )part|interviendra|aura lieu|parviendra|passera|est programmee?|sera fait|"
         rf"sera effectue|prevue?|programmee?|en cours de "
         rf"validation)"),
    says(3, r"mise en paiement", r"en cours de (?:paiement|reglement|traitement)",
         r"vous recevrez (?:notre|le|votre|mon)", r"ca part", r"campagne de reglement", r"je m en occupe"),
    says(3, r"vous confirme (?:que )?(?:le|notre|un|mon) (?:virement|paiement|reglement)"),
    says(2, r"oubli de (?:notre|ma) part", r"toutes (?:mes|nos) excuses", r"promis", r"an oversight", r"au plus vite",
         r"des que possible"),
    says(3, r"(?:propose|proposons|peux|pouvons|pourrai|pourrons)(?: vous)? (?:regler|verser|payer|un acompte)"),
    says(4, r"(?:we|i|accountant|they) (?:will|ll|shall)(?: \S+){0,2} (?:pay|settle|transfer|wire|remit|send the "
         r"money|make (?:the|a) payment|get this paid)"),
    says(4, r"(?<!we )(?<!i )will (?:pay|settle)(?! attention)"),
    says(4, r"(?:intend|going|plan|hope) to (?:pay|settle|transfer)"),
    says(4, r"(?:payment|invoice|transfer|cheque|check|it|this|wire)(?: (?!not)[^ .!?|]+){0,3} (?:will be (?:made|"
         r"paid|settled|sent|posted|wired|processed)|will go out|is scheduled|is due to go out|is planned)"),
    says(3, r"(?:you|we) (?:will|ll|should) (?:have|receive|get) the (?:money|funds|payment|amount|\S+ eur)",
         r"(?:you will|you ll) receive the"),
    says(3, r"processing the (?:transfer|payment)", r"(?:next|our|regular) (?:payment )?run", r"i can pay",
         r"we can pay"),
    says(4, r"(?:vous )?(?:aurez|recevrez|toucherez) (?:votre|l|le|notre) (?:argent|reglement|virement|cheque|"
         r"paiement)", r"(?:vous )?(?:sera|seront) (?:vers|pay|regl|vir)\w+", r"arrivera a reglement", r"mandater?a",
         r"mandatee?", r"portee? (?:a l echeance|au bordereau)", r"deposer un cheque", r"debloque\w* les fonds"),
    says(3, r"(?:dans la|sur la|en haut de la) (?:pile|liste)", r"on ne vous oublie pas", r"ca arrive",
         r"service payeur", r"signe les cheques", r"valide les paiements",
         r"(?:doit|devrait|devez)(?: \S+){0,2} (?:partir|arriver|recevoir|etre (?:payee?|reglee?))",
         r"(?:lancer|valider|ordonner|programmer) (?:le|votre|un) (?:virement|paiement|reglement)",
         r"en attente de validation"),
    says(4, r"(?:it|you|funds|money)(?: ll| will)? be in your account", r"get it (?:across|over|paid|sorted)",
         r"let you have", r"on the list for", r"sort (?:it|this) out", r"signing it off",
         r"(?:cheque|check)(?: is| s)? (?:in|going in) the (?:post|mail)",
         r"will be (?:with you|transferred|wired|credited|settled|paid|made)", r"i m on it",
         r"make (?:the|a) payment"),
    says(3, r"(?:approved|authorised|authorized|cleared|passed) for payment", r"awaiting (?:approval|sign off)",
         r"payment (?:run|date)", r"settlement within"),
    says(4, r"(?:la|le|les|l) mets? au paiement", r"mets? (?:en|au) paiement",
         r"asked (?:our|the|my) \S+ to (?:pay|settle|release)",
         r"paying (?:it |this )?(?:now|today|tomorrow|straight away)", r"je m en (?:charge|occupe)"),
    says(3, r"comptez (?:deux|trois|\d+|une|quelques) (?:jours?|semaines?)", r"fell through the cracks",
         r"slipped through", r"expect (?:payment|the money)", r"restee? (?:chez|sur le bureau)"),
)

_PAID: Final = clues(
    ReplyKind.ALREADY_PAID,
    says(6, rf"deja (?:ete )?{_DONE_FR}", r"already (?:been )?(?:paid|settled)",
         r"(?:has|have|was|were)(?: already)? been (?:paid|settled)(?! by you)"),
    says(5, rf"(?:avons|ai|a|ont)(?: bien| deja| vous)*(?: ete)?(?: bien| deja)? {_DONE_FR}"),
    says(5, rf"vous (?:avons|ai|a)(?: bien| deja)* {_DONE_FR}",
         r"avez(?: bien| deja)* (?:ete (?:regles?|payes?)|encaisse|recu (?:notre|mon|le) (?:reglement|paiement|"
         r"virement))"),
    says(4, rf"(?:est|etait|c est)(?: bien| deja)* {_DONE_FR}"),
    says(5, rf"(?:virement|cheque|paiement|reglement|prelevement){_BEFORE_DONE} (?:effectue|envoye|parti|fait|"
         rf"debite|encaisse|passe|emis)(?! (?:demain|lundi|mardi|mercredi|jeudi|vendredi|le plus))"),
    says(5, r"(?:envoye|fait|effectue|adresse)(?: (?:vous|le|la|un|notre|mon|votre))* (?:cheque|virement|paiement|"
         r"reglement)"),
    says(4, r"viens de (?:faire|regler|payer|vous regler|vous payer)(?: le virement)?"),
    says(4, r"(?:preuve|justificatif|avis)(?: \S+){0,2} (?:paiement|virement|reglement|operation)", r"remittance",
         r"proof of payment", r"probleme de lettrage"),
    says(3, r"virement du \d\S*", r"ref vir\w*", r"bacs \d\S*"),
    says(5, r"^payee?s?(?: deja)?", r"^paid", r"c est paye"),
    says(5, r"(?:we|i|you ve been|were)(?: have| ve)?(?: already)? paid(?: (?:you|this|it|the|on|in))",
         r"(?:payment|transfer|cheque|money|funds)(?: was| were| has been)? (?:sent|made|left|gone out)",
         r"made the (?:transfer|payment)", r"left our account", r"received the funds"),
    says(5, r"(?:was|is|been)(?: already)? (?:settled|paid)(?! by \w+day)"),
    says(1, r"verifier (?:vos|votre|aupres de votre)", r"check (?:your|again)", r"mettre a jour vos fichiers",
         r"il y a (?:\S+) (?:jours|semaines|mois)"),
    says(5, r"lettree", r"especes", r"(?:reparti|parti) avec (?:le|notre|mon) cheque", r"mandat emis",
         r"remis (?:un|le|notre) cheque", r"ordre de virement", r"a ete (?:executee?|debitee?|virement)",
         r"votre compte (?:a ete|est) credite"),
    says(5, r"went through", r"gave (?:you|your \w+)(?: \S+){0,2} (?:cheque|check|cash)",
         r"(?:shows?|showing)(?: \S+){0,2} (?:cleared|paid)", r"^sorted", r"paid (?:in cash|by card|by cheque|up)",
         r"all paid", r"has cleared", r"was cleared"),
    says(3, r"regardez votre compte", r"s en est occupee?", r"check your (?:account|bank|records)"),
    says(5, r"fait l objet d un (?:reglement|paiement|virement)", r"sommes a jour",
         r"^(?:bonjour )?(?:\W )?(?:reglee?|payee?|vire) (?:ce|hier|le|par|en)",
         r"had (?:this|the|your) (?:money|payment) since", r"payments? crossed",
         r"avez eu (?:votre|le|l) (?:argent|paiement)"),
)

_TIME: Final = clues(
    ReplyKind.MORE_TIME,
    says(5, r"(?:accorder|obtenir|demande|demandons|sollicite|sollicitons|souhaite|souhaitons|besoin d|avoir)(?: "
         r"\S+){0,2} (?:delai|report|sursis)"),
    says(4, r"report d echeance", r"delai (?:supplementaire|de paiement)", r"repousser", r"decaler",
         r"reporter l echeance"),
    says(3, r"pas payer pour l instant",
         r"(?:ne )?(?:peux|pouvons|pourrons|pourrai) pas (?:vous )?(?:payer|regler)(?: pour| en ce| "
         r"actuellement)?"),
    says(4, r"(?:difficultes?|probleme|tension|soucis?)s? (?:de )?(?:tresorerie|financieres?|financiers?)",
         r"tresorerie (?:est )?(?:tres )?tendue", r"(?:periode|situation|moment) (?:tres )?difficile",
         r"grosses difficultes", r"au chomage", r"activite est a l arret", r"complique en ce moment"),
    says(3, r"(?:patienter|attendre)(?: \S+){0,3} (?:encore|un peu|quelques|la fin|jusqu)", r"merci de patienter",
         r"(?:laisse[zr]?)(?: nous| moi)?(?: \S+){0,2} (?:temps|delai)", r"attendons nous memes"),
    says(4, r"\d+ (?:jours|semaines|mois) (?:de plus|supplementaires)"),
    says(5, r"(?:more|extra|additional|some) time", r"extension", r"(?:could|can) we have until", r"bear with us",
         r"unable to pay", r"cannot pay", r"can t pay", r"waiting for a customer", r"cash flow"),
    says(4, r"suspendre les relances", r"galere", r"(?:pas|plus) (?:les|de) fonds", r"pas encore (?:tombee?|percu)",
         r"(?:nous|m) (?:serait|est) il permis", r"plutot que (?:tout de suite|maintenant)", r"en difficultes?",
         r"hospitalise", r"(?:un|une) (?:petit|quelques?) (?:delai|jours|semaines)", r"plus de (?:temps|delai)",
         r"passe difficile", r"mauvaise passe"),
    says(4, r"hold off", r"(?:money|cash|things?) (?:is|are) (?:very )?tight", r"few more (?:days|weeks|months)",
         r"struggling", r"give us (?:a few|until|some)", r"until the end of", r"temporary difficult\w+",
         r"not in a position to pay", r"defer"),
    says(4, r"(?:pas|plus) en mesure de (?:vous )?(?:payer|regler)", r"periode (?:\S+ )?compliquee?",
         r"peu[xt] pas (?:payer|regler)", r"business is slow", r"some patience", r"ok to pay",
         r"pay (?:at|by) the end(?: \S+){0,3} instead", r"(?:couple|few) (?:of )?(?:more )?(?:weeks|days)",
         r"tide over", r"un peu de patience", r"ce mois ci"),
)

_INSTALMENTS: Final = clues(
    ReplyKind.INSTALMENTS,
    says(6, r"echeancier", r"echelonn\w+", r"mensualites?", r"facilites? de paiement", r"installments?",
         r"instalments?", r"payment plan"),
    says(6, r"(?:en|par) (?:\d+|deux|trois|quatre|cinq|six|plusieurs) (?:fois|versements|echeances)", r"etaler",
         r"sur plusieurs mois"),
    says(5, r"(?:€|euros?|eur|\d) (?:par|chaque|tous les) mois", r"\d+ (?:a|per|each|every) month",
         r"spread the (?:payment|cost|balance)"),
    says(5, r"moitie (?:maintenant|tout de suite)", r"d un coup", r"plan d apurement", r"payer par mois", r"half now",
         r"in (?:two|three|four|several|\d) (?:payments|parts|goes)",
         r"\d+(?: \S+)? (?:a|per|each|every) (?:week|month)", r"\d+(?: \S+)? par (?:mois|semaine)",
         r"pay (?:it )?(?:off )?(?:monthly|gradually|bit by bit)"),
    says(6, r"(?:en|pay in|par) (?:deux|trois|quatre|\d) fois", r"(?:reglement|paiement) en (?:deux|trois|plusieurs)",
         r"in stages", r"pay(?: this| it)?(?: off)? monthly", r"bit by bit", r"petit a petit", r"d un seul coup"),
)

_REFUSAL: Final = clues(
    ReplyKind.REFUSAL,
    says(5, r"(?:ne )?(?:paierai|payerai|paierons|payerons|reglerai|reglerons) (?:pas|rien|jamais)"),
    says(6, r"refus(?:e|ons) (?:de|categoriquement)", r"refuse to pay", r"hors de question",
         r"(?:will not|won t|not going to|never going to) (?:be )?pay\w*"),
    says(5, r"(?:mon|notre|nos|mes) avocats?", r"(?:our|my) (?:lawyers?|solicitors?)", r"see you in court",
         r"on se verra au tribunal"),
    says(5, r"doi[st] rien", r"don t owe", r"owe you nothing", r"n attendez aucun", r"pas un centime",
         r"vous n aurez rien", r"stop (?:emailing|writing|harassing)", r"harceler", r"inutile de me relancer"),
    says(5, r"aucun (?:paiement|reglement|versement)(?: [^ .!?|]+){0,2} n \w+ra",
         r"no payment will (?:be made|follow)"),
    says(5, r"toujours courir", r"envoyer l huissier", r"penny", r"do your worst", r"not paying",
         r"ne (?:paie|paye|regle)rai? pas", r"(?:aucune|pas l) intention de (?:payer|regler)",
         r"no intention of paying", r"n obtiendrez rien", r"attaquez moi", r"sue (?:me|us)"),
)

_WRONG_PERSON: Final = clues(
    ReplyKind.WRONG_PERSON,
    says(6, r"(?:ne (?:suis|travaille|fais) plus|n est plus dans|ne fait plus partie|a quitte (?:l|la|notre)|plus "
         r"en charge|no longer work\w*|(?:has )?left the (?:company|business))"),
    says(6, r"(?:pas|not)(?: \S+)? (?:bonne personne|bon interlocuteur|right person)",
         r"mauvais (?:destinataire|interlocuteur|contact)", r"trompez d interlocuteur", r"wrong person"),
    says(4, r"(?:contacter|contactez|adressez vous|adresser vos|ecrire|contact|write to|email|try)(?: [^ .!?|"
         r"]+){0,6} (?:comptabilite|comptable|siege|service|compta|factures|finance|accounts?(?: payable)?|ap|"
         r"accounting)"),
    says(3, r"pas de mon service", r"ne m occupe pas", r"don t handle", r"voyez avec le (?:siege|service)",
         r"contactez le siege", r"mettre a jour vos contacts"),
    says(4, r"ne me concerne pas", r"stagiaire",
         r"(?:gere|s occupe de|traite)(?: \S+){0,2} (?:fournisseurs|factures|comptabilite|paiements)",
         r"cede (?:mon|l|la|notre) (?:entreprise|activite|societe|fonds)", r"retired", r"not me",
         r"(?:interlocuteur|contact) (?:est|a change)", r"deals with (?:invoices|payments|this)",
         r"(?:is|am) not in (?:charge|accounts)", r"changed jobs"),
    says(4, r"voir (?:directement )?avec (?:notre|le|la|mon|ma) (?:comptable|siege|service|comptabilite|collegue)",
         r"en retraite", r"pas moi qui", r"retirer de (?:vos|votre) listes?", r"direct (?:this|your \S+) to",
         r"in sales", r"(?:don t|do not) deal with", r"not my (?:department|job)",
         r"pas mon (?:service|role|travail)"),
)

_INFORMATION: Final = clues(
    ReplyKind.INFORMATION,
    says(4, r"(?:envoyer|envoie|envoyez|renvoyer|renvoie|transmettre|adresser|joindre|fournir|communiquer|faire "
         r"parvenir|(?:re)?send(?: me| us)?)(?: [^ .!?|]+){0,5} (?:factures?|copie|duplicata|rib|iban|releve|"
         r"bon de livraison|bons de livraison|detail|pdf|invoice|copy|statement|proof of delivery)"),
    says(5, r"(?:pas|jamais)(?: \S+)? recu(?: \S+)? (?:cette|la|votre|vos|de) factures?",
         r"(?:never|not|haven t)(?: yet)? received? (?:this|the|your|that|any) invoice", r"n avons pas cette facture",
         r"retrouv\w+ pas", r"can t find (?:it|the)"),
    says(4, r"(?:quel est|confirm) (?:votre|your) (?:iban|rib)", r"(?:de )?quelle facture", r"quoi correspond",
         r"which invoice", r"what is this (?:invoice )?(?:for|about)", r"bank details", r"votre rib", r"un rib",
         r"duplicata", r"detail de la facture", r"bons? de livraison signe"),
    says(3, r"m envoyez(?: \S+){0,2} rib", r"moi votre rib", r"statement of account", r"proof of delivery",
         r"copy of the invoice"),
    says(4, r"(?:vois|trouve|avons) pas (?:de |la |votre )?(?:piece jointe|facture)",
         r"(?:piece|pieces) (?:jointe|jointes) (?:manqu|absente)\w*", r"attestation", r"urssaf", r"kbis",
         r"lien (?:de paiement|ne)", r"(?:a|de) quel (?:chantier|contrat|dossier|commande)",
         r"comment (?:puis je|peut on|faire pour) (?:payer|regler)", r"preciser", r"justificatifs? (?:de|des)",
         r"detail des"),
    says(4, r"breakdown", r"need (?:a )?cop(?:y|ies)", r"how (?:can|do|should) (?:i|we) pay", r"no attachment",
         r"attachment (?:is|was) missing", r"what (?:is|was) (?:this|it) for", r"more (?:details|information)",
         r"vendor form", r"w9", r"what invoice", r"remind me what"),
    says(4, r"faire passer", r"coordonnees bancaires", r"nature d(?:es|u)", r"forward (?:me |us )?a copy",
         r"(?:don t|do not) have (?:this|the|that|your) invoice", r"what this (?:relates|refers|is)",
         r"(?:resend|reissue a copy)", r"ne l ai pas", r"pas la facture", r"numero de compte",
         r"account (?:number|details)"),
)

_THANKS: Final = clues(
    ReplyKind.THANKS,
    says(1, r"merci(?! (?:de|d|beaucoup de)\b)", r"thanks", r"thank you", r"bien (?:recu|note)", r"noted",
         r"bonne (?:journee|reception)", r"received with thanks", r"remercie", r"cheers", r"appreciated", r"thx",
         r"c est note", r"c est parfait", r"parfait", r"great"),
)

# fmt: on
CLUES: Final[tuple[Clue, ...]] = (
    *_PROMISE,
    *_PAID,
    *_TIME,
    *_INSTALMENTS,
    *_REFUSAL,
    *_WRONG_PERSON,
    *_INFORMATION,
    *_THANKS,
)
