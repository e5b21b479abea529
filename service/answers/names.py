"""What a question names: an answer about another place, party or year answers nothing."""

import re
from functools import cache

from corpus.card.kinds import CONTRACTS
from corpus.card.territories import place, territories
from corpus.card.words import MONTHS
from corpus.document import Document
from corpus.names import unaccented
from indexer import Index
from indexer.acronyms import ACRONYM
from indexer.bodies import Bodies, Body
from indexer.lexical import analyze
from service.question import Question
from service.spelling import in_lexicon

ACTS = CONTRACTS | {"délibération"}  # kinds of documents that are acts, and tell of none
NAME = re.compile(r"\b[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿœ]{2,}(?:-\w+)*\b")
SHORT = re.compile(  # no « XIXe »
    rf"\b(?!(?:X{{1,3}}(?:IX|IV|V?I{{0,3}})|IX|IV|V?I{{1,3}}|V)(?:e|er)?\b)(?=\w{{3}}){ACRONYM.pattern}\b"
)
PLOT = re.compile(r"\b[A-Z]{2} \d{1,3}\b")  # of land, « EW 562 »
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
COMMON = {  # words that may have a capital and name nothing
    "article", "avenant", "combien", "comment", "convention", "dans", "est", "existe", "how", "mon",
    "plus", "pourquoi", "quand", "que", "quel", "quelle", "quelles", "quels", "qui", "the", "une",
    "until", "what", "when", "where", "which", "who", "bonjour", "bonsoir", "merci",
    "pourriez vous", "pouvez vous", "pdf", "stp", "svp", "ttc",
}  # fmt: skip
DATED = re.compile(  # « la convention de 2019 », « l'avenant signé en 2022 »: the act's own year
    r"\b(?:accord|acte|avenant|charte|convention|deliberation|protocole)s?(?: [\w'’]+){0,6}? de"
    r" ((?:19|20)\d\d)\b|\b(?:signe|conclu|adopte|vote)e?s? en ((?:19|20)\d\d)\b"
)
TOLD_OF = re.compile(  # « un protocole adopté à la fin de 2019 », in what speaks of acts
    r"\b(?:accord|avenant|charte|convention|deliberation|protocole)s?\b[^.;]{0,60}?"
    r"\b(?:signe|conclu|adopte|vote)e?s?\b[^.;]{0,30}?\b((?:19|20)\d\d)\b"
)
OF_DAY = re.compile(  # « le comité du 17 juin 2025 »; no period from one day to another
    rf"\bdu ((?:\d{{1,2}}|1er) (?:{'|'.join(MONTHS)}) (?:19|20)\d\d)\b(?! au\b)", re.IGNORECASE
)
SMALL = re.compile(r"\b[a-zà-ÿœ]{4,}\b(?!['’-])")  # « aujourd'hui » is two words
BEGINNING = re.compile(r"(?:^|[.?!…]\s)\W*$")
ORDINALS = ["deuxi", "troisi", "quatri", "cinqui", "sixi", "septi", "huiti", "neuvi", "dixi"]
NTH = re.compile(rf"\b((?:{'|'.join(ORDINALS)})[èe]me) (\w+)", re.IGNORECASE)
BETWEEN = re.compile(  # « la convention entre Paris et GPSEA »: its parties
    r"\b(?:accord|avenant|charte|convention|partenariat|protocole)s?"
    r" (?:conclue? |signée? )?entre (.+)"
)
OPENING = 3000  # characters of an act, in which it names its parties
PLACED = re.compile(
    r"\b(?:(?:à|a|avec|chez|(?:commune|ville|mairie) d[eu])\s|(?:commune|ville|mairie) d['’])"
    r"([a-zà-ÿœ]{5,})\b"
)
PLURAL = r"(?:s|x)?"
SHORTEST = 3  # letters of a body's name
PLACE = 5  # letters of a place that is a word too: « tours », not « sens »
BETWEEN_INITIALS = r"\w*[ ']+(?:(?:de|du|des|la|le|les|l|d|et|a|au|aux|en|pour|sur)[ ']+)*"
LETTERED = {"number", "ordinal", "article"}  # references that are names


