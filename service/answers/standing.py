"""Which acts are in force on a day, or end between two: from their cards, over the whole index.

Nothing here is likely: an act whose end no card knows is counted apart, and told.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from corpus.card.kinds import KINDS
from corpus.card.model import Period
from corpus.card.status import UNKNOWN, status_in
from corpus.document import Document
from indexer.lexical import analyze
from service.answers import cards
from service.answers.conditions import conditions
from service.answers.days import ALWAYS, NEVER, Days, ending, eve, meant
from service.answers.inquiry import Draft, Inquiry, Quote, Row
from service.answers.lists import listed, set_aside
from service.answers.names import YEAR, missing, named, plain
from service.answers.parties import naming
from service.reading import long_date

IN_FORCE = re.compile(r"\ben vigueur\b|\bin force\b|\ben cours\b")
OVER = re.compile(
    r"\b(?:ont|a|sont|est|se sont|s'est) (?:expire|arrive|termine|acheve|pris fin)\w*"
    r"|\bexpirees?s?\b|\bexpired\b|\bended\b|\bplus en vigueur\b|\bechue?s?\b"
)
ENDING = re.compile(  # beside « en vigueur »: what is in force and ends by then
    r"\bexpire(?:nt|s|ra|ront)?\b|\becheance\b|\ba (?:leur |son )?terme\b"
    r"|\bpren(?:d|nent|dront) fin\b|\bse termin\w+|\bs'achev\w+|\bfiniss\w+|\bend(?:s|ing)?\b"
)
DENIED = re.compile(r"\bn(?:e |')\w+ (?:pas|jamais)\b|\bpas encore\b")
UNREAD = re.compile(r"\b(?:demain|hier|semaines?|mois|trimestres?|semestres?|jours)\b")
ANY = "(?:actes|textes|documents)"
AGREED = ("convention", "protocole", "charte")  # what « conventions » or « accords » means
OWN = re.compile(  # words that ask for a standing, and name no subject
    r"\b(?:combien|y|il|avons|nous|quel(?:le)?s?|lesquel(?:le)?s|qu'est|ce|qui|que|which|what|listes?|tou(?:te)?s|nos|our"
    r"|accords?|actes?|avenants?|conventions?|cooperations?|documents?|partenariats?|protocoles?"
    r"|chartes?|deliberations?|textes?|agreements?|contracts?|contrats?|signee?s?"
    r"|en vigueur|in force|en cours|expir\w*|echeance|echue?s?|echoi\w*|arriv\w*|terme"
    r"|termin\w*|prennent|prendront|pris|fin|finiss\w*|achev\w*|end|ends|ended|ending"
    r"|avec|dont|ayant|duree|ete|se|s'|sont|est|ont|a|etaient|seront|are|is|were|was|do|did|will|pas|plus"
    r"|encore|toujours|deja|bientot|actuellement|still|already|soon"
    r"|today|aujourd'hui|jour|date|on|at|the|in|of|by)\b"
)
NO_ACT = "Aucun acte connu n'a la nature, la partie ou le sujet que dit la question."


def standing(inquiry: Inquiry) -> Draft:
    """The acts that are in force, or end, in the days that the question means; by date of end."""
    question = inquiry.question
    today = inquiry.filters.day
    text = plain(question.text)
    asked, words = conditions(question.text, today)
    days, words = meant(words, today)
    if told := _unclear(text, words) or set_aside(question.text):
        return Draft(inquiry.search(1), reason=told)
    acts = concerned(inquiry, words)
    acts = [act for act in acts if all(one.fulfilled(act, inquiry.index) for one in asked)]
    if not acts:
        return Draft(inquiry.search(1), reason=NO_ACT)
    over = bool(OVER.search(text)) or bool(days and days.last < today)
    in_force = IN_FORCE.search(text) and not re.search(r"\bplus en vigueur\b", text)
    if in_force and not ENDING.search(text):
        days = days or Days(today, today)
        kept = [act for act in acts if _in_force(act.period, days)]
        told, none = "Actes en vigueur", "Aucun acte connu n'est en vigueur"
    else:
        days = _bounded(days or Days(), today, over)
        kept = [act for act in acts if ending(act.period, days, over=over) in days]
        if in_force:
            kept = [act for act in kept if _in_force(act.period, Days(today, today))]
        told, none = "Actes dont le terme tombe", "Aucun terme connu ne tombe"
    kept.sort(key=lambda act: (ending(act.period, days, over=over), act.path))
    unknown = sum(not act.period.ends or act.period.last == UNKNOWN for act in acts)
    rows = [Row(act, _quote(act, inquiry), 1.0) for act in kept]
    silent = [_silent(unknown)] if unknown else []
    renewed = sum(status_in(act.period, today) == "reconduite" for act in kept)
    silent += [_renewed(renewed)] if renewed else []
    notes = (f"{told} {_said(days)}\u00a0: {len(kept)}, par date de fin.", *silent)
    results = inquiry.search(1)
    quotes = [row.quote for row in rows if row.quote]
    if not rows:
        return Draft(results, reason=" ".join([f"{none} {_said(days)}.", *silent]))
    return Draft(results, quotes, 1.0, rows=rows, notes=notes)


def _unclear(text: str, left: str) -> str:
    """Why a question is not understood, in French: by a denial, or by days that nothing reads."""
    if DENIED.search(text):
        return "Une question par la négative n'est pas comprise\u00a0: demandez l'inverse."
    if UNREAD.search(plain(left)):
        return "La période n'est pas comprise\u00a0: dites un jour, un mois ou une année."
    return ""


def concerned(inquiry: Inquiry, words: str) -> list[Document]:
    """The newest versions of the acts of which the question asks: of a kind, party and subject."""
    index, question = inquiry.index, inquiry.question
    every = index.documents(inquiry.filters)
    kinds = _kinds(plain(question.text))
    acts = [act for act in every if index.newest(act.id) == act.id and act.metadata.kind in kinds]
    parties, said = naming(question.text, every)
    if parties:
        acts = [act for act in acts if parties & naming(question.text, [act])[0]]
    left = _subject(words, said)
    names = tuple(n for n in named(question) if not YEAR.fullmatch(n) and plain(n) in left)
    acts = [act for act in acts if not missing(names, act, index)]
    if any(len(term.stem) > 2 for term in analyze(left)):
        subject = replace(question, text=left, stems=tuple(t.stem for t in analyze(left)))
        about = {row.document.id for row in listed(replace(inquiry, question=subject)).rows}
        acts = [act for act in acts if act.id in about]
    return acts


def _kinds(text: str) -> tuple[str, ...]:
    """The kinds of acts that a question names; those that bind by agreement where it names none."""
    return KINDS if re.search(rf"\b{ANY}\b", text) else kinds_named(text) or AGREED


def kinds_named(text: str) -> tuple[str, ...]:
    """The kinds of which a plain question asks for acts; « conventions » may be any agreement."""
    named = tuple(kind for kind in KINDS if re.search(rf"\b{plain(kind)}s\b", text))
    return () if "convention" in named or re.search(rf"\b{ANY}\b", text) else named


def _subject(words: str, parties: Sequence[str]) -> str:
    """The words of a question that are no parties, nor ask for a standing."""
    text = plain(words)
    for said in parties:
        text = text.replace(said, " ")
    return " ".join(OWN.sub(" ", text).split())


def _in_force(known: Period, days: Days) -> bool:
    """Whether an act is in force on one of the days at least."""
    last = max(known.ends, known.last) if known.last != UNKNOWN else known.ends
    return bool(known.ends) and known.begins <= days.last and last >= days.first


def _bounded(days: Days, today: str, over: bool) -> Days:
    """What is over ended before today; what ends does so from today on."""
    if over:
        return replace(days, last=min(days.last, eve(today)))
    return days if days.first != ALWAYS else replace(days, first=today)


def _quote(act: Document, inquiry: Inquiry) -> Quote | None:
    """The sentence that says when an act ends: of the avenant that moved it, if there is one."""
    stated = cards.stated(cards.ENDS, act, inquiry.index)
    return stated[0] if stated else None


def _renewed(count: int) -> str:
    """How many rows stand by tacit renewal, beyond the end that they show, in French."""
    told = "acte a été reconduit" if count == 1 else "actes ont été reconduits"
    return f"{count} {told}\u00a0: le terme compté est celui de la reconduction."


def _said(days: Days) -> str:
    """« du 23 novembre 2026 au 31 décembre 2027 », or what of it is bounded."""
    first, last = long_date(days.first), long_date(days.last)
    if days.first == days.last:
        return f"le {first}"
    if days.first == ALWAYS:
        return f"au plus tard le {last}"
    return f"à partir du {first}" if days.last == NEVER else f"du {first} au {last}"


def _silent(count: int) -> str:
    told = "document ne dit pas sa" if count == 1 else "documents ne disent pas leur"
    return f"{count} {told} fin."
