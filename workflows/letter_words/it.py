"""Italian."""

from workflows.letter_words.language_words import LanguageWords, one_a_line, split

WORDS = LanguageWords(
    code="it",
    months=split("gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre"),
    small_words=frozenset(
        split("""
        abbiamo alla alle anche ancora che ci dal dei della delle dell di ed entro gli il nel nostra nostri nostro
        non oppure per più può questa questo sono sul è
    """)
    ),
    sets_deadline=one_a_line(r"""
        \bentro
        \bentro il
        \bentro l'
        \bnon oltre il
        \bnon oltre l'
        \bprima del
        \bprima dell'
        \bper il
        \bper l'
    """),
    vague_deadline=one_a_line(r"""
        al più presto
        quanto prima
        il prima possibile
        (?:non )?appena possibile
        con (?:cortese |la massima )?(?:sollecitudine|urgenza)
        \burgent[ei]
        immediat(?:amente|o)
        \bsubito\b
        \ba breve\b
        prossimamente
        nei prossimi giorni
        senza (?:ulteriore |altro )?(?:indugio|ritardo)
        tempestivamente
        a stretto giro
        rapidamente
        entro un termine ragionevole
        \bal ricevimento
    """),
    month_reference=one_a_line(r"""
        fattur[ae] (?:di|del mese di|relativ[ae] a|per) MONTH\b
        fattur[ae] del mese (?:scorso|precedente)
    """),
    reproach=one_a_line(r"""
        insolut[aeio]\b
        non pagat[aeio]\b
        \bmoros[aeio]\b
        mala ?fede
        negligen
        inadempien
        inaccettabil
        inammissibil
        nonostante i nostri (?:numeros|ripetut|molteplic)
        (?:rifiuta|rifiutate|ostina|ostinate) (?:a|di)
        cattiv[aoi] pagator
    """),
    legal_threat=one_a_line(r"""
        (?:costituzione|messa) in mora
        costituiamo[^.·]{0,20} in mora
        \bdiffid(?:a|iamo)\b
        \bvie legali
        azion[ei] (?:legal[ei]|giudiziari[ae])
        \bgiudice\b
        tribunale
        decreto ingiuntivo
        titolo esecutivo
        \bavvocat[oi]\b
        ufficiale giudiziario
        (?:agenzia|società) di recupero
    """),
    suspension=one_a_line(r"""
        sospen(?:dere|deremo|diamo|sione)
        interromp(?:ere|eremo|iamo)
        interruzione
        blocc(?:are|heremo|o del)
        cess(?:are|eremo|azione)[^.·]{0,20} (?:fornitur|serviz|consegn)
        risol(?:vere|uzione)[^.·]{0,10} contratto
        \brecedere\b
    """),
    stock_phrases=one_a_line(r"""
        non esiti(?:te)? a
        (?:la|vi) preghiamo di vole[rt]
        voglia(?:te)? (?:cortesemente |gentilmente )?provvedere
        con la presente (?:siamo a|le comunichiamo|vi comunichiamo|si comunica)
        grazie (?:in anticipo|anticipatamente)
        ringrazi\w+ (?:in anticipo|anticipatamente)
        a (?:sua|vostra) (?:completa )?disposizione
        in attesa di (?:un )?(?:\w+ )?riscontro
        cogliamo l'occasione
        siamo spiacenti di
        facciamo seguito
        ci permettiamo di
    """),
    commercial_terms=one_a_line(r"""
        interessi (?:di mora|moratori)
        spese di recupero
        indennità forfettari[ae]
    """),
    penalty=one_a_line(r"""
        interessi (?:di mora|moratori)
        \bpenal[ei]\b
        \bmaggiorazion[ei]
    """),
    yearly_rate=one_a_line(r"""
        tass[oi] annu[oi]
        \ball'anno\b
    """),
    day_count=one_a_line(r"""
        \d+ giorn[io]\b
        \bgiorni +tasso
    """),
    daily_rate=one_a_line(r"""
        % ?(?:al|per|/) ?(?:giorno|settimana|mese)
        % (?:giornalier[ao]|settimanale|mensile)
        tasso (?:giornaliero|mensile)
        (?:€|\beuro) (?:al|per) (?:giorno|settimana|mese)
    """),
    penalties_later=one_a_line(r"""
        (?:interessi|indennità)[^.·]{0,40} (?:saranno|verranno|sarà|verrà)[^.·]{0,10} (?:applicat|addebitat|richiest)
        (?:interessi|indennità)[^.·]{0,40} (?:saranno|verranno|sarà|verrà)[^.·]{0,10} (?:dovut|calcolat|aggiunt)
        (?:saranno|verranno)[^.·]{0,10} (?:applicat|addebitat|richiest|calcolat)[^.·]{0,20} interessi
        interessi[^.·]{0,40} (?:decorreranno|matureranno|inizieranno)
        (?:applicheremo|addebiteremo|richiederemo|calcoleremo)[^.·]{0,20} (?:interessi|penali)
        per evitare[^.·]{0,20} (?:interessi|penali|maggiorazioni)
    """),
    costs_charged=one_a_line(r"""
        (?:spese|costi)[^.·]{0,60} a (?:suo|vostro) carico
        a (?:sue|vostre) spese
        spese di (?:sollecito|gestione|pratica|istruttoria)
        (?:spese|costi) (?:legali|giudiziari[ae]?|aggiuntiv[ei]|accessorie|processuali)
        (?:spese|costi)[^.·]{0,40} addebitat
        addebiteremo[^.·]{0,40} (?:spese|costi)
    """),
    court_imitation=one_a_line(r"""
        in nome del popolo
        atto di (?:precetto|citazione)
        ingiunzione di pagamento
        avviso di pignoramento
        si intima
        (?:è|siete) (?:citat|convocat)[aoi]\b
        ultimo avviso prima del pignoramento
    """),
    forbidden_threats=one_a_line(r"""
        \bpignor
        \bpolizia\b
        \bcarcere\b
        \bprigione\b
        \bquerela\b
        \bdenunci(?:a|are|eremo) (?:penale|alle autorità)
        \btruffa
        \bfrode\b
        (?:inform|avvis|avvert|contatt)\w+[^.·]{0,20} (?:datore di lavoro|vicini)
        (?:inform|avvis|avvert|contatt)\w+ (?:la|i|il) (?:su|vostr)\w+ (?:famiglia|banca|clienti|fornitori)
        lista nera
        centrale (?:dei )?rischi
        (?:elenco|lista) dei cattivi pagatori
        rend(?:ere|eremo) pubblic
        istanza di fallimento
        liquidazione giudiziale
        (?:visita|verremo)[^.·]{0,20} (?:domicilio|posto di lavoro)
    """),
    interrupts_limitation=one_a_line(r"""
        (?:interromp|interruzione|sospen)\w*[^.·]{0,40} prescrizione
        prescrizione[^.·]{0,40} (?:interrott|interromp|ricominci|sospes)
    """),
    says_attached=one_a_line(r"""
        \ballegat[aeio]\b
        \balleghiamo\b
    """),
    already_paid=one_a_line(r"""
        già in corso
        nel frattempo
        già stato effettuato
    """),
    from_reception=one_a_line(r"""
        dal ricevimento
        dalla ricezione
    """),
    gives_notice=one_a_line(r"""
        costituiamo[^.·]{0,20} in mora
    """),
    consequence=one_a_line(r"""
        giudice competente
        titolo esecutivo
        \bvie legali
        decreto ingiuntivo
    """),
    without_effect=one_a_line(r"""
        senza (?:effetto|risposta|esito|seguito)
    """),
    legal_rate=one_a_line(r"""
        tasso legale
        interessi legali
    """),
    still_possible=one_a_line(r"""
        proposta (?:scritta )?di pagamento
        accordo (?:scritto|amichevole)
        piano di pagamento
        pagamento rateale
        via amichevole
    """),
    what_follows=one_a_line(r"""
        \b(?:la|vi) (?:ricontatter|chiamer)(?:emo|emmo)
        \b(?:le|vi) (?:invieremo|scriveremo|trasmetteremo)
        chiederemo un titolo
        affideremo
    """),
)