def bodies_in(text: str, index: Index) -> list[Body]:
    """The bodies that a text names; « sens » and « est » in small letters are words."""
    found = (body for body in index.bodies(text) if len(body.text) >= SHORTEST)
    return [body for body in found if not (body.text.islower() and _word(body.text))]


@cache
def _territories() -> Bodies:
    """The bodies of the project's own file."""
    known = territories().entries.values()
    return Bodies(
        (one.name for one in known), ((one.name, a) for one in known for a in one.aliases)
    )


def _word(text: str) -> bool:
    return text.isalpha() and in_lexicon(text)


def named(question: Question) -> tuple[str, ...]:
    """The names, numbers of acts, days and years that a question says, as it writes them.

    The first word of a sentence, which has a capital whatever it is, is no name; an acronym is.
    """
    numbers = [r.text for r in question.references if r.kind in LETTERED]
    text = question.text
    numbers += [*OF_DAY.findall(text), *PLOT.findall(text)]
    numbers += [match[0] for match in NTH.finditer(text)]
    for number in numbers:
        text = text.replace(number, " ")
    names = [m for m in NAME.finditer(text) if not BEGINNING.search(text[: m.start()])]
    short = SHORT.finditer(text)
    found = sorted([*names, *short, *YEAR.finditer(text)], key=lambda match: match.start())
    names_and_years = [m[0] for m in found if plain(m[0]) not in COMMON]
    return tuple(dict.fromkeys([*numbers, *names_and_years]))


def bodies_named(question: Question, index: Index) -> tuple[str, ...]:
    """The same without acronyms that stand for no body: they may be a subject, said otherwise."""
    names = named(question)
    return tuple(name for name in names if not SHORT.fullmatch(name) or bodies_in(name, index))


def placed(question: Question) -> list[str]:
    """What may be the name of a place in small letters: « à quimperlé », « avec kerlorec »."""
    return PLACED.findall(question.text)


def holding(stem: str, index: Index) -> set[str]:
    """The documents that say a word."""
    found, _ = index.lexical({stem: 1.0}, index.count()[1], {"text": 1.0})
    return set(index.documents_of(found))


def unusual(question: Question, document: Document, index: Index) -> tuple[str, ...]:
    """The words in small letters that no lexicon has, and other documents than this one say.

    They are names that were typed in haste, « mirecourbe ».
    """
    strange = [word for word in SMALL.findall(question.text) if not in_lexicon(word)]
    held = ((w, holding(term.stem, index)) for w in strange for term in analyze(w))
    return tuple(word for word, acts in held if acts and document.id not in acts)


def missing(names: tuple[str, ...], document: Document, index: Index) -> tuple[str, ...]:
    """The names that a document nowhere says: neither its text, nor its title, nor its card.

    A year may also be one in which the act lasts, an acronym said in full.
    """
    said = _said(index, document.id)
    return tuple(
        name
        for name in names
        if not (_says(said, name) or _lasts(document, name) or _in_full(said, name, index))
    )


def of_other_bodies(question: Question, document: Document, index: Index) -> tuple[str, ...]:
    """The bodies that a question names in small letters, and the document nowhere."""
    bodies = [body for body in bodies_in(question.text, index) if body.text.islower()]
    said = plain(_said(index, document.id)) if bodies else ""
    return tuple(body.text for body in bodies if not tells_of(said, body))


def _says(said: str, name: str) -> bool:
    """Whether a text says a number as it is, or a name: whole, or both that « Paris-GPSEA » joins.

    « Port-Aubray » and « Valserène » make no « Port-Valserène », nor « Bellefontaine-le-Pont » and
    a « mer » a « Bellefontaine-sur-Mer »: what is joined stands by itself elsewhere.
    """
    whole = plain(name)
    end = r"(?!\w)" if re.search(r"\d", whole) else rf"{PLURAL}\b"
    if re.search(rf"\b{re.escape(whole)}{end}", plain(said)):
        return True
    parts = name.split("-")
    apart = len(parts) > 1 and all(part[0].isupper() for part in parts)
    return apart and all(_stands(said, plain(part)) for part in parts)


