"""The fields of local cooperation that an act is about, from a small controlled list."""

import re
from collections.abc import Sequence

from corpus.card.model import Evidence, Fact, Party
from corpus.card.naming import without
from corpus.card.reading import Reading

THEMES = {  # a field, and the beginnings of the words that speak of it, without their accents
    "achats": "groupements? de commandes?|achats? (?:publi|group|mutualis|d[e'])|politique d'achat"
    "|commande publique|appels? d'offres|marches? publics?",
    "alimentation": "alimentation|alimentaires?\\b|cantine|cuisine centrale|legumerie|maraich"
    "|restauration (?:scol|coll)|denrees|(?:fourniture|livraison|portage|prix) d[eu]s? repas",
    "baignade": "baign(?:ade|eur|er\\b)|plages?\\b(?! horaire)|nageurs?-sauveteur",
    "culture": "culturel|culture\\b|mediatheque|bibliotheque|theatr|festival|musees?\\b"
    "|musi(?:que|cal)|cinema|spectacle|lecture publ|tournage|court[- ]metrage|audiovisuel"
    "|litterair|du livre\\b|archives\\b|artisti|centre d'art|danse\\b",
    "déchets": "dechets?\\b|biodechet|compost|collecte selective|reemploi|recycl"
    "|bennes?\\b|ordures",
    "eau": "eaux? (?:potable|usees|pluviales|en gros)|commission locale de l'eau|riviere|estuaire"
    "|gestion des eaux|assainissement|epuration"
    "|milieux aquatiques|qualite d(?:e l'eau|es eaux)|inondation|bassin versant",
    "économie": "economi(?:que|e)s?\\b(?! mixte| d'energie)|commerc(?:e|ant|iau)"
    "|artisan(?:s|at)?\\b|attractivite|halles et marches|pepinieres? d'entreprise",
    "éducation": "(?<!rue )ecoles?\\b|scolaire|educati|colleges?\\b|lycee|universit|enseignement",
    "emploi et ressources humaines": "reclassement|agents? (?:territor|contractuel|non titulaire)"
    "|(?<!demandeur d')(?<!demandeurs d')emplois?\\b|ressources humaines|effectifs\\b|recrutement"
    "|medecine preventive|fonction publique|mises? a disposition d(?:e|'|es) (?:\\w+ )?agents?",
    "énergie": "energ[ie]|electricite|gaz naturel|hydrogene|reseau de chaleur|solaire|photovolta",
    "environnement": "(?<!code de l')environnement|climat|biodiversite|ecologi|espaces? naturel"
    "|espaces? verts?\\b|developpement durable",
    "finances": "budget (?:primitif|supplementaire)|garanties? d'emprunt|(?<!demande de )subvention"
    "|fiscal|fonds de concours|decision modificative|imposition|autorisations? de programme",
    "logement": "logement|habitat\\b|hebergement (?:d'urgence|social)|bailleur|ravalement",
    "mobilités": "transports? (?:a la demande|public|urbain|collectif|en commun|scolaire)"
    "|mobilites\\b|mobilite (?:durable|active|douce)|organisatrices? de la mobilite"
    "|versement mobilite|cycl(?:able|iste)|velo|voie verte|autobus|tramway|covoiturage"
    "|stationnement",
    "numérique": "numerique|fibre optique|tres haut debit|donnees? (?:publi|territ|ouvert)"
    "|jeux de donnees|open data|informatique|algorithm",
    "petite enfance": "creche|petite enfance|berceau|assistantes? maternelle",
    "santé": "(?<!agence regionale de )(?<!code de la )sante\\b(?! publique)|soins\\b"
    "|medecins?\\b(?! de prev)|hopita|hospital|vaccin",
    "sécurité et secours": "incendie|secours\\b|sapeurs|police municipale"
    "|delinquance|videoprotection",
    "social": "(?<!siege )(?<!dialogue )(?<!capital )soci(?:al|aux|ale|ales)\\b"
    "|solidarite|handicap|insertion|exclusion|personnes agees|precarite|orphelin",
    "sports": "sport|piscine|gymnase|stades?\\b|centre aquatique|boulodrome",
    "tourisme": "touris|haltes? nautique|croisiere|plaisanc",
    "urbanisme et foncier": "urbanis|fonci(?:er|ere)s?\\b(?! (?:non )?bati)|parcelle"
    "|amenagement (?:du territoire|urbain)|zac\\b|cessions? (?:immob|fonc)|immobili",
}
RULES = {name: re.compile(rf"\b(?:{words})\w*") for name, words in THEMES.items()}
ANY = re.compile(rf"\b(?={'|'.join(THEMES.values())})")  # one scan, then few of each rule
PLAIN = str.maketrans("àâäçéèêëîïôöùûüÿ’\n", "aaaceeeeiioouuuy' ")  # a line end is a space
TITLE = 6  # what a word of the title counts, against one of the text
BESIDE = 6  # weight from which a theme stands beside that of the title
ALONE = 4  # words of the only theme that a text speaks of, where no title names any
OFTEN = 8  # words from which a theme counts beside others, where no title names any


def themes(reading: Reading, parties: Sequence[Fact[Party]]) -> tuple[Fact[str], ...]:
    """The themes, heaviest first, each with the first words that speak of it.

    What the title names is given, and what the text insists on beside it. The names of the parties
    do not count: a convention with an energy syndicate may be about fibre.
    """
    named = without(reading.own, [fact.value for fact in parties])
    text = named.replace("İ", "i").lower().translate(PLAIN)  # one character for one
    said = _said(text)
    title = [reading.title_at] if reading.title_at else []
    titled = {name: _within(places, title) for name, places in said.items()}
    weights = {n: len(said[n]) + (TITLE - 1) * len(titled[n]) for n in said}
    if any(titled.values()):
        least = max(BESIDE, max(weights.values()) / 2)
        given = [name for name in said if titled[name] or weights[name] >= least]
    else:
        given = _untitled(weights, {n for n in said if _within(said[n], reading.headings)})
    given.sort(key=lambda name: (-weights[name], name))
    return tuple(Fact(name, ((titled[name] or said[name])[0],)) for name in given)


def _said(text: str) -> dict[str, list[Evidence]]:
    """Where each theme that is spoken of is, in the order of the text."""
    said: dict[str, list[Evidence]] = {}
    for at in map(re.Match.start, ANY.finditer(text)):
        for name, rule in RULES.items():
            places = said.get(name)
            if (match := rule.match(text, at)) and not (places and at < places[-1].end):
                said.setdefault(name, []).append(Evidence(*match.span()))
    return said


def _untitled(weights: dict[str, int], headed: set[str]) -> list[str]:
    """The one theme of a text, or those of which it speaks often: in headings, or most of all."""
    first, second, *_ = [*sorted(weights.values(), reverse=True), 0, 0]
    alone = first if first >= ALONE and second <= first / 2 else OFTEN
    return [
        name
        for name, weight in weights.items()
        if weight >= alone and (name in headed or weight >= first / 2)
    ]


def _within(places: Sequence[Evidence], titles: Sequence[Evidence]) -> list[Evidence]:
    return [p for p in places if any(one.start <= p.start < one.end for one in titles)]
