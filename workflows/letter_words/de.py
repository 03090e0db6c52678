"""German."""

from workflows.letter_words.language_words import LanguageWords, one_a_line, split

WORDS = LanguageWords(
    code="de",
    months=split("januar februar märz april mai juni juli august september oktober november dezember"),
    small_words=frozenset(
        split("""
        auf bei bis das dem den der diese dieser dieses ein eine einen für haben ihnen ihr ihre ist mit nach nicht
        oder sie sind und uns unter vom von wir wird zu zum
    """)
    ),
    sets_deadline=one_a_line(r"""
        \bbis
        \bbis zum
        spätestens am
        \bvor dem
    """),
    vague_deadline=one_a_line(r"""
        so (?:bald|schnell|rasch) wie möglich
        baldmöglichst
        schnellst(?:möglich|ens)
        \bumgehend
        unverzüglich
        \bsofort
        \bzeitnah
        \balsbald\b
        \bdemnächst\b
        \bkurzfristig
        in kürze\b
        in den nächsten tagen
        ohne (?:weiteren )?(?:verzug|aufschub|verzögerung)
        (?:sofort|gleich) nach erhalt
        in(?:nerhalb)? (?:einer )?angemessene[nr] frist
        \bdringend
    """),
    month_reference=one_a_line(r"""
        \bMONTH-?rechnung
        rechnung(?:en)? (?:vom|für|aus|im|für den monat|vom monat) MONTH\b(?! ?\d)
        rechnung(?:en)? des (?:letzten|vergangenen|vorigen) monats
    """),
    reproach=one_a_line(r"""
        unbezahlt
        säumig
        zahlungsunwillig
        zahlungsmoral
        böswillig
        (?:nach|fahr)lässig
        inakzeptabel
        (?:im|in) verzug\b
        trotz (?:unserer )?(?:mehrfache|wiederholte|zahlreiche)
        sie (?:weigern|ignorieren|missachten)
        ihr(?:em|es)? (?:versäumnis|verschulden)
        schlechter zahler
    """),
    legal_threat=one_a_line(r"""
        förmliche\w* zahlungsaufforderung
        setzen wir sie[^.·]{0,20} in verzug
        (?:zuständige\w*|beim|das|vor) gericht\b
        gerichtlich
        gerichtsvollzieher
        rechtsanw[aä]lt
        \banwalt\b
        rechtliche\w* schritte
        \bklage (?:erheben|einreichen)
        mahnverfahren
        mahnbescheid
        vollstreckbare\w* titel
        zwangsvollstreckung
        inkasso(?:büro|unternehmen|verfahren)
    """),
    suspension=one_a_line(r"""
        liefer(?:stopp|sperre)
        (?:lieferung|leistung|dienst|zugang)\w*[^.·]{0,30} (?:einstellen|einzustellen|sperren|aussetzen|stoppen)
        (?:stellen|setzen)[^.·]{0,40}(?:lieferung|leistung|dienst)\w*[^.·]{0,20} (?:ein|aus)\b
        \b(?:unterbrechen|unterbrechung)\b
        \bsperr(?:en|ung)\b
        \bkündig(?:en|ung)
    """),
    stock_phrases=one_a_line(r"""
        zögern sie nicht
        höflich(?:st)? (?:bitten|darum)
        bitten (?:wir )?(?:sie )?höflich
        hiermit teilen wir
        stehen wir ihnen[^.·]{0,30} zur verfügung
        im voraus
        bezugnehmend auf
        \banbei (?:finden|erhalten|übersenden|senden)
        in der hoffnung
        in erwartung ihrer
        mit vorzüglicher
        wir bedauern, ihnen
    """),
    commercial_terms=one_a_line(r"""
        verzugszins
        beitreibungskosten
        (?:mahn|kosten)pauschale
        \bpauschalen? für
    """),
    penalty=one_a_line(r"""
        verzugszins
        strafzins
        säumniszuschl[aä]g
    """),
    yearly_rate=one_a_line(r"""
        jahreszinss[aä]tz
        \bpro jahr\b
        \bp\. ?a\.
    """),
    day_count=one_a_line(r"""
        \d+ tage?n?\b
        \btage +jahreszins
    """),
    daily_rate=one_a_line(r"""
        % ?(?:pro|je|am|/) ?(?:tag|woche|monat)
        % (?:täglich|wöchentlich|monatlich)
        (?:tages|monats)zinss[aä]tz
        (?:€|\beuro) (?:pro|je|am) (?:tag|woche|monat)
    """),
    penalties_later=one_a_line(r"""
        (?:zinsen|pauschale)[^.·]{0,40} (?:werden|wird|würden)[^.·]{0,30} (?:berechnet|erhoben|verlangt|fällig)
        (?:zinsen|pauschale)[^.·]{0,40} (?:werden|wird|würden)[^.·]{0,30} (?:anfallen|hinzukommen|beginnen)
        (?:werden|würden) wir[^.·]{0,40} zinsen
        (?:werden|würden)[^.·]{0,20} verzugszinsen[^.·]{0,30} (?:berechnet|erhoben|fällig|anfallen)
        (?:berechnen|erheben|verlangen|fordern) wir[^.·]{0,30} (?:zinsen|verzugszinsen)
        beginnen[^.·]{0,30} zinsen
        um[^.·]{0,30} zinsen zu vermeiden
    """),
    costs_charged=one_a_line(r"""
        mahn(?:gebühr|kosten)
        bearbeitungs(?:gebühr|kosten)
        inkasso(?:gebühr|kosten)
        (?:gerichts|anwalts|rechtsanwalts|verfahrens)kosten
        zusätzliche\w* (?:kosten|gebühren)
        (?:kosten|gebühren)[^.·]{0,60} (?:in rechnung|auferlegt|ihnen zu tragen|zur last)
        zu ihren lasten
        auf ihre kosten
    """),
    court_imitation=one_a_line(r"""
        zahlungsbefehl
        im namen des volkes
        vollstreckungs(?:bescheid|ankündigung|androhung)
        \bvorladung
        sie werden (?:hiermit )?(?:vorgeladen|geladen|verurteilt)
        letzte (?:warnung|aufforderung) vor (?:der )?(?:pfändung|vollstreckung)
    """),
    forbidden_threats=one_a_line(r"""
        \bpfänd
        straf(?:anzeige|rechtlich|verfahren)
        \bpolizei\b
        gefängnis
        wegen betrugs?\b
        \bbetrüg(?:er|erisch)
        \bschufa\b
        schwarze\w* liste
        schuldnerverzeichnis
        (?:informieren|benachrichtigen|unterrichten)[^.·]{0,20} ihre\w* (?:arbeitgeber|nachbar|familie|bank|kunde)
        ihre\w* (?:arbeitgeber|nachbar|familie|bank|kunde)\w*[^.·]{0,20} (?:informier|benachrichtig)
        öffentlich (?:machen|bekannt)
        \bhausbesuch
        insolvenz(?:antrag| beantragen)
    """),
    interrupts_limitation=one_a_line(r"""
        verjährung[^.·]{0,40} (?:unterbr|gehemmt|hemmt|beginnt|neu\b)
        (?:unterbricht|unterbrochen|hemmt|gehemmt)[^.·]{0,40} verjährung
    """),
    says_attached=one_a_line(r"""
        beigefügt
        \banbei\b
        im anhang
        (?:in der|als) anlage
        (?:liegt|liegen)[^.·]{0,30} bei\b
    """),
    already_paid=one_a_line(r"""
        bereits unterwegs
        (?:zwischenzeitlich|inzwischen) (?:veranlasst|gezahlt|bezahlt|beglichen|geleistet|überwiesen)
        überschnitten
    """),
    from_reception=one_a_line(r"""
        nach (?:dem )?(?:erhalt|empfang|zugang)
        ab (?:erhalt|empfang|zugang)
        mit dem erhalt
    """),
    gives_notice=one_a_line(r"""
        setzen wir sie[^.·]{0,30} in verzug
        fordern wir sie[^.·]{0,30} förmlich
    """),
    consequence=one_a_line(r"""
        zuständigen gericht
        vollstreckbaren titel
        mahnverfahren
        gerichtliche\w* (?:schritte|geltendmachung)
    """),
    without_effect=one_a_line(r"""
        ohne (?:antwort|erfolg|wirkung|reaktion|ergebnis) geblieben
        unbeantwortet
        \berfolglos
    """),
    legal_rate=one_a_line(r"""
        gesetzliche\w* zins
    """),
    still_possible=one_a_line(r"""
        zahlungsvorschl[aä]g
        zahlungsplan
        ratenzahlung
        schriftliche\w* vereinbarung
        gütliche\w* (?:einigung|lösung|regelung)
    """),
    what_follows=one_a_line(r"""
        auf sie zu\b
        rufen wir sie an
        erhalten sie (?:von uns|per|eine)
        melden uns
        schreiben wir ihnen
        werden wir[^.·]{0,60} (?:beantragen|übergeben|einleiten)
    """),
)