def _stands(said: str, part: str) -> bool:
    """Whether a text says a part of a name by itself, in no other name with a hyphen."""
    return bool(re.search(rf"(?<![\w-]){re.escape(part)}(?![\w-])", said))


def _in_full(said: str, name: str, index: Index) -> bool:
    """Whether a text says an acronym in full: as acts do, or else by the first letters of words."""
    if not ACRONYM.fullmatch(name):
        return False
    told = plain(said)
    if bodies := bodies_in(name, index):
        return any(tells_of(told, body) for body in bodies)
    return bool(re.search(rf"\b{BETWEEN_INITIALS.join(name.lower())}\w*", told))


def tells_of(said: str, body: Body) -> bool:
    """Whether a plain text says one of a body's names, or its place."""
    places = {place(name) for name in body.names}
    spelled = {*body.names, *(one for one in places if len(one) >= PLACE or not _word(one))} - {""}
    words = [r"\W+".join(one.split()) for one in sorted(spelled)]
    return bool(words and re.search(rf"\b(?:{'|'.join(words)})\b", said))


def of_others(question: Question, said: str, index: Index) -> bool:
    """Whether a sentence tells of bodies, and of none that the question names."""
    asked = [*bodies_in(question.text, index), *_territories().named(question.text)]
    if not asked or not bodies_in(said, index):
        return False
    told = plain(said)
    return not any(tells_of(told, body) for body in asked)


def silent_on(question: Question, said: str, title: str, index: Index) -> bool:
    """Whether a sentence says no name of a question, and its act's title not all of them."""
    names = [name for name in bodies_named(question, index) if not re.search(r"\d", name)]
    if all(_says(alike(title), name) for name in names):
        return False
    told = alike(said)
    return not any(_says(told, name) or _in_full(told, name, index) for name in names)


def _lasts(document: Document, year: str) -> bool:
    begins, ends, _ = document.period
    return bool(YEAR.fullmatch(year) and begins and ends and begins[:4] <= year <= ends[:4])


def dated(question: Question) -> tuple[str, ...]:
    """The years of which a question says that the act is."""
    found = DATED.finditer(plain(question.text))
    return tuple(year for match in found for year in match.groups() if year)


def of_other_year(question: Question, document: Document, index: Index) -> tuple[str, ...]:
    """The years of which a question says that the act is, and the document is not.

    What is no act itself answers about those that it says to be of that year.
    """
    years = dated(question)
    if not years:
        return ()
    card = document.card
    days = [fact.value for fact in (card.date, card.signed, card.adopted, card.start) if fact]
    own = {day[:4] for day in (*days, document.metadata.date, document.period.begins)}
    own.update(YEAR.findall(document.metadata.title))
    if document.metadata.kind not in ACTS:
        own.update(TOLD_OF.findall(plain(index.document(document.id).text)))
    return tuple(year for year in years if year not in own)


def of_other_parties(question: Question, document: Document) -> tuple[str, ...]:
    """The names between which a question says that an act is, and its opening does not."""
    told = BETWEEN.search(question.text)
    parties = [
        n for party in document.card.parties for n in (party.value.name, *party.value.aliases)
    ]
    if not told or not parties:
        return ()
    said = "\n".join([document.title, *parties, document.text[:OPENING]])
    return tuple(name for name in NAME.findall(told[1]) if not _says(said, name))


def plain(text: str) -> str:
    """Without accents, case, or kinds of apostrophes, hyphens and spaces."""
    return re.sub(r"[\s-]+", " ", alike(text))


def alike(text: str) -> str:
    """Without accents, case, or kinds of apostrophes."""
    return unaccented(text).casefold().replace("’", "'").replace("º", "°")


def _said(index: Index, identifier: str) -> str:
    document = index.document(identifier)
    metadata = document.metadata
    parties = [party.value for party in document.card.parties]
    aliases = [name for party in parties for name in (party.name, *party.aliases)]
    return alike("\n".join([document.text, metadata.title, *metadata.parties, *aliases]))
