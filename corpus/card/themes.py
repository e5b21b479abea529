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
    "|artisan(?:s|at)?\\b|attractivite|halles\\b|pepinieres? d'entreprise",
    "éducation": "(?<!rue )ecoles?\\b|scolaire|educati|colleges?\\b|lycee|universit|enseignement",
    "emploi et ressources humaines": "reclassement|agents? (?:territor|contractuel|non titulaire)"
    "|(?<!demandeur d')(?<!demandeurs d')emplois?\\b|ressources humaines|effectifs\\b|recrutement"
    "|medecine preventive|fonction publique",
    "énergie": "energ[ie]|electricite|gaz naturel|hydrogene|reseau de chaleur|solaire|photovolta",
    "environnement": "(?<!code de l')environnement|climat|biodiversite|ecologi|espaces? naturel"
    "|espaces? verts?\\b|developpement durable",
    "finances": "budget (?:primitif|supplementaire)|garanties? d'emprunt|(?<!demande de )subvention"
    "|fiscal|fonds de concours|decision modificative",
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
    "urbanisme et foncier": "urbanis|foncier|fonciere|parcelle|amenagement (?:du territoire|urbain)"
    "|zac\\b|cessions? (?:immob|fonc)|immobili",
}
RULES = {name: re.compile(rf"\b(?:{words})\w*") for name, words in THEMES.items()}
PLAIN = str.maketrans("àâäçéèêëîïôöùûüÿ’", "aaaceeeeiioouuuy'")
TITLE = 6  # what a word of the title counts, against one of the text
LEAST = 6  # weight of a theme that is not named in a title that names another
UNTITLED = 4  # weight of a theme where no title names any


def themes(reading: Reading, parties: Sequence[Fact[Party]]) -> tuple[Fact[str], ...]:
    """The themes, heaviest first, each with the first words that speak of it.

    What the title names is given; where it names no theme, what the headings name. Another theme
    is given where the text speaks of it half as much as of the first. The names of the parties
    do not count: a convention with an energy syndicate may be about fibre.
    """
    named = without(reading.own, [fact.value for fact in parties])
    text = named.replace("İ", "i").lower().translate(PLAIN)  # one character for one
    found = {name: [Evidence(*m.span()) for m in RULES[name].finditer(text)] for name in RULES}
    titles = [reading.title_at] if reading.title_at else []
    if not any(_inside(place, titles) for places in found.values() for place in places):
        titles = reading.headings
    weights: dict[str, int] = {}
    first: dict[str, Evidence] = {}
    for name, places in ((name, places) for name, places in found.items() if places):
        within = [place for place in places if _inside(place, titles)]
        weights[name] = TITLE * len(within) + len(places) - len(within)
        first[name] = [*within, *places][0]
    best = max(weights.values(), default=0)
    titled = {name for name in first if _inside(first[name], titles)}
    least = max(LEAST if titled else UNTITLED, best / 2)
    given = [name for name in first if name in titled or weights[name] >= least]
    given.sort(key=lambda name: (-weights[name], name))
    return tuple(Fact(name, (first[name],)) for name in given)


def _inside(place: Evidence, titles: Sequence[Evidence]) -> bool:
    return any(one.start <= place.start < one.end for one in titles)
