"""Dutch."""

from workflows.letter_words.language_words import LanguageWords, one_a_line, split

WORDS = LanguageWords(
    code="nl",
    months=split("januari februari maart april mei juni juli augustus september oktober november december"),
    small_words=frozenset(
        split("""
        aan bij dan dat deze dit een geen hebben hebt het kunt met naar niet nog ons onze ook op te tot uw u van
        voor wij wordt zijn
    """)
    ),
    sets_deadline=one_a_line(r"""
        uiterlijk op
        uiterlijk
        \bvóór
        \bvoor
        \btot
        tot en met
    """),
    vague_deadline=one_a_line(r"""
        zo (?:snel|spoedig|vlug) mogelijk
        \bspoedig
        \bmet spoed\b
        onmiddellijk
        \bmeteen\b
        \bterstond\b
        onverwijld
        per omgaande
        zonder (?:verder )?uitstel
        op korte termijn
        \bbinnenkort\b
        \beerstdaags\b
        \bdringend
        \burgent
        in de komende dagen
        binnen een redelijke termijn
        bij ontvangst
    """),
    month_reference=one_a_line(r"""
        factu(?:ur|ren) (?:van|voor|over) (?:de maand )?MONTH\b
        \bMONTHfactuur
        factu(?:ur|ren) van (?:vorige|afgelopen) maand
    """),
    reproach=one_a_line(r"""
        onbetaald
        wanbetal
        kwade trouw
        nalatig
        onaanvaardbaar
        onacceptabel
        in gebreke gebleven
        ondanks onze (?:talrijke|herhaalde|vele|meerdere)
        \bu (?:weigert|negeert)
        uw (?:verzuim|tekortkoming)
        slechte betaler
    """),
    legal_threat=one_a_line(r"""
        ingebrekestelling
        stellen wij[^.·]{0,20} in gebreke
        (?:bevoegde|de) rechter\b
        \brechtbank
        deurwaarder
        \badvoca(?:at|ten)\b
        gerechtelijk
        (?:juridische|rechts) ?(?:stappen|procedure|maatregelen)
        executoriale titel
        \bdagvaard
        \bkort geding
        incasso(?:bureau|procedure|traject)
    """),
    suspension=one_a_line(r"""
        opschort
        stop(?:zetten|gezet)
        onderbrek
        (?:levering|dienst)\w*[^.·]{0,30} (?:staken|blokkeren|stoppen|afsluiten)
        \bblokkeren\b
        \bontbind
        \bopzeg
    """),
    stock_phrases=one_a_line(r"""
        aarzel(?:t u)? niet
        schroom niet
        hierbij delen wij
        bij voorbaat
        op voorhand
        alvast (?:be)?dank
        in afwachting van
        verblijven wij
        wij vertrouwen erop
        naar aanleiding van (?:ons|onze|uw)
        bijgaand (?:treft|vindt)
        \bgelieve\b
        tot onze spijt
        te uwer beschikking
    """),
    commercial_terms=one_a_line(r"""
        vertragingsrente
        verwijlinterest
        handelsrente
        invorderingskosten
        vaste vergoeding
    """),
    penalty=one_a_line(r"""
        vertragingsrente
        verwijlinterest
        handelsrente
        \bboetes?\b
    """),
    yearly_rate=one_a_line(r"""
        jaarlijkse rentevoet
        \bper jaar\b
        op jaarbasis
    """),
    day_count=one_a_line(r"""
        \d+ dag(?:en)?\b
        \bdagen +rentevoet
    """),
    daily_rate=one_a_line(r"""
        % ?(?:per|/) ?(?:dag|week|maand)
        % (?:dagelijks|wekelijks|maandelijks)
        \b(?:dag|maand)rente
        (?:€|\beuro)[ \d.,]* per (?:dag|week|maand)
    """),
    penalties_later=one_a_line(r"""
        (?:rente|vergoeding)[^.·]{0,40} (?:zal|zullen|zou)[^.·]{0,40} (?:worden|gaan|lopen|komen)
        (?:rente|vergoeding)[^.·]{0,40} wordt[^.·]{0,20} (?:berekend|aangerekend|toegepast|in rekening)
        (?:zullen|zal) (?:wij|er)[^.·]{0,40} (?:rente|vergoeding)
        (?:rekenen|berekenen|vorderen) wij[^.·]{0,30} (?:rente|vergoeding)
        rente (?:gaat|begint)
        om[^.·]{0,20} rente te vermijden
    """),
    costs_charged=one_a_line(r"""
        kosten[^.·]{0,60} (?:voor uw rekening|te uwen laste|ten laste van u|bij u in rekening)
        op uw kosten\b
        (?:aanmanings|herinnerings|incasso|administratie|dossier|proces|gerechts|deurwaarders|advocaat)kosten
        (?:bijkomende|extra) kosten
    """),
    court_imitation=one_a_line(r"""
        in naam (?:der|van de) (?:koning|wet)
        dwang(?:bevel|schrift)
        bevel tot betaling
        \bexploot\b
        u wordt (?:hierbij )?(?:opgeroepen|bevolen|gedagvaard)
        aankondiging van beslag
        laatste waarschuwing voor (?:beslag|executie)
    """),
    forbidden_threats=one_a_line(r"""
        \bbeslag(?:legging)?\b
        \bloonbeslag
        \bpolitie\b
        gevangenis
        strafrechtelijk
        strafklacht
        aangifte (?:doen|van)
        oplichting
        uw (?:werkgever|buren|familie|bank|klanten|leveranciers)[^.·]{0,30} (?:informer|inlicht|verwittig|waarschuw)
        (?:informeren|verwittigen|waarschuwen) (?:wij )?uw (?:werkgever|buren|familie|bank|klanten|leveranciers)
        zwarte lijst
        kredietregister
        openbaar maken
        faillissement(?:saanvraag| aanvragen| vorderen)
        huisbezoek
    """),
    interrupts_limitation=one_a_line(r"""
        (?:stuit|onderbreekt|onderbroken|schorst)[^.·]{0,40} verjaring
        verjaring\w*[^.·]{0,40} (?:gestuit|stuit|onderbroken|opnieuw)
    """),
    says_attached=one_a_line(r"""
        bijgevoegd
        bij (?:dit bericht|deze brief) gevoegd
        \bbijgaand
        (?:in|als) (?:de )?bijlage
    """),
    already_paid=one_a_line(r"""
        al onderweg
        \bintussen\b
        \binmiddels\b
        reeds (?:betaald|voldaan)
    """),
    from_reception=one_a_line(r"""
        na (?:de )?ontvangst
        vanaf de ontvangst
    """),
    gives_notice=one_a_line(r"""
        stellen wij[^.·]{0,30} in gebreke
        geldt als ingebrekestelling
    """),
    consequence=one_a_line(r"""
        bevoegde rechter
        executoriale titel
        rechtbank
    """),
    without_effect=one_a_line(r"""
        onbeantwoord
        zonder (?:resultaat|gevolg|antwoord|reactie) gebleven
    """),
    legal_rate=one_a_line(r"""
        wettelijke rente
    """),
    still_possible=one_a_line(r"""
        betalingsvoorstel
        betalingsregeling
        betaling in termijnen
        schriftelijke afspraak
        in der minne
    """),
    what_follows=one_a_line(r"""
        nemen wij opnieuw contact
        bellen wij u
        sturen wij u (?:een|per)
        verzoeken wij de bevoegde
        schrijven u alleen
        dragen wij[^.·]{0,30} over
    """),
)
