"""The words of French acts, for comparison: which say nothing, which say the same, which limit."""

import re
from collections.abc import Iterable
from functools import lru_cache

from indexer.lexical import analyze


@lru_cache(4096)
def stems(text: str) -> frozenset[str]:
    """What a text says, stem by stem."""
    return frozenset(term.stem for term in analyze(text))


ACTORS = stems(  # who acts; as names are, they must be told and may not change places
    """acheteur vendeur commune syndicat agglomération métropole région préfet maire président
    exploitant voyageur usager propriétaire habitant agent employeur communauté organisme famille
    laboratoire association enfant partenaire titulaire locataire bailleur prestataire délégataire
    bénéficiaire office collectivité établissement membre comité coordonnateur fournisseur"""
)
LIGHT = stems(  # words that say nothing by themselves
    """prévoir prévoit prévue stipule précise indique fixe fixé dispose mentionne selon article
    texte document convention accord protocole avenant délibération acte charte contrat être avoir
    faire fait font prend prennent pris prendre met mettre mis lieu est sont était étaient élève
    élever montant somme total date durée concerner concerne présent présente ainsi égal part sera
    seront avait chaque tout tous toute toutes jour mois an année euro celui celle ceux ci
    signataire partie parties été dont aucun aucune autre autres a tard plus heure heures minute
    semaine"""
)
SAME = [  # words that say the same of an act; no two of a line are opposites
    stems(line)
    for line in """durer durée conclure conclue conclu valoir vaut appliquer applique courir court \
étendre étend va aller pendant durant
fin finir expirer terme terminer échéance achever cesser éteindre fini achève
vigueur effet débuter début commencer entrée entrer initiale initial
payer paie paient verser acquitter acquittent supporter participer participation \
contribution contribuer apporter financer
coûter coût prix tarif vendre vendu facturer
résilier résiliation dénoncer dénonciation
reconduire reconduction renouveler renouvellement renouvelable reconductible
réunir réunion rencontrer tenir tient séance
livrer livraison fournir fourniture
créer création
ouvrir ouverture ouvert
fermer fermeture
gratuit gratuité gratuitement
comprendre comporter comprend comporte emporter compter
lettre courrier
gérer gestion
trajet voyage
minimum moins
maximum plus
prévue limite
retirer retrait
préavis délai
abroger abrogation abroge
modifier modification
recruter recrutement
propriété propriétaire appartenir appartient
conserver garder garde conservation""".replace("\\\n", "").splitlines()
]
MARKS = {  # what a claim may not add; those of `KEPT` it may not leave out either
    "untaxed": r"hors (?:taxes?|tva)|\bht\b|nets? de taxes?",
    "taxed": r"toutes taxes|\bttc\b",
    "must": r"\bdoi\w+|\bdevr\w+|obligat\w+|\bobligé\w*|tenue?s? (?:de|à|d')|\bs'engag\w+|exig\w+",
    "may": r"\bpeu(?:t|vent)\b|\bpourr\w+|possib\w+|facult\w+|autoris\w+|perme[nt]\w*"
    r"|(?:renouvel|reconduct|résili|révoc|modifi)[ai]ble\w*",
    "planned": r"étudi\w+|à l'étude|envisag\w+|souhait\w+|propos\w+ d|(?:un|en) projet\b"
    r"|projet(?:te|et)\w*|pourrai\w*|opportun\w+|vocation|espér\w+|attend\w+|but\b|objectif"
    r"|ambition|réflexion|prépar\w+",
    "if": r"(?<!même )\b(?:si\b(?! bien)|s'ils?\b)|à (?:la )?condition|condition suspensive"
    r"|sous réserve|lorsqu|\bquand\b",
    "except": r"\bsauf\b|except|hormis",
    "only": r"\bseule?s?\b|\bseulement|uniquement|exclusiv|\bn(?:e\b|')[^,;.]{1,60}?\bqu[e']",
    "before": r"\bavant\b|au plus tard|d'ici|date limite|échéance :",
    "after": r"\baprès\b|à l'issue",
    "yearly": r"par an\b|annuel\w*|chaque année|l'an\b|par année",
    "monthly": r"par mois|mensuel\w*|chaque mois|tous les mois",
    "daily": r"par jour|quotidien\w*|chaque jour|tous les jours",
    "weekly": r"par semaine|hebdomad\w+|chaque semaine",
    "hourly": r"par heure|horaire",
    "tacit": r"tacite\w*",
    "express": r"express\w*",
    "every": r"\btou(?:te)?s\b|\bchaque\b|\btoute?\b|toujours",
    "henceforth": r"désormais",
    "partly": r"\bmoitié|\btiers\b|\bquart",
}
KEPT = {"may", "planned", "if", "only", "except"}


def marks(text: str) -> frozenset[str]:
    """What limits a text: conditions, obligations, taxes, periods and the like."""
    return frozenset(name for name, rule in MARKS.items() if re.search(rule, text, re.IGNORECASE))


def alike(one: str, others: Iterable[str]) -> bool:
    """Whether a stem says what one of others says: itself, of its family, or the same of an act."""
    meant = {one}.union(*(group for group in SAME if one in group))
    return any(other in meant or _related(one, other) for other in others)


def _related(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    family = len(short) > 6 and long[:6] == short[:6]
    return len(short) >= 5 and (long.startswith(short) or family)
