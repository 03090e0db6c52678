"""Spanish."""

from workflows.letter_words.language_words import LanguageWords, one_a_line, split

WORDS = LanguageWords(
    code="es",
    months=split("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"),
    small_words=frozenset(
        split("""
        algo antes aún cuando desde el entonces esa ese esta este está hasta hay hemos las los muy más no nuestra
        nuestro nuestros otra otro para pero por sigue sin sobre su sus también todavía usted ustedes y ya
    """)
    ),
    sets_deadline=one_a_line(r"""
        a más tardar el
        a mas tardar el
        \bhasta el
        \bantes del
        \bpara el
        no más tarde del
    """),
    vague_deadline=one_a_line(r"""
        lo (?:antes|más pronto) posible
        cuanto antes
        a la mayor brevedad
        \ben breve\b
        inmediatamente
        de (?:forma |manera )?inmediat[ao]
        \burgen(?:te|cia)
        rápidamente
        sin (?:más )?(?:demora|dilación|tardar)\b
        en los próximos días
        próximamente
        a su conveniencia
        en un plazo razonable
        en cuanto reciba
        \ba la recepción
    """),
    month_reference=one_a_line(r"""
        facturas? (?:de|del mes de|correspondientes? a|relativas? a) MONTH\b
        facturas? del mes (?:pasado|anterior)
    """),
    reproach=one_a_line(r"""
        impagad[ao]s?\b
        \bmoros[ao]s?\b
        mala fe\b
        negligen
        inaceptable
        inadmisible
        incumpli(?:miento|d[ao])
        pese a (?:todos )?nuestros
        a pesar de nuestr[ao]s (?:numeros|reiterad|múltiples|repetid)
        se (?:niega|niegan) a
        (?:usted|ustedes) (?:ignora|ha ignorado|han ignorado)
        mal pagador
    """),
    legal_threat=one_a_line(r"""
        requerimiento formal
        requerimos formalmente
        tribunal(?:es)? (?:competente|mercantil)
        ante los tribunales
        \bjuzgados?\b
        vía judicial
        (?:acciones|medidas|procedimiento) (?:legal|judicial)
        título ejecutivo
        \babogad[ao]s?\b
        \bdemanda judicial
        procedimiento monitorio
        (?:agencia|empresa) de (?:cobro|recobro)
    """),
    suspension=one_a_line(r"""
        suspend(?:er|emos|ido|ida)
        suspensión
        interrump(?:ir|imos|iremos)
        interrupción
        \bcort(?:ar|aremos)\b
        \bcorte del?\b
        bloque(?:ar|aremos|o de)
        rescindir
        cancelar(?:emos)?\b
        dejaremos de (?:suministrar|prestar|servir)
    """),
    stock_phrases=one_a_line(r"""
        no duden? en
        rogamos (?:se sirvan?|tengan? a bien)
        tengan? a bien
        \bsírvanse?\b
        por medio de la presente
        gracias (?:de antemano|por anticipado|anticipadas)
        quedamos a su (?:entera )?disposición
        a la espera de sus? (?:noticias|respuesta)
        adjunto (?:le|les) (?:remitimos|enviamos)
        lamentamos (?:informar|comunicar)
        nos permitimos
        con relación a (?:su|nuestr)
    """),
    commercial_terms=one_a_line(r"""
        intereses? (?:de demora|moratorios?)
        (?:costes|gastos) de cobro
        compensación fija
        indemnización (?:fija|a tanto alzado|por costes)
    """),
    penalty=one_a_line(r"""
        intereses? (?:de demora|moratorios?)
        penalizaci(?:ón|ones)
        \brecargos?\b
    """),
    yearly_rate=one_a_line(r"""
        tipos? (?:de interés )?anual(?:es)?
        \bal año\b
    """),
    day_count=one_a_line(r"""
        \d+ días?\b
        \bdías +tipo
    """),
    daily_rate=one_a_line(r"""
        % ?(?:por|al|/) ?(?:día|semana|mes)
        % (?:diario|semanal|mensual)
        tipo (?:diario|mensual)
        (?:€|\beuros?) (?:por|al) (?:día|semana|mes)
    """),
    penalties_later=one_a_line(r"""
        (?:intereses|compensación)[^.·]{0,40} se (?:aplicarán?|cobrarán?|exigirán?|devengarán?|añadirán?)
        (?:intereses|compensación)[^.·]{0,40} serán? (?:aplicad|exigid|exigible|cobrad)
        (?:intereses|compensación)[^.·]{0,40} (?:empezarán?|comenzarán?|correrán?)
        se (?:aplicarán|cobrarán|exigirán|devengarán)[^.·]{0,20} (?:intereses|recargos)
        (?:aplicaremos|cobraremos|exigiremos|facturaremos)[^.·]{0,20} (?:intereses|recargos|penalizaci)
        para evitar[^.·]{0,20} (?:intereses|recargos|penalizaci)
    """),
    costs_charged=one_a_line(r"""
        (?:gastos|costes)[^.·]{0,60} (?:a su cargo|de su cargo|por su cuenta)
        a su costa\b
        gastos de (?:recordatorio|reclamación|gestión|tramitación|requerimiento|expediente)
        (?:costas|gastos|costes) (?:judiciales|procesales|de abogado|adicionales|suplementarios)
        (?:repercutiremos|cargaremos|facturaremos)[^.·]{0,30} (?:gastos|costes|costas)
    """),
    court_imitation=one_a_line(r"""
        mandamiento de (?:pago|ejecución)
        en nombre del rey
        providencia de
        diligencia de embargo
        cédula de (?:citación|notificación|emplazamiento)
        quedan? (?:usted |ustedes )?(?:citad|emplazad|apercibid|notificad)[ao]s?
        último aviso antes del? (?:embargo|ejecución)
    """),
    forbidden_threats=one_a_line(r"""
        \bembarg(?:ar|aremos|o de)
        \bpolicía\b
        \bcárcel\b
        \bprisión\b
        (?:denuncia|querella)\b
        \bdenunciar
        \bestafa
        \bfraude
        (?:inform|avis|comunic|contact)\w+[^.·]{0,20} sus? (?:empleador|jefe|vecinos|familia|banco|clientes|proveedores)
        lista negra
        (?:lista|registro|fichero|archivo) de morosos
        \basnef\b
        hac(?:er|eremos) público
        concurso (?:necesario|de acreedores)
        visitar(?:emos|le|les)?[^.·]{0,20} (?:domicilio|oficinas|trabajo)
    """),
    interrupts_limitation=one_a_line(r"""
        (?:interrump|suspend|interrupción)\w*[^.·]{0,40} prescripción
        prescripción[^.·]{0,40} (?:interrump|suspend|empieza de nuevo|vuelve a)
    """),
    says_attached=one_a_line(r"""
        \badjunt(?:a|as|o|os|amos)\b
        \bacompañamos\b
        \banex[ao]s?\b
    """),
    already_paid=one_a_line(r"""
        ya está en camino
        \bentretanto\b
        ya (?:ha|han) (?:pagado|efectuado|realizado)
    """),
    from_reception=one_a_line(r"""
        desde (?:la|su) recepción
        (?:a partir|después) de (?:la|su) recepción
        tras (?:la|su) recepción
        a contar de (?:la|su) recepción
    """),
    gives_notice=one_a_line(r"""
        requerimos formalmente
        requerimos[^.·]{0,20} de pago
        constituye un requerimiento
    """),
    consequence=one_a_line(r"""
        tribunal competente
        título ejecutivo
        vía judicial
        acciones judiciales
    """),
    without_effect=one_a_line(r"""
        quedado sin (?:efecto|respuesta|resultado)
        no (?:ha|han) (?:tenido|recibido) (?:efecto|respuesta)
    """),
    legal_rate=one_a_line(r"""
        tipo (?:de interés )?legal
        interés legal
    """),
    still_possible=one_a_line(r"""
        propuesta de pago
        acuerdo (?:escrito|amistoso)
        calendario de pagos?
        pago a plazos
    """),
    what_follows=one_a_line(r"""
        volver(?:emos|íamos) a (?:ponernos|escribir)
        \bles? (?:llamaremos|enviaremos|escribiremos|remitiremos)
        solicitaremos
        encargaremos
        trasladaremos
    """),
)
