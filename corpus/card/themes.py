"""The fields of local cooperation that an act is about, from a small controlled list."""

import re
from collections import defaultdict

from corpus.card.model import Evidence, Fact
from corpus.card.reading import Reading

THEMES = {  # a field, and the beginnings of the words that speak of it
    "achats": "groupement de commandes|achats? (?:public|group|mutualis)|commande publique",
    "alimentation": "alimenta|cantine|repas|cuisine centrale|légumerie|maraîch|restauration scol",
    "baignade": "baignade|baigneur|plages?\\b|nage\\b|nageu",
    "culture": "cultur|médiathèque|bibliothèque|théâtre|festival|musée|cinéma|spectacle|lecture "
    "publ",
    "déchets": "déchets?\\b|biodéchet|compost|collecte sélective|réemploi|recycl|bennes?\\b",
    "eau": "eau potable|assainissement|eaux usées|rivière|estuaire|milieux aquatiques|eau en gros",
    "économie": "économi|entreprises|commerce|artisan|attractivité",
    "éducation": "écoles?\\b|scolaire|éducat|collèges?\\b|lycée|université|enseignement",
    "emploi et ressources humaines": "reclassement|agents? territor|emplois?\\b|ressources humaines"
    "|effectifs|recrutement|médecine préventive",
    "énergie": "énerg|électricité|gaz naturel|hydrogène|chaleur|solaire|photovolta",
    "environnement": "environnement|climat|biodiversité|transition écologique|espaces naturels",
    "finances": "budget primitif|garantie d['’]emprunt|subvention|fiscal|fonds de concours",
    "logement": "logement|habitat\\b|hébergement|bailleur",
    "mobilités": "transport|mobilité|cycl|vélo|voie verte|autobus|covoiturage|stationnement",
    "numérique": "numérique|fibre optique|données (?:person|publi|territ)|open data|informatique",
    "petite enfance": "crèche|petite enfance|berceau|assistantes? maternelle",
    "santé": "centre de santé|soins|médecin(?!e préventive)|hôpital|hospital|vaccin",
    "sécurité et secours": "incendie|secours|sapeurs|police municipale|délinquance",
    "social": "action sociale|solidarité|handicap|insertion|personnes âgées|précarité",
    "sports": "sport|piscine|gymnase|stade|centre aquatique",
    "tourisme": "touris|haltes? nautique|croisière|plaisanc",
    "urbanisme et foncier": "urbanis|foncier|foncière|parcelle|aménagement du territoire|ZAC\\b",
}
RULES = {name: re.compile(rf"\b(?:{words.lower()})\w*") for name, words in THEMES.items()}
ANY = re.compile(rf"\b(?={'|'.join(THEMES.values()).lower()})")  # one scan, then few of each rule
MOST = 4
TITLE = 6  # what a word of the title counts, against one of the text
LEAST = 6.0  # weight below which a theme is only touched upon


def themes(reading: Reading) -> tuple[Fact[str], ...]:
    """The themes that weigh most, heaviest first, each with the first words that speak of it."""
    title = reading.title_at or Evidence(0, 0)
    weights: dict[str, float] = defaultdict(float)
    first: dict[str, Evidence] = {}
    low = reading.own.replace("İ", "I").lower()  # faster than a flag; İ alone would grow by it
    for at in map(re.Match.start, ANY.finditer(low)):
        within = title.start <= at < title.end
        for name, match in ((name, rule.match(low, at)) for name, rule in RULES.items()):
            if match:
                weights[name] += TITLE if within else 1
                if within or name not in first:
                    first[name] = Evidence(*match.span())
    ranked = sorted((n for n in weights if weights[n] >= LEAST), key=lambda n: (-weights[n], n))
    heavy = [n for n in ranked if weights[n] >= weights[ranked[0]] / 3]
    return tuple(Fact(name, (first[name],)) for name in heavy[:MOST])
