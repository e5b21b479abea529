"""A sentence read for comparison: its words, names and values, what it denies and how it binds."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from indexer.lexical import analyze
from service.answers.written.values import Value, clauses, tidy, values

CAPITAL = re.compile(r"\b[A-ZÀ-ÖØ-ÞŒ](?!\w?\b)\w+")
ACTORS = (  # who acts; as names are, they must be told and may not change places
    "acheteur vendeur commune syndicat agglomération métropole région préfet maire "
    "président exploitant voyageur usager propriétaire habitant agent employeur communauté "
    "organisme famille laboratoire association enfant partenaire titulaire locataire "
    "bailleur prestataire délégataire bénéficiaire office collectivité établissement membre comité "
    "coordonnateur fournisseur"
)
LIGHT = (  # words that say nothing by themselves
    "prévoir prévoit prévue stipule précise indique fixe fixé dispose mentionne selon article texte "
    "document convention accord protocole avenant délibération acte charte contrat être avoir faire "
    "fait font prend prennent pris prendre met mettre mis lieu est sont était étaient élève élever "
    "montant somme total date durée concerner concerne présent présente ainsi égal part sera seront "
    "avait chaque tout tous toute toutes jour mois an année euro celui celle ceux ci signataire "
    "partie parties été dont aucun aucune autre autres a tard plus an heure heures minute semaine"
)
SAME = [  # words that say the same of an act; no two of a line are opposites
    "durer durée conclure conclue conclu valoir vaut appliquer applique courir court étendre étend "
    "va aller pendant durant",
    "fin finir expirer terme terminer échéance achever cesser éteindre fini achève",
    "vigueur effet débuter début commencer entrée entrer départ initiale initial",
    "payer paie verser acquitter supporter participer participation contribution contribuer apporter "
    "financer",
    "coûter coût prix tarif vendre vendu facturer",
    "résilier résiliation dénoncer dénonciation",
    "reconduire reconduction renouveler renouvellement renouvelable reconductible",
    "réunir réunion rencontrer tenir tient séance",
    "livrer livraison fournir fourniture",
    "créer création", "ouvrir ouverture ouvert", "fermer fermeture",
    "gratuit gratuité gratuitement", "comprendre comporter comprend comporte emporter compter",
    "lettre courrier", "moyennant avec", "gérer gestion", "trajet voyage",
    "minimum moins", "maximum plus", "prévue limite", "retirer retrait", "préavis délai",
    "abroger abrogation abroge", "modifier modification", "recruter recrutement",
    "propriété propriétaire appartenir appartient", "conserver garder garde conservation",
]  # fmt: skip
DENIAL = re.compile(
    r"\bn(?:e\b|')[^,;.]{0,80}?\b(?:pas|plus|jamais|aucun\w*|ni|rien|point|guère|nul\w*)\b"
    r"|\baucun\w*\b|\bnul(?:le)?\b|\bnon\b(?!-)"
    r"|\bn(?:e |')(?:peu\w*|pourr\w*|sau\w*|puiss\w*)\b(?![^,;.]*\bqu[e'])",
    re.IGNORECASE,
)
WITHOUT = re.compile(r"\bsans\b|\bni\b", re.IGNORECASE)
MARKS = {  # what a claim may not add; those of `KEPT` it may not leave out either
    "untaxed": r"hors (?:taxes?|tva)|\bht\b|nets? de taxes?",
    "taxed": r"toutes taxes|\bttc\b",
    "must": r"\bdoi\w+|\bdevr\w+|obligat\w+|\bobligé\w*|tenue?s? (?:de|à|d')|\bs'engag\w+|exig\w+",
    "may": r"\bpeu(?:t|vent)\b|\bpourr\w+|possib\w+|facult\w+|autoris\w+|perme[nt]\w*|able\b|ible\b",
    "planned": r"étudi\w+|à l'étude|envisag\w+|souhait\w+|propos\w+ d|(?:un|en) projet\b|projet(?:te|et)\w*|pourrai\w*"
    r"|opportun\w+|vocation|espér\w+|attend\w+|but\b|objectif|ambition|réflexion|prépar\w+",
    "if": r"(?<!même )\bsi\b(?! bien)|(?<!même )\bs'ils?\b|à (?:la )?condition|condition suspensive|sous réserve|lorsqu|\bquand\b",
    "except": r"\bsauf\b|except|hormis",
    "only": r"\bseule?s?\b|\bseulement|uniquement|exclusiv|\bn(?:e\b|')[^,;.]{1,60}?\bqu[e']",
    "before": r"\bavant\b|au plus tard|d'ici|date limite|échéance :",
    "after": r"\baprès\b|à l'issue",
    "yearly": r"par an\b|annuel\w*|chaque année|l'an\b|par année",
    "monthly": r"par mois|mensuel\w*|chaque mois|tous les mois",
    "daily": r"par jour|quotidien\w*|chaque jour|tous les jours",
    "weekly": r"par semaine|hebdomad\w+|chaque semaine",
    "hourly": r"par heure|horaire",
    "agreed": r"tacite\w*", "express": r"express\w*",
    "every": r"\btou(?:te)?s\b|\bchaque\b|\btoute?\b|toujours",
    "again": r"désormais",
    "half": r"\bmoitié|\btiers\b|\bquart",
}  # fmt: skip
KEPT = {"may", "planned", "if", "only", "except"}
BLANK: frozenset[str] = frozenset()


@lru_cache(4096)
def stems(text: str) -> frozenset[str]:
    return frozenset(term.stem for term in analyze(text))


_LIGHT, _ACTORS = stems(LIGHT), stems(ACTORS)
_SAME = [stems(line) for line in SAME]


def alike(one: str, others: Iterable[str]) -> bool:
    """Whether a stem says what one of others says: itself, of its family, or the same of an act."""
    meant = {one}.union(*(group for group in _SAME if one in group))
    return any(other in meant or _related(one, other) for other in others)


def _related(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) >= 5 and (long.startswith(short) or (len(short) > 6 and long[:6] == short[:6]))


@dataclass(frozen=True)
class Reading:
    """A tidy text; `said` is what it says word for word, by place."""

    text: str

    @classmethod
    def of(cls, text: str, names: Mapping[str, str] | None = None) -> "Reading":
        """`names` are other names of parties, each with the one that stands for both."""
        text = tidy(text)
        for name, one in (names or {}).items():
            text = re.sub(rf"(?<![\w-]){re.escape(tidy(name))}(?![\w-])", one, text, flags=re.I)
        return cls(text)

    @cached_property
    def values(self) -> list[Value]:
        return values(self.text)

    @cached_property
    def clauses(self) -> list[tuple[int, int]]:
        return clauses(self.text)

    @cached_property
    def said(self) -> list[tuple[str, int]]:
        """Stems, without those of values, and where each stands."""
        taken = [(v.start, v.end) for v in self.values]
        return [
            (term.stem, term.start)
            for term in analyze(self.text)
            if not any(a <= term.start < b for a, b in taken)
        ]

    @cached_property
    def stems(self) -> frozenset[str]:
        return frozenset(stem for stem, _ in self.said)

    @cached_property
    def content(self) -> list[tuple[str, int]]:
        """What must be supported: neither light words nor names."""
        named = {at for _, at in self.names}
        return [(s, at) for s, at in self.said if s not in _LIGHT and at not in named]

    @cached_property
    def names(self) -> list[tuple[str, int]]:
        """Words with a capital, but the first word, and actors, by stem."""
        capital = {match.start() for match in CAPITAL.finditer(self.text)}
        first = re.search(r"\w+", self.text)
        if first and not first[0].isupper():
            capital.discard(first.start())
        return [(s, at) for s, at in self.said if at in capital or s in _ACTORS]

    @cached_property
    def denied(self) -> frozenset[str]:
        """Stems under a negation."""
        found: set[str] = set()
        for part in re.split(r"[;:()|]|,(?!\d)|\.(?!\d)|\bmais\b|\bsauf\b", self.text):
            if DENIAL.search(part):
                found |= stems(part)
            elif without := WITHOUT.search(part):
                found |= stems(part[without.end() :])
        return frozenset(found - _LIGHT)

    @cached_property
    def marks(self) -> frozenset[str]:
        return marks(self.text)

    def clause_of(self, at: int) -> tuple[int, int]:
        return next((c for c in self.clauses if c[0] <= at < c[1]), (0, len(self.text)))

    def within(self, span: tuple[int, int]) -> frozenset[str]:
        return frozenset(s for s, at in self.content if span[0] <= at < span[1])

    def names_by(self, value: Value) -> frozenset[str]:
        """The names in a value's clause, or else in those since the last value of its kind."""
        clause = self.clause_of(value.start)
        before = [v.end for v in self.values if v.kind == value.kind and v.end <= clause[0]]
        since = max(before, default=0)
        for start, end in (clause, (since, clause[0]), (0, since)):
            if found := frozenset(s for s, at in self.names if start <= at < end):
                return found
        return BLANK


def marks(text: str) -> frozenset[str]:
    return frozenset(name for name, rule in MARKS.items() if re.search(rule, text, re.IGNORECASE))
