"""Structure: headings are told from sentences and cells, and lines from paragraphs."""

import re
from collections import Counter
from pathlib import Path

import pypdfium2
import pytest

from corpus import Block, Document, Library, Source
from corpus.clean import tidy
from corpus.document import compose
from corpus.structure import heading_level, join_pages, mark_headings, unwrap

SENTENCE = "Les parties s'engagent à entretenir les sites de baignade et à en partager le coût."


@pytest.mark.parametrize(
    ("above", "below", "text"),
    [
        ("Le syndicat livre de l'eau", "potable à la commune.", "l'eau potable"),
        ("Elle est versée à la Ville de", "Paris en une fois.", "Ville de Paris"),
        ("Les parties finan-", "cent les travaux.", "financent les travaux"),
        ("Un comité de co-", "pilotage est créé.", "co-pilotage"),
        ("Le comité se réunit.", "Il adopte un bilan.", "réunit.\n\nIl adopte"),
        ("le prix de l'eau ;", "- la durée.", "l'eau ;\n\n- la durée"),
    ],
)
def test_a_sentence_goes_on_over_the_end_of_a_page(above: str, below: str, text: str) -> None:
    blocks = join_pages([Block(f"I. Objet\n{above}", 0, 1), Block(below, 0, 2)])
    joined, pages, _ = compose(blocks)
    assert text in joined
    assert joined[pages[1].start : pages[1].end] == below


def test_a_stamp_at_the_foot_of_a_page_is_glued_to_no_sentence() -> None:
    stamp = "Accusé de réception – Ministère de l'intérieur"
    lines = f"La Ville verse une subvention de fonctionnement\n{stamp}\nau titre de l'exercice."
    assert stamp in unwrap(lines).split("\n")


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("TITRE II – Dispositions", 2),
        ("ANNEXE 1", 2),
        ("Annexe financière", 2),
        ("Préambule", 2),
        ("I. Le contexte", 2),
        ("IV - Pilotage", 2),
        ("AXE 2 : l'économie", 3),
        ("Chapitre 3", 3),
        ("DISPOSITIONS FINALES", 3),
        ("ARTICLE PREMIER – OBJET", 4),
        ("Article 3 – Durée", 4),
        ("Article 1er : objet", 4),
        ("Article unique", 4),
        ("1. Méthode de mise en œuvre", 4),
        ("2) Durée", 4),
        ("3 – Coût", 4),
        ("3.1 Modalités", 5),
        ("3.1.2. Prix de l'eau", 5),
        ("a) Accès aux sites", 6),
    ],
)
def test_a_heading_has_the_level_of_its_form(line: str, level: int) -> None:
    assert heading_level(line) == level


def test_a_long_heading_is_one() -> None:
    axis = (
        "III. Axe 3 : "
        + "coopérer sur les métiers de la fonction publique " * 2
        + "et la formation"
    )
    assert heading_level(axis) == 2
    assert heading_level(axis + " des agents" * 5) == 0


@pytest.mark.parametrize(
    "line",
    [
        SENTENCE,
        f"1. {SENTENCE}",
        "2. Le prêt est gratuit. Il dure un an",
        "a) l'accès aux sites ;",
        "VU LE CODE GÉNÉRAL DES COLLECTIVITÉS",
        "CONSIDÉRANT L'INTÉRÊT GÉNÉRAL",
        "D'UNE PART",
        "ET",
        "JEAN-LUC PETIT.",
        "TOTAL 18 500 €",
        "TOTAL 182.330.309",
        "1 - Prix des prestations 40 %",
        "903 - CULTURE 5 273 381,00 655 643,00",
        "934 - TRANSFERTS 14 505 488,12 -",
        "699 FEDERATION DES AVEUGLES",
        "PONT DE LA REPUBLIQUE 7 992 000 0",
        "12.10.2021 Créteil",
        "1.2 M€ de subvention",
        "Articles de sport",
        "L'article 3 s'applique",
        "(220€)",
        "2021",
        "",
    ],
)
def test_a_sentence_a_visa_or_a_cell_is_no_heading(line: str) -> None:
    assert heading_level(line) == 0


def test_a_numbered_sentence_is_a_heading_only_where_it_stands_alone() -> None:
    line = (
        "2. La baignade en eaux vives : constituer ensemble un héritage pour la Seine et la Marne."
    )
    assert heading_level(line) == 0
    assert heading_level(line, alone=True) == 4
    assert heading_level(f"1. {SENTENCE} {SENTENCE}", alone=True) == 0


