"""French, the reference, and the language of the law that letters quote."""

from workflows.letter_words.language_words import LanguageWords, one_a_line, split

WORDS = LanguageWords(
    code="fr",
    months=split("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
    small_words=frozenset(
        split("""
        au aux avec avons ce cette dans des du est et le les ne nos nous par pas pour que qui si sont sur
        une vos votre vous été être
    """)
    ),
    acronyms=frozenset(split("EURL SARL SASU TTC")),
    sets_deadline=one_a_line(r"""
        au plus tard le
        avant le
        d'ici au
        d'ici le
        avez jusqu'au
    """),
    vague_deadline=one_a_line(r"""
        dans les (?:meilleurs|plus brefs) délais
        \brapidement\b
        au plus vite
        au plus tôt
        dès que possible
        dès réception
        sans (?:plus )?(?:tarder|délai|attendre)\b
        sous peu\b
        prochains? jours?\b
        prochainement
        immédiatement
        dans un délai raisonnable
        incessamment
        à bref délai
        à votre (?:plus proche|meilleure) convenance
        urgen(?:t|ce|mment)\b
        \bsous (?:huitaine|quinzaine|quelques|\d+ ?(?:h|heures?|jours?|semaines?)\b)
        \bsous (?:une?|deux|trois|cinq|sept|huit|dix|quinze|trente) (?:heures?|jours?|semaines?|mois)\b
        dans (?:la|les) (?:semaine|huitaine|quinzaine|\d+ ?(?:h|heures|jours)\b)
        (?:avant|d'ici|pour) (?:(?:à|la|le) )*(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|demain)
        (?:avant|d'ici|pour) (?:(?:à|la) )*fin (?:du|de|d')
        (?:le|du|au) (?:premier|deux|trois|cinq|dix|quinze|vingt|trente)(?:[- ](?:et[- ])?\w+)? MONTH\b
    """),
    month_reference=one_a_line(r"""
        factures? (?:de |d'|du mois de |du mois d'|relative à |datée de )MONTH\b
        règlement (?:de |d')MONTH\b
        factures? du mois (?:dernier|passé|précédent)
        factures? (?:datant|datée) (?:de |d'|du mois de |du mois d')MONTH\b
    """),
    reproach=one_a_line(r"""
        impayée?s?\b
        mauvaise (?:foi|volonté)
        négligen\w+
        (?:votre|vos) manquements?
        (?:votre|vos) défaillances?
        inadmissible
        inacceptable
        mauvais payeur
        malgré (?:tous )?nos (?:nombreux|multiples) \w+
        en dépit de nos (?:nombreux|multiples) \w+
        débiteur défaillant
        vous (?:refusez|persistez)
        pas (?:été )?honorée?s?\b
        vous nous devez
        dernier avertissement
    """),
    legal_threat=one_a_line(r"""
        mise en demeure
        mett(?:ons|rons|ions) en demeure
        tribuna(?:l|ux)
        juridiction
        huissier
        commissaire de justice
        poursuites\b
        contentieu(?:x|se)
        judiciaire
        \bavocat
        en justice
        titre exécutoire
        assignation
        injonction de payer
        voies? de droit
        \bsaisie\b(?! d(?:e|u|es) (?:(?:votre|vos|la|notre|nos|une?) )?(?:commande|facture|données|bon))
        (?:cabinet|société|agence) de recouvrement
        recouvrement (?:forcé|contentieux)
        \b(?:le|un|au|du) juge\b
        engag(?:er|erons) une (?:procédure|action)
        (?:action|procédure)[^.·]{0,20} (?:engagée|intentée|introduite)
        valoir nos droits
    """),
    suspension=one_a_line(r"""
        suspen(?:dre|drons|drions|dues?|dus|sion|d)\b
        interrompre
        interromprons
        interruption (?:de|du|des)
        couper\b
        couperons
        (?:bloquer|bloquerons|blocage de) (?:vos?|votre|les|nos)
        cesser(?:ons)? (?:de|nos|la|toute)
        coupure
        résili\w+
        arrêt(?:er|erons) (?:nos|vos|les|la|toute) (?:livraison|prestation|service|fourniture|production)
        (?:livraisons?|services?|prestations?)[^.·]{0,20} (?:arrêtée?s?|interrompue?s?|bloquée?s?|coupée?s?)\b
        (?:compte|accès)[^.·]{0,20} (?:bloqué|fermé|gelé)
    """),
    stock_phrases=one_a_line(r"""
        merci de bien vouloir
        auriez-vous l'obligeance
        nous vous saurions gré
        bien vouloir (?:nous )?faire le nécessaire
        n'hésitez pas
        sachez que
        force est de constater
        nous nous permettons de
        en vous remerciant par avance
        merci d'avance
        dans l'attente de
        restant à votre (?:entière )?disposition
        suite à (?:notre|votre|nos|vos)
        sauf oubli
        cordialement vôtre
        par la présente, nous nous
    """),
    commercial_terms=one_a_line(r"""
        indemnités? forfaitaires?
        \bl\.? ?441-10
        \bd\.? ?441-5
        pénalités? (?:de|pour|du) (?:retard|paiement tardif)
        intérêts? moratoires?
        r2192-3\d
        frais de recouvrement
        indemnités? (?:de|d'un montant de) (?:40|quarante)
        \bpénalités?\b
        intérêts? de retard
        clauses? pénales?
        \bmajorations?\b
    """),
    penalty=one_a_line(r"""
        pénalités? de retard
        intérêts? moratoires?
        intérêts? de retard
        pénalités\b
    """),
    yearly_rate=one_a_line(r"""
        taux annuels?\b
        \bpar an\b
        l'an\b
    """),
    day_count=one_a_line(r"""
        \d+ jours?\b
        \bjours +taux
    """),
    daily_rate=one_a_line(r"""
        % (?:par|/) ?(?:jour|semaine|mois)
        % (?:quotidien|journalier|mensuel|hebdomadaire)
        taux (?:journalier|quotidien|mensuel)
        (?:€|euros?) par (?:jour|semaine|mois) de retard
        (?:%|pour cent) (?:par|chaque|/) ?(?:jour|semaine|mois)
    """),
    penalties_later=one_a_line(r"""
        pénalités[^.·]{0,40} (?:seront|pourront être|pourraient être) (?:appliquées|facturées|exigées|calculées)
        pénalités[^.·]{0,40} (?:seront|pourront être|pourraient être) (?:dues|ajoutées|demandées|réclamées)
        (?:commenceront|commencera|commenceraient|se mettront) à courir
        (?:appliquerons|facturerons|exigerons|calculerons) (?:des|les|alors) (?:des )?(?:pénalités|intérêts)
        pénalités[^.·]{0,40} (?:courront|s'appliqueront|deviendront exigibles)
        intérêts[^.·]{0,40} (?:courront|s'appliqueront)
        sous peine de pénalités
        pour éviter (?:des|les|toute) pénalités?
        vous (?:devrez|paierez)[^.·]{0,20} (?:pénalités|intérêts)
    """),
    costs_charged=one_a_line(r"""
        frais[^.·]{0,60}(?:à|en) votre charge
        à vos frais
        frais de (?:relance|rappel|dossier|gestion|mise en demeure|lettre|courrier)
        frais (?:de|du) (?:commissaire|huissier|justice|poursuite)
        frais (?:supplémentaires|additionnels|de procédure|d'avocat|d'huissier|de contentieux)
        frais[^.·]{0,40}(?:vous seront|seront) (?:imputés|facturés|réclamés|répercutés|ajoutés)
        supporter(?:ez|iez)? (?:les|l'ensemble des|tous les) frais
        (?:frais|honoraires|coûts?|dépens)[^.·]{0,60}(?:vous incomb\w+|à votre (?:seule |entière )?charge)
        (?:frais|honoraires|coûts?|dépens)[^.·]{0,60}vous (?:seront|sera) (?:re)?(?:imput|factur|compt|demand)
        (?:rembourser|supporter|acquitter|payer) (?:nos|tous les|l'ensemble des) (?:frais|honoraires|coûts)
    """),
    outdated_titles=one_a_line(r"""
        \bhuissiers?\b
    """),
    court_imitation=one_a_line(r"""
        commandement de payer
        sommation (?:de payer|interpellative)
        au nom du peuple
        république française
        acte (?:extrajudiciaire|judiciaire|d'exécution)
        vous (?:êtes|est) (?:assigné|cité|sommé)
        il vous est (?:ordonné|enjoint|signifié)
        signification
        procès-verbal
        (?:avis|ordre) de (?:saisie|poursuites?|exécution)
        avant saisie
        greffe du tribunal vous
    """),
    forbidden_threats=one_a_line(r"""
        \bsaisi(?:e|r|rons|es|ssons) (?:sur |de )?(?:vos|votre(?! (?:commande|facture)))
        \bsaisi(?:e|r|rons|es|ssons) (?:sur |de )?(?:les biens|le salaire|immédiate|conservatoire)
        \b(?:plainte|poursuites pénales|prison|casier judiciaire|infraction|escroquerie|abus de confiance)
        (?:inform|avert|alert|contact)\w+ votre (?:employeur|famille|entourage|banque)
        (?:inform|avert|alert|contact)\w+ vos (?:voisins|clients|fournisseurs|proches|partenaires|banques|salariés)
        prév(?:enir|iendrons) (?:votre|vos) (?:employeur|voisins|clients|fournisseurs|proches|partenaires|banques?)
        liste (?:noire|des mauvais payeurs)
        fichier (?:des|national|banque de france|d'incidents)
        ficher\b
        inscri(?:re|vons|rons|t|ption)[^.·]{0,30}(?:banque de france|ficp)
        (?:publier|publierons|rendre public|rendrons public)
        (?:passer|passerons|venir|viendrons|visite)[^.·]{0,20} (?:votre|vos) (?:domicile|bureaux?|lieu de travail)
        vos biens (?:seront|vont être)
        dépôt de bilan
        (?:demander|provoquer|demanderons) (?:votre|la) (?:mise en )?(?:liquidation|redressement)
        \bsaisies? (?:conservatoire|attribution|immobilière|mobilière|sur (?:vos?|votre|salaires?|comptes?))
        \bsaisies? (?:de|des) (?:(?:vos|votre) )?(?:biens?|comptes?|meubles?|salaires?|rémunérations?)
        (?:comptes?|biens?|salaires?|véhicules?)[^.·]{0,30} (?:saisi|bloqué|confisqué)e?s?\b
        (?:viendrons|passerons|rendrons|venir|visite)[^.·]{0,20} chez vous
        (?:employeur|famille|voisins|banque|clients|fournisseurs)[^.·]{0,20} (?:informé|prévenu|averti|alerté)e?s?\b
    """),
    interrupts_limitation=one_a_line(r"""
        (?:interr(?:o|u)mp|interrupti|suspen(?:d|sion))[^.·]{0,40}prescription
        prescription[^.·]{0,40}(?:interrompue?|suspendue?|repart|recommence|interruption)
        fait courir un nouveau délai
    """),
    says_attached=one_a_line(r"""
        \bci-joint\w*
        (?:est|sont|figure|figurent|trouverez)[^.·]{0,20} (?:jointe?s?|annexée?s?)\b
        en pièces? jointes?
        en annexe\b
        jointe?s? (?:à|au) (?:ce|cette|présent)
    """),
    already_paid=one_a_line(r"""
        déjà (?:en route|parti|été)
        (?:est|a|sont|ont|avez) déjà (?:été )?(?:réglée?s?|payée?s?|effectuée?s?)
        entre-temps
        se (?:croisent|sont croisés)
        a été effectué
    """),
    from_reception=one_a_line(r"""
        de la réception
        de sa réception
        suivant la réception
        après (?:la )?réception
    """),
    gives_notice=one_a_line(r"""
        mettons[^.·]{0,20} en demeure
        vaut mise en demeure
        vous êtes mise? en demeure
    """),
    consequence=one_a_line(r"""
        juridiction
        tribunal
        commissaire de justice
        titre exécutoire
        injonction de payer
    """),
    without_effect=one_a_line(r"""
        sans effet
        sans réponse
        sans suite
        sans résultat
    """),
    legal_rate=one_a_line(r"""
        (?:au |l'intérêt )?(?:au )?taux légal
        taux de l'intérêt légal
    """),
    still_possible=one_a_line(r"""
        proposition (?:écrite )?de règlement
        accord (?:écrit|amiable)
        échéancier
        règlement (?:amiable|échelonné)
        solution amiable
    """),
    what_follows=one_a_line(r"""
        reprendr(?:ons|ions) contact
        téléphonerons
        appellerons
        (?:vous )?(?:adresserons|enverrons|écrirons)
        (?:vous )?sera (?:adressée?|envoyée?|remise?|transmise?|confiée?|engagée?)
        saisirons
        transmettrons
        confierons
        engagerons
        reviendrons vers vous
        avons décidé de
        remettrons
        nous ne vous écrirons
        sera transmis
        deviendra exigible
    """),
)
