"""English."""

from workflows.letter_words.language_words import LanguageWords, one_a_line, split

WORDS = LanguageWords(
    code="en",
    months=split("january february march april may june july august september october november december"),
    short_months=split("jan feb mar apr may jun jul aug sept oct nov dec"),
    small_words=frozenset(
        split("""
        an and are at be been by for from has have if is it not of on our that the this to us we will with
        you your
    """)
    ),
    acronyms=frozenset(split("VAT")),
    sets_deadline=one_a_line(r"""
        \bby
        \bbefore
        no later than
        not later than
        have until
        \bdue on or before
    """),
    vague_deadline=one_a_line(r"""
        as soon as possible
        \bpromptly\b
        without (?:further )?delay
        at your earliest convenience
        \bshortly\b
        \bimmediately\b
        \burgent(?:ly)?\b
        \bquickly\b
        in the (?:coming|next few) days
        within a reasonable (?:time|period)
        upon receipt
        (?:pay|settle|reply|answer)(?: \w+)? at once\b
        \basap\b
        in due course
        in a timely manner
        within (?:an?|one|two|three|\d+) (?:hours?|weeks?|fortnight)\b(?! (?:of|from|after)\b)
        within (?:two|three|five|seven|eight|ten|\d+) (?:working |business )?days\b(?! (?:of|from|after)\b)
        in a (?:week|fortnight)
        by (?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow|next|(?:the )?end of)
        \bright away\b
        earliest opportunity
        \bpay now\b
    """),
    month_reference=one_a_line(r"""
        (?:your|the|our) MONTH(?:'s)? (?:invoice|bill|statement)
        invoices? (?:for|of|from) (?:the month of )?MONTH\b(?! ?\d)
        \bMONTH(?:'s)? invoices?\b
        last month's (?:invoice|bill)
    """),
    reproach=one_a_line(r"""
        \bunpaid\b
        bad faith
        \bneglect\w*
        negligen\w+
        your failure
        you (?:have )?(?:failed|refused|ignored)
        unacceptable
        despite our (?:many|numerous|repeated)
        \bdefaulter
        in default\b
        bad payer
        final demand
    """),
    legal_threat=one_a_line(r"""
        formal notice
        (?:competent|commercial|civil|district|the) courts?\b
        court (?:order|action|proceedings|claim)
        legal (?:action|proceedings|steps|measures)
        take you to court
        in court\b
        \bbailiffs?\b
        \blawyers?\b
        \bsolicitors?\b
        \battorney
        \blitigation\b
        \blawsuit
        enforceable order
        \bsummons\b
        order for payment
        (?:debt )?collection agency
        debt collectors?
        \bprosecut\w+
        \bsue\b
        (?:a|the) judge\b
        legal (?:team|adviser|department)
        \bcollectors?\b
        take (?:this|the|your) (?:matter |case |file )?further
    """),
    suspension=one_a_line(r"""
        \bsuspend(?:ed|ing|s)?\b
        \bsuspension\b
        cut off
        \bdisconnect\w*
        stop (?:our |your |the |all )?(?:deliver\w+|service\w*|suppl\w+|work)
        \bterminat\w+
        withhold (?:our |further )?(?:deliver\w+|service\w*)
        block (?:your|the) (?:account|access)
        (?:deliver\w+|service\w*|supplies|account)[^.·]{0,20} (?:halted|stopped|blocked|suspended|frozen)
    """),
    stock_phrases=one_a_line(r"""
        \bkindly\b
        please do not hesitate
        don't hesitate
        please be advised
        thank(?:ing)? you in advance
        please find (?:attached|enclosed|below)
        we regret to
        it has come to our attention
        we look forward to hearing
        at your disposal
        further to (?:our|your)
        as per (?:our|your)
        herewith
        we beg
    """),
    commercial_terms=one_a_line(r"""
        fixed compensation
        late[- ]payment (?:interest|penalt\w+|charge\w*)
        interest for late payment
        recovery costs
        lump[- ]sum (?:compensation|indemnity)
        \bpenalt(?:y|ies)\b
        \blate fees?\b
    """),
    penalty=one_a_line(r"""
        late[- ]payment interest
        interest for late payment
        late[- ]payment penalt\w+
        penalt(?:y|ies)\b
    """),
    yearly_rate=one_a_line(r"""
        yearly rates?\b
        annual rates?\b
        per annum
        a year\b
        per year\b
    """),
    day_count=one_a_line(r"""
        \d+ days?\b
        \bdays +(?:yearly|annual)
    """),
    daily_rate=one_a_line(r"""
        % ?(?:per|a|each|/) ?(?:day|week|month)
        % (?:daily|monthly|weekly)
        (?:daily|monthly) rate of
        (?:€|eur|euros?) ?[\d.,]* ?(?:per|a) day
        \bper ?cent (?:per|a|each) (?:day|week|month)
    """),
    penalties_later=one_a_line(r"""
        (?:interest|penalties|compensation)[^.·]{0,40} (?:will|shall|may|would) be (?:applied|charged|added|due)
        (?:interest|penalties|compensation)[^.·]{0,40} (?:will|shall|may|would) be (?:calculated|claimed|payable)
        (?:interest|penalties|compensation)[^.·]{0,40} (?:will|shall|may|would) (?:apply|begin|start|become)
        (?:begin|start)s? to (?:run|accrue)
        we (?:will|shall|may) (?:charge|apply|add|calculate|claim) (?:late[- ]payment |the )?(?:interest|penalties)
        to avoid (?:any |late[- ]payment )?(?:interest|penalties|charges)
    """),
    costs_charged=one_a_line(r"""
        at your (?:expense|cost)\b
        reminder fees?
        (?:costs?|fees?|charges)[^.·]{0,60}(?:charged to you|borne by you|added to your|at your charge|passed on to you)
        (?:administration|handling|collection|late|legal|court|bailiff) (?:fees?|charges?|costs)\b
        you will (?:bear|pay|owe|be liable for)[^.·]{0,40}(?:costs|fees|expenses)
        reimburse our (?:costs|fees|expenses)
        (?:costs|fees|expenses)[^.·]{0,30} (?:fall to you|are yours|be yours)
    """),
    court_imitation=one_a_line(r"""
        order to pay\b
        you are (?:hereby )?(?:summoned|ordered|commanded)
        final notice before (?:seizure|enforcement|action)
        warrant of
        notice of (?:seizure|enforcement|prosecution|distraint)
        statutory demand
        in the name of the (?:law|republic|french people)
        writ of
    """),
    forbidden_threats=one_a_line(r"""
        (?:seiz(?:e|ing|ure of)|attach|garnish)[^.·]{0,20} (?:your|the) (?:assets|goods|property|wages|salary|accounts?)
        \bpolice\b
        \bprison\b
        \bjail\b
        criminal (?:complaint|charges|proceedings|record|offence)
        \bfraud\w*
        (?:inform|tell|notify|contact|alert) your (?:employer|neighbou?rs|family|bank|partners|staff)
        (?:inform|tell|notify|contact|alert) your (?:customers|clients|suppliers)
        black ?list
        (?:credit|bad payers?) (?:bureau|register|list|file)
        credit (?:rating|score|record)
        (?:publish|make public)
        visit (?:you|your (?:home|office|premises|workplace))
        (?:winding[- ]up|bankruptcy) petition
        petition for your (?:bankruptcy|liquidation)
        force you into (?:bankruptcy|liquidation)
        (?:seiz(?:e|ing|ure of)|attach|garnish|freeze)[^.·]{0,20} bank accounts?
        (?:wages|salary|accounts?|assets|goods)[^.·]{0,20} (?:seized|garnished|frozen|attached)
        (?:employer|family|neighbou?rs|bank|customers|suppliers)[^.·]{0,20} be (?:told|informed|notified|contacted)
        tell everyone
        credit (?:reference )?agenc(?:y|ies)
    """),
    interrupts_limitation=one_a_line(r"""
        (?:interrupt|suspend|stop|restart|toll)\w*[^.·]{0,40} (?:limitation|prescription)
        (?:limitation|prescription)[^.·]{0,40}(?:interrupted|suspended|restarts?|starts? again|begins? again)
    """),
    says_attached=one_a_line(r"""
        \battached\b
        \benclosed\b
        in the attachment
        \benclosure
        \bappended\b
    """),
    already_paid=one_a_line(r"""
        already (?:on its way|been paid|been made|sent|made)
        (?:have|has|is|was) already paid
        in the meantime
        has crossed
        have crossed
    """),
    from_reception=one_a_line(r"""
        of receiving
        of receipt
        from receipt
        after (?:receiving|receipt)
        of reception
        day you receive
    """),
    gives_notice=one_a_line(r"""
        give you formal notice
        hereby give[^.·]{0,20}notice
        constitutes (?:a )?formal notice
    """),
    consequence=one_a_line(r"""
        competent court
        the court
        enforceable order
        order for payment
        legal proceedings
    """),
    without_effect=one_a_line(r"""
        without effect
        unanswered
        without (?:an answer|a reply|result)
        no (?:reply|answer|effect)
    """),
    legal_rate=one_a_line(r"""
        legal rate
        statutory rate
    """),
    still_possible=one_a_line(r"""
        (?:written )?proposal for payment
        written (?:proposal|agreement)
        payment plan
        amicable (?:solution|settlement|arrangement)
    """),
    what_follows=one_a_line(r"""
        contact you again
        we will (?:call|write|telephone|send|contact|apply|refer|hand|pass|come back|take|confirm)
        will be (?:sent|handed|referred|passed|transmitted|addressed|entrusted) to
        we will not write
        we have decided to
        we shall (?:call|write|send|contact|apply|refer|hand|pass)
        becomes? (?:due|payable)
        we will only write
    """),
)
