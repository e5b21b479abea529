"""Cleaning: noise goes, and nothing else does."""

import re
from collections import Counter
from pathlib import Path

import pytest

from corpus.clean import clean, tidy
from corpus.document import Block
from corpus.readers import read_blocks

SENTENCE = "Le conseil de territoire approuve la convention numéro {} et autorise sa signature."


def lines(*pages: str) -> list[str]:
    """What is left of pages, line by line."""
    blocks = [Block(page, page=n) for n, page in enumerate(pages, start=1)]
    return [line for block in clean(blocks) for line in block.text.split("\n")]


def unchanged(*pages: str) -> bool:
    return lines(*pages) == [line for page in pages for line in page.split("\n")]


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        ("**Article** __1__ <i>Objet</i>", "Article 1 Objet"),
        ("con\u00advention", "convention"),
        ("\ufeffUn\x00 \x0bdeux\x7f", "Un deux"),
        ("un   deux \n\n\n  trois", "un deux\ntrois"),
        ("un\r\ndeux\rtrois", "un\ndeux\ntrois"),
        ("2 < 3 et a * b", "2 < 3 et a * b"),
    ],
)
def test_text_is_tidied(raw: str, seen: str) -> None:
    assert tidy(raw) == seen


@pytest.mark.parametrize(
    "noise",
    [
        "Page 3 sur 12",
        "page 4",
        "- 5 -",
        "«« retour",
        "Publié le",
        "TÉLÉCHARGEZ LA PUBLICATION EN CLIQUANT ICI",
        "La carte - nouvelle fenêtre",
        "Informations sur l'accusé de réception",
        "Envoyé à\tPréfecture de Créteil",
        "le\t22/10/21",
        "Accusé réception le\t22/10/21",
        "Numéro de l'acte\tCT2021.4/064",
        "Identifiant télétransmission\t094-200058006-20211013-lmc128156-CC-1-1",
        "Acte Certifié exécutoire",
        "Réception en Préfecture : 06/02/2013",
        "ID : 034-213401722-20130204-0000061086-DE",
        "06/02/2013 06/02/2013 034-213401722-20130204-0000061086-DE",
    ],
)
def test_stamps_and_web_furniture_go(noise: str) -> None:
    assert lines(f"Un\n{noise}\nDeux") == ["Un", "Deux"]


def test_a_share_bar_goes_and_what_follows_it_stays() -> None:
    bar = "Partager sur Facebook | Partager sur X | Imprimer | A+ | A- | A=Rapport d'activité"
    assert lines(bar) == ["Rapport d'activité"]


@pytest.mark.parametrize(
    "content",
    [
        "Envoyé à tous les membres, l'ordre du jour est arrêté par le président.",
        "Accusé de réception de la demande est donné sous huit jours.",
        "Le 22/10/21, les parties se réunissent.",
        "Publié le 3 mai au recueil des actes.",
        "Partager la compétence | oui | non",
        "Partager sur place | oui",
        "Page 3 sur 12 du rapport, les coûts doublent.",
        "Montant\t1200",
        "Repas servis 450",
        "Signature ............ 12",
        "2013",
    ],
)
def test_what_only_looks_like_noise_stays(content: str) -> None:
    assert lines(f"Un\n{content}\nDeux") == ["Un", content.replace("\t", " "), "Deux"]


def test_a_title_that_returns_on_each_page_goes_from_three_pages_on() -> None:
    title = "Convention entre la commune de Sète et le syndicat des eaux"
    bodies = [[SENTENCE.format(n * 10 + k) for k in range(8)] for n in range(3)]
    pages = ["\n".join([title, *body]) for body in bodies]
    assert lines(*pages) == [title, *(line for body in bodies for line in body)]
    assert unchanged(*pages[:2])  # the second may be a convention that is annexed


def test_running_heads_and_page_numbers_go() -> None:
    body = [
        [f"{SENTENCE.format(n)}", f"Avis {n} du bureau.", f"Fait le {n} mai."] for n in range(4)
    ]
    pages = [
        "\n".join([f"Convention de baignade – page {n}/4", *some, "Ville de Sète", str(n)])
        for n, some in enumerate(body, start=1)
    ]
    opening = "Convention de baignade – page 1/4"  # it may be the title
    assert lines(*pages) == [opening, *(line for some in body for line in some)]


def test_page_numbers_that_start_after_the_cover_go() -> None:
    assert lines("Couverture", "Un\n1", "Deux\n2", "Trois\n3") == [
        "Couverture",
        "Un",
        "Deux",
        "Trois",
    ]


@pytest.mark.parametrize(
    "pages",
    [
        ("Chapitre Nature\n921\n6281\n5192", "Total\n3519", "2013\nVoté"),
        ("Lot 1\nTravaux", "Lot 2\nPlans", "Lot 3\nSuivi"),
        ("Fiche action 1\nPort", "Fiche action 2\nEau", "Fiche action 3\nBois"),
        ("Article 1 – Objet\nLe port.", "Article 2 – Durée\nUn an.", "Article 3 – Prix\nRien."),
        ("Acte 1\nAdopté à l'unanimité.", "Acte 2\nAdopté à l'unanimité.", "Adopté à l'unanimité."),
        ("Le maire", "Le maire"),
    ],
    ids=["cells", "lots", "sheets", "articles", "votes", "two pages"],
)
def test_what_stands_at_the_edges_of_pages_and_says_something_stays(pages: tuple[str, ...]) -> None:
    assert unchanged(*pages)