def marked(*blocks: Block) -> list[tuple[int, str]]:
    return [(block.level, block.text) for block in mark_headings(blocks)]


def test_headings_are_told_from_the_lines_around_them() -> None:
    page = f"CONVENTION\n{SENTENCE}\nArticle 1 – Objet\n{SENTENCE}\n{SENTENCE}\na) Accès\nLibre."
    assert marked(Block(page, page=3)) == [
        (3, "CONVENTION"),
        (0, SENTENCE),
        (4, "Article 1 – Objet"),
        (0, f"{SENTENCE}\n{SENTENCE}"),
        (6, "a) Accès"),
        (0, "Libre."),
    ]
    assert {block.page for block in mark_headings([Block(page, page=3)])} == {3}


def test_a_short_paragraph_names_a_longer_one_below_it() -> None:
    assert marked(Block("Clarifier les rôles"), Block(f"{SENTENCE} {SENTENCE}")) == [
        (6, "Clarifier les rôles"),
        (0, f"{SENTENCE} {SENTENCE}"),
    ]
    assert marked(Block("Actions"), Block("- nager\n- ramer"))[0] == (6, "Actions")


@pytest.mark.parametrize(
    "text", ["Le maire,", "Créteil, le 12", "- Port", "Eau | Prix", "Le port."]
)
def test_a_short_paragraph_that_goes_on_or_ends_names_nothing(text: str) -> None:
    assert marked(Block(text), Block(f"{SENTENCE} {SENTENCE}"))[0][0] == 0


def test_marked_headings_are_all_there_is() -> None:
    blocks = [Block("Titre", 1), Block("Partie", 2), Block("ARTICLE 1\nLe port.")]
    assert mark_headings(blocks) == blocks


def test_cells_in_capitals_are_no_headings() -> None:
    cells = "\n".join(f"ASSOCIATION {'ABCDEFGHIJKLMNOP'[n]}BC\nCulture" for n in range(14))
    assert marked(Block(cells)) == [(0, cells)]


def test_nothing_has_no_heading() -> None:
    assert mark_headings([]) == []


# Lines


WIDE = "Le conseil de territoire approuve la convention qui est jointe à cet acte"


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        ([WIDE, "et autorise sa signature."], [f"{WIDE} et autorise sa signature."]),
        ([f"{WIDE} de", "Sète."], [f"{WIDE} de Sète."]),
        ([f"{WIDE}.", "Le maire signe."], [f"{WIDE}.", "Le maire signe."]),
        ([WIDE, "- nager", "- ramer"], [WIDE, "- nager", "- ramer"]),
        ([WIDE, "Article 2 – Durée", "Un an."], [WIDE, "Article 2 – Durée", "Un an."]),
        ([WIDE, "Vu le code"], [WIDE, "Vu le code"]),
        (["Article 2 – Durée et", "prix", "Un an."], ["Article 2 – Durée et prix", "Un an."]),
        ([WIDE, "", "Le maire"], [WIDE, "", "Le maire"]),
        ([WIDE, "  Retrait"], [WIDE, "Retrait"]),
        (["Sète", "Direction"], ["Sète", "Direction"]),
        (["une conven-", "tion ci-", "jointe"], ["une convention ci-jointe"]),
        (["à Saint-", "Maur"], ["à Saint-Maur"]),
        (["le lot 1 -", "nord"], ["le lot 1 - nord"]),
        (["Anne PETIT, Max LÉVY, Jean-Luc DE LA RUE", "Exercice 2013"],
         ["Anne PETIT, Max LÉVY, Jean-Luc DE LA RUE", "Exercice 2013"]),
        (["Préambule ................. 3", "Objet de la convention .... 5", "Les parties"],
         ["Préambule ................. 3", "Objet de la convention .... 5", "Les parties"]),
        (["903 Culture, patrimoine et animation du territoire, Sète 5 273 381,00", "904 Sport"],
         ["903 Culture, patrimoine et animation du territoire, Sète 5 273 381,00", "904 Sport"]),
        (["pour un montant total, que les deux parties se partagent, de 9 493,00 €", "H.T. par an"],
         ["pour un montant total, que les deux parties se partagent, de 9 493,00 € H.T. par an"]),
        (["selon la convention n° 19-", "CV-14 du 14 juin"],
         ["selon la convention n° 19-CV-14 du 14 juin"]),
        (["avec qui la Métropole travaillait-", "elle en 2020"],
         ["avec qui la Métropole travaillait-elle en 2020"]),
        (["représentée par son président, M.", "Ferdinand Lescoat"],
         ["représentée par son président, M. Ferdinand Lescoat"]),
        (["une garantie de la S.E.R.M.", "Opération Ovalie"],
         ["une garantie de la S.E.R.M.", "Opération Ovalie"]),
        (["faute de clés ;", "le présent protocole est établi."],
         ["faute de clés ;", "le présent protocole est établi."]),
        ([f"{WIDE},", "vu la convention de 2012,"], [f"{WIDE},", "vu la convention de 2012,"]),
        ([f"{WIDE}", "Fait à Sète, le 2 mai 2022"], [f"{WIDE}", "Fait à Sète, le 2 mai 2022"]),
    ],
)  # fmt: skip
def test_lines_are_joined_where_a_sentence_goes_on(lines: list[str], joined: list[str]) -> None:
    filler = [f"{WIDE}."] * 20  # a page has a width of its own
    assert unwrap("\n".join([*lines, "", *filler])).split("\n") == [*joined, "", *filler]


