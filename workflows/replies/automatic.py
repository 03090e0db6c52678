"""Whether a program wrote it: an absence, a receipt, a ticket. None of these is an answer."""

import re
from collections.abc import Mapping
from typing import Final

from workflows.replies.tokens import words_of

#: Headers that only programs write; `Auto-Submitted` is RFC 3834, section 5, and `no` says that a person did.
_ALWAYS: Final = ("x-autoreply", "x-autorespond", "x-autoresponse", "x-auto-reply", "x-mail-autoreply")
#: `list` is not among them: a shared address of the creditor writes it over everything that comes in.
_PRECEDENCE: Final = frozenset({"bulk", "junk", "auto_reply", "auto-reply"})
_SUBJECT: Final = re.compile(
    r"^\W*(reponse automatique|automatic reply|auto ?(reply|response|reponse)|auto :|(message d )?absence|absent\w*"
    r"|out of (the )?office|accuse de reception|confirmation de reception|your request has been received"
    r"|accuse de lecture|(non )?lu :|(not )?read :|read receipt"
    r"|ooo|fermeture|we ve got your message|delivery status notification|undeliver\w*|mail delivery"
    r"|reponse d absence)\b|^\W*req \d+\b|\bticket \d+ (\| )?(received|recu|created)\b"
)
#: Wording that no person would choose.
_PLAIN: Final = re.compile(
    r"(message|reponse|mail|courriel|email)( \S+){0,4} (automatique|automatiquement|automatically|auto genere)"
    r"|automated (response|message|reply|email|acknowledge?ment|notification)"
    r"|automatically generated|do not reply|ne pas (y )?repondre"
    r"|(boite|mailbox|adresse)( \S+){0,4} (pas consultee|not monitored|non consultee|unattended)"
    r"|(par un |un )robot|member of our team will|view the status of your"
    r"|auto generated|auto genere|accuse de lecture|(votre|your) message( \S+){0,2} (lu le|read on|supprime sans)"
    r"|(received|recu) (your|votre) \S+ (. )?reference :|aims? to (respond|reply) within"
    r"|(votre|your) (demande|message|courriel|mail|request|email)( n)?( o)?( \S+){0,3}"
    r" (ete (bien )?(enregistree?|recue?|prise? en compte|transmise?)|been (received|logged))"
    r"|numero de (demande|dossier) \S+ \d|numero de ticket|ticket( \S+){0,3} (created|opened|attribue|cree)"
)
#: Wording of an absence; a person may write it, too, and go on to answer.
_AWAY: Final = re.compile(
    r"(suis|serai|sommes)( \S+){0,2} (absente?s?|en (conges?|deplacement|vacances|arret|formation))"
    r"|(absente?|en conges?|en formation|en deplacement)( \S+){0,4} (jusqu|toute la|du \d|cette semaine|ce jour)"
    r"|actuellement (absente?|en conges?|en deplacement)|fermee? (pour|du|jusqu)|bureaux sont fermes|reouverture"
    r"|fermeture (annuelle|estivale|exceptionnelle)|conge (maternite|paternite|parental)|de retour (le|en|au) "
    r"|(at|attending) a conference|no (internet|access)|will (reply|respond)( \S+)? (when|on|upon|once)( \S+)? return"
    r"|ne consulte (pas|plus) (ma|mes|cette) \S+|arret (de travail|maladie)"
    r"|(pas|sans|aucun) acces (a )?(mes|ma|aux) (mails?|messagerie)|mes mails (que|qu)|won t be reading|covering for me"
    r"|(out of|away from) (the |my )?office|on (annual|maternity|paternity|sick|parental) leave|on (holiday|vacation)"
    r"|(en|pendant|durant) mon absence|(in|during) my absence"
    r"|limited access to (my )?e? ?mails?|i m away until|i am (currently )?(away|on leave|travelling|traveling)"
)
#: What an absent person's program does not say: that it pays, or why it does not.
_ABOUT_MONEY: Final = re.compile(
    r"\b(paiements?|payer|paierai|paye|paie|regler|reglerai|regle|reglement|virement|virer|cheque|verser"
    r"|pay|paid|payment|transfer|settle|conteste|litige|dispute)\b"
)
#: What it may say of payments to all who write, to the end of the sentence: « les règlements seront traités à mon
#: retour ». A sentence with a day may be an answer.
_TO_EVERYBODY: Final = re.compile(
    r"\b(?:(?:tous |toutes )?(?:les|aucuns?) (?:paiements|reglements|virements|factures)"
    r"|tout (?:paiement|reglement|virement|sujet|question)|(?:any|all|overdue|urgent|unpaid) (?:invoices?|payments?)"
    r"|payment (?:queries|runs?|matters)|if (?:it|this) (?:is|concerns))\b"
    r"(?:(?! (?:lundi|mardi|mercredi|jeudi|vendredi|demain|\w{3,6}day|tomorrow|cette|this)\b)[^.!?|\d]){0,120}"
    r"(?=[.!?|]|$)"
)


def why_automatic(text: str, subject: str, headers: Mapping[str, str]) -> str | None:
    """The header or the words that show that a program wrote it.

    Args:
        text: what was written, without the earlier message.
        subject: of the reply.
        headers: of the reply; their names may be in any case.

    Returns:
        What shows it, as it stands there; None where a person may have written it.
    """
    return _by_header(headers) or _by_subject(subject) or _by_words(text)


def _by_header(headers: Mapping[str, str]) -> str | None:
    known = {name.lower(): value.strip() for name, value in headers.items()}
    submitted = known.get("auto-submitted")
    if submitted is not None and re.split(r"[\s;(]", submitted.lower(), maxsplit=1)[0] not in ("no", ""):
        return f"Auto-Submitted: {submitted}"
    for name in _ALWAYS:
        if known.get(name, "no").lower() not in ("no", ""):
            return f"{name}: {known[name]}"
    precedence = known.get("precedence", "")
    return f"Precedence: {precedence}" if precedence.lower() in _PRECEDENCE else None


def _by_subject(subject: str) -> str | None:
    words = words_of(subject)
    found = _SUBJECT.search(words.text)
    return subject.strip() if found else None


def _by_words(text: str) -> str | None:
    words = words_of(text)
    found = _PLAIN.search(words.text)
    if found is None and not _ABOUT_MONEY.search(_TO_EVERYBODY.sub("", words.text)):
        found = _AWAY.search(words.text)
    return None if found is None else words.quote(found.start(), found.end())