@pytest.mark.parametrize(
    "contents",
    [
        "Préambule ...... 3\nArticle 1 – Objet . . . . . 4\nArticle 2 – Durée………… 12",
        "Sommaire\nPréambule\t3\nArticle 1 – Objet 4\nArticle 2\t12",
        "TABLE DES MATIÈRES\nPréambule\t3",
        "1 Objet 1\n2 Durée ....... 2\n3 Prix 2",
    ],
)
def test_a_table_of_contents_goes(contents: str) -> None:
    assert lines(f"Convention\n{contents}\nPréambule\nLes parties…") == [
        "Convention",
        "Préambule",
        "Les parties…",
    ]


@pytest.mark.parametrize(
    "table",
    [
        "Année\t2019\nRepas\t450\nSites\t12",
        "Repas servis 450\nSites ouverts 12\nCommunes 7",
        "Sommaire des actions\nEau\t3",
    ],
)
def test_a_table_of_figures_is_no_table_of_contents(table: str) -> None:
    assert lines(table) == table.replace("\t", " ").split("\n")


def test_a_text_that_stands_twice_is_kept_once() -> None:
    text = "\n".join(SENTENCE.format(n) for n in range(5))
    assert lines(f"Titre\n{text}\n{text}\nFin") == ["Titre", *text.split("\n"), "Fin"]


def test_a_short_table_may_come_twice() -> None:
    criteria = "Critères Pondération\n1 - Prix 40 %\n2 - Délai 60 %"
    assert unchanged(f"Lot A\n{criteria}\nLot B\n{criteria}")


def test_blocks_keep_their_level_and_page_and_empty_ones_are_dropped() -> None:
    blocks = [Block("**Objet**", 2, 1), Block("Page 1 sur 2", 0, 1), Block("Le port.", 0, 2)]
    assert clean(blocks) == [Block("Objet", 2, 1), Block("Le port.", 0, 2)]


# Real documents


def words(texts: list[str]) -> Counter[str]:
    return Counter(re.findall(r"\w+", "\n".join(map(tidy, texts))))


def lost(path: Path) -> Counter[str]:
    """The words that cleaning takes from a file."""
    blocks, _ = read_blocks(path.name, path.read_bytes())
    return words([b.text for b in blocks]) - words([b.text for b in clean(blocks)])


STAMP = re.compile(
    r"^(Acte Certifié exécutoire|Envoi Préfecture :|Réception en Préfecture :"
    r"|Accusé de réception – Ministère de l’intérieur|\S{10} \S{10} 034-213401722-\d{8}-\d{10}-DE)$"
)


def test_a_real_deliberation_loses_its_stamp_and_nothing_else(shared: Path) -> None:
    paths = sorted((shared / "corpus" / "deliberations").glob("*.pdf"))
    for path in paths[::3]:
        blocks, _ = read_blocks(path.name, path.read_bytes())
        raw = [line for block in blocks for line in tidy(block.text).split("\n")]
        stamp = [line for line in raw if STAMP.match(line)]
        assert len(stamp) >= 4
        assert lost(path) == words(stamp), path.name


def test_a_real_convention_loses_its_contents_and_receipts_and_nothing_else(shared: Path) -> None:
    path = shared / "corpus/cooperation/gpsea-paris-convention-cooperation-2021-2026.txt"
    raw = tidy(path.read_text("utf-8")).split("\n")
    contents = raw[raw.index("Table des matières") : raw.index("V. DURÉE DE LA CONVENTION\t27") + 1]
    receipt = re.compile(
        r"Informations sur l'accusé|(Envoyé à|le|Accusé réception le|Numéro de l'acte|Identif.*)\t"
    )
    receipts = [line for line in raw if receipt.match(line)]
    assert len(contents) == 26
    assert len(receipts) == 18
    assert lost(path) == words(contents + receipts)


def test_a_real_page_that_stands_twice_is_kept_once(shared: Path) -> None:
    path = shared / "corpus/cooperation/intercommunalites-sciencespo-etude-metropoles.txt"
    blocks, _ = read_blocks(path.name, path.read_bytes())
    kept = [line for block in clean(blocks) for line in block.text.split("\n")]
    assert len(kept) == len(set(kept)) == 15
    raw = {line.strip() for block in blocks for line in block.text.split("\n")}
    assert {line for line in raw - set(kept) if line} == {
        "TÉLÉCHARGEZ LA PUBLICATION EN CLIQUANT ICI"
    }


@pytest.mark.parametrize(
    ("name", "gone"),
    [
        ("gosb-convention-developpement-economique-2018", {"Publié", "le"}),
        ("mgp-cooperations-strategiques-2020", set()),
        (
            "paris-rapport-activite-2011-cooperations-territoriales",
            {"retour", "La", "carte", "de", "Paris", "nouvelle", "fenêtre"},
        ),
    ],
)
def test_a_real_web_page_loses_its_furniture_only(shared: Path, name: str, gone: set[str]) -> None:
    assert set(lost(shared / "corpus" / "cooperation" / f"{name}.txt")) == gone