# Real documents


@pytest.fixture(scope="module")
def deliberations(shared: Path) -> dict[Path, Document]:
    folder = shared / "corpus" / "deliberations"
    found = [source for source in Library(folder).scan() if isinstance(source, Source)]
    return {folder / source.path: source.read() for source in found[::4]}


def tokens(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text))


def test_each_real_page_holds_its_own_words(deliberations: dict[Path, Document]) -> None:
    """The text that pdfium gives for the page is the oracle; all that may be missing is a stamp.

    The rows of a table say the names of its columns again, which may stand on an earlier page.
    """
    for path, document in deliberations.items():
        with pypdfium2.PdfDocument(path) as pages:
            raw = [page.get_textpage().get_text_bounded() for page in pages]
        assert [page.number for page in document.pages] == list(range(1, len(raw) + 1))
        for page, expected in zip(document.pages, raw, strict=True):
            text = document.text[page.start : page.end]
            found = tokens(text)
            assert " | " in text or not found - tokens(expected), path.name
            assert found.keys() <= tokens("\n".join(raw[: page.number])).keys(), path.name
            stamp = 30 if "Acte Certifié exécutoire" in expected else 0
            assert sum((tokens(expected) - found).values()) <= stamp, path.name


def test_real_lines_are_joined_into_sentences(deliberations: dict[Path, Document]) -> None:
    """Of the lines that start in lower case, which a layout cut, next to none are left."""
    for path, document in deliberations.items():
        with pypdfium2.PdfDocument(path) as pages:
            raw = "\n".join(page.get_textpage().get_text_bounded() for page in pages)
        cut = len(re.findall(r"(?m)^[a-zà-ÿ]", raw))
        left = re.findall(r"(?m)^[a-zà-ÿ].*$", document.text)
        assert len(left) <= cut / 10 + 2, (path.name, left)


def test_an_axis_of_a_real_convention_governs_its_own_articles(shared: Path) -> None:
    found = {s.path: s for s in Library(shared / "corpus" / "cooperation").scan()
             if isinstance(s, Source)}  # fmt: skip
    document = found["gpsea-paris-convention-cooperation-2021-2026.txt"].read()
    axes = {
        path[0]: [other[1] for other in (s.path for s in document.sections)
                  if len(other) == 2 and other[0] == path[0] and re.match(r"\d", other[1])]
        for path in (s.path for s in document.sections) if re.match(r"[IV]+\.", path[0])
    }  # fmt: skip
    assert {re.match(r"[IV]+", axis)[0]: len(articles) for axis, articles in axes.items()} == {  # type: ignore[index]
        "I": 4, "II": 5, "III": 3, "IV": 6, "V": 0,
    }  # fmt: skip
    swim = document.text.index("La baignade en eaux vives")
    assert document.section_of(swim, swim + 1)[0].startswith("I. Axe 1")


def test_text_reads_back_from_its_sections() -> None:
    blocks = mark_headings([Block(f"Article 1 – Objet\n{SENTENCE}\nArticle 2 – Durée\nUn an.")])
    text, _, sections = compose(blocks)
    assert [tidy(text[s.start : s.end]) for s in sections] == [
        f"Article 1 – Objet\n{SENTENCE}",
        "Article 2 – Durée\nUn an.",
    ]
