"""Metadata: title, kind, date, number and parties, and nothing without evidence."""

import re
from pathlib import Path

import pypdfium2
import pytest

from corpus import Block, Document, Library, Source
from corpus.card.extract import extract
from corpus.document import Metadata, compose
from corpus.metadata import metadata_of, title_of


def describe(blocks: list[Block], declared: str = "") -> Metadata:
    """The metadata of blocks; `declared` is the title that their format gives, if any."""
    text, _, sections = compose(blocks)
    title = title_of(blocks, declared)
    return metadata_of(title, extract(text, title, sections))


def head(text: str, declared: str = "") -> Metadata:
    """The metadata of plain paragraphs."""
    return describe([Block(paragraph) for paragraph in text.split("\n\n")], declared)


# Titles


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Convention de baignade\n\nLes parties…", "Convention de baignade"),
        ("VILLE DE SÈTE\n\nOBJET : Halles et marchés\n\nLe maire expose…", "Halles et marchés"),
        ("Absents :\nAnne PETIT, Jean-Luc DE LA RUE.\nFoncier\nRue Verte\nMax LÉVY rapporte :",
         "Foncier – Rue Verte"),
        ("Absents :\nFoncier\nMax LÉVY rapporte :", "Foncier"),
        ("Absents :\nAnne PETIT\nÉcole SÉVIGNÉ\nMonsieur le Maire rapporte",
         "École SÉVIGNÉ"),
        ("Présents :\nAnne PETIT,\nMax LÉVY.\nAbsents :\nRègles d'aide aux actifs :\n« Clé »\n"
         "Max LÉVY rapporte :", "Règles d'aide aux actifs : « Clé »"),
        ("Absents :\nAgence de l'énergie –\n(ALE Sète)\nDésignation\nMax LÉVY rapporte :",
         "Agence de l'énergie (ALE Sète) Désignation"),
        ("Compte rendu\n\nLe maire rapporte :\nl'eau monte.", "Compte rendu"),
        ("Document fictif, écrit pour Entente\n\nProtocole d'accord", "Protocole d'accord"),
        ("\n".join(["Rapport annuel", *["Texte."] * 80, "Objet : relance"]), "Rapport annuel"),
        ("", ""),
    ],
)  # fmt: skip
def test_the_title_is_the_subject_or_else_the_first_line(text: str, title: str) -> None:
    assert head(text).title == title


@pytest.mark.parametrize(
    ("levels", "title"),
    [
        ((0, 1, 2), "Deux"),  # the only highest heading
        ((1, 2, 1), "Un"),  # the one that opens the document
        ((0, 1, 1), "Déclaré"),  # its articles
        ((0, 0, 0), "Déclaré"),
        ((0, 2, 3), "Déclaré"),
    ],
)
def test_a_highest_heading_is_the_title_before_the_declared_one(
    levels: tuple[int, ...], title: str
) -> None:
    blocks = [
        Block(text, level) for text, level in zip(("Un", "Deux", "Trois"), levels, strict=True)
    ]
    assert describe(blocks, "Déclaré").title == title


def test_a_heading_that_opens_the_document_is_its_title_before_any_subject() -> None:
    assert describe([Block("Avenant n° 1", 1), Block("Objet : durée")]).title == "Avenant n° 1"


def test_a_long_title_is_cut_between_two_words() -> None:
    title = head("Convention " * 30).title
    assert 250 < len(title) <= 300
    assert re.fullmatch(r"(Convention )+…", title)


# Kinds


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Convention de partenariat", "convention"),
        ("Avenant n° 2 à la convention de 2019", "avenant"),
        ("Délibération portant avenant à la convention", "délibération"),
        ("DELIBERATION N° 12", "délibération"),
        ("VILLE DE SÈTE\n\nDÉLIBÉRATION N° 12\n\nOBJET : convention d'eau", "délibération"),
        ("Extrait du registre des actes\n\nOBJET : Convention de gestion", "délibération"),
        ("SEANCE DU CONSEIL DE TERRITOIRE\nDU 13 OCTOBRE 2021\n\nOBJET : Rapport", "délibération"),
        ("Protocole de coopération\n\nVu la délibération du 3 mai", "protocole"),
        ("Convention de gestion\n\napprouvée en séance du conseil du 3 mai 2021", "convention"),
        ("Charte de la forêt", "charte"),
        ("Compte-rendu du comité de suivi de la convention", "compte rendu"),
        ("Rapport d'activité\n\nLa convention de 2011 est close.", "rapport"),
        ("Partenariat\n\nLa présente convention, et ses avenants, sont publics.", "convention"),
        ("Fiche de lecture – Convention de 2021", "fiche"),
        ("Le port\n\nFiche thématique rédigée d'après la convention.", "fiche"),
        ("Le port de Sète", "document"),
    ],
)
def test_the_kind_is_the_one_that_is_named_first(text: str, kind: str) -> None:
    assert head(text).kind == kind


# Dates


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Fait le 1er juin 2022", "2022-06-01"),
        ("SÉANCE DU 13 OCTOBRE 2021", "2021-10-13"),
        ("Le 3\u00a0août 2019", "2019-08-03"),
        ("Signé le 09/08/2012, revu le 2 mai 2013", "2012-08-09"),
        ("Signé le 2 mai 2013, reçu le 09/08/2013", "2013-05-02"),
        ("Le 31 février 2020, puis le 1 mars 2020", "2020-03-01"),
        ("Le 12/13/2020", ""),
        ("Vu l'arrêté du 2 mai 2013\nConvention du 4 juin 2014", "2014-06-04"),
        ("Selon la loi n° 2015-991 du 7 août 2015 ; convention du 4 juin 2016", "2016-06-04"),
        ("Au décret du 7 août 2015", ""),
        (
            "La maire, autorisée par la délibération du 2 mai 2013\nSigné le 4 juin 2014",
            "2014-06-04",
        ),
        ("Avenant à la convention du 2 mai 2013, signé hier", ""),
        ("Fiche de lecture\n\nActe joint à la délibération du 2 mai 2013", "2013-05-02"),
        ("En octobre 2021", ""),
        ("Le 113 mai 20212", ""),
        ("Le port", ""),
    ],
)
def test_the_date_is_the_first_that_is_not_that_of_another_act(text: str, date: str) -> None:
    assert head(text).date == date


# Numbers


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Délibération N° CT2021.4/064 du 13 octobre", "CT2021.4/064"),
        ("Extrait du registre n° 2013 / 1", "2013/1"),
        ("Convention nº 2019-12.", "2019-12"),
        ("N°12", "12"),
        ("Numéro : 23-CV-21. Date : 26 juin 2023", "23-CV-21"),
        ("Avenant n° 1 à la convention n° 2019-12\n\nActe n° 22-CV-31", "22-CV-31"),
        ("Rapport annuel de la convention n° 20-CU-03\n\nRéunion n° 7", ""),
        ("Compte rendu\n\nConvention n° 20-CU-03", ""),
        ("Vu la loi n° 2015-991\nConvention n° 7", "7"),
        ("Selon la loi n° 2015-991, convention", ""),
        ("Article n° 4, lot n° 2, marché n° 5", ""),
        ("Fiche de lecture\n\nDélibération n° 2021/7", ""),
        ("Fiche de lecture – Délibération n° 2021/7", "2021/7"),
        ("Le maire, autorisé par la délibération du conseil n° 2024-088, signe", ""),
        ("Convention 2019", ""),
    ],
)
def test_the_number_is_the_first_that_is_the_acts_own(text: str, number: str) -> None:
    assert head(text).number == number


# Parties


def test_a_bare_kind_of_body_is_the_one_that_the_text_names() -> None:
    text = "Convention entre Sète et le Département\n\nLe département de l'Aulne apporte la moitié."
    assert head(text).parties == ("Sète", "Département de l'Aulne")


def test_a_bare_kind_of_body_is_no_party_where_the_text_names_none_or_several() -> None:
    title = "Convention entre Sète et la Région\n\n"
    assert head(title + "La région apporte la moitié.").parties == ("Sète",)
    assert head(title + "Les régions de France : Région Aulne, Région Orme.").parties == ("Sète",)


@pytest.mark.parametrize(
    "written",
    [
        "COMMUNE DE SAINT-ELME",
        "commune de Saint-Elme",
        "Ville de Saint-Elme",
        "mairie de Saint-Elme",
    ],
)
def test_a_body_has_one_name_however_it_is_written(written: str) -> None:
    assert head(f"Convention entre Sète et la {written}").parties == (
        "Sète",
        "Commune de Saint-Elme",
    )


@pytest.mark.parametrize(
    ("title", "parties"),
    [
        (
            "Convention entre la Ville de Paris et la Métropole du Lac",
            ("Ville de Paris", "Métropole du Lac"),
        ),
        ("Accord entre l'État, la Région et les communes", ("État",)),
        (
            "Accord entre l’État, la Région de l'Ouest, et Sète",
            ("État", "Région de l'Ouest", "Sète"),
        ),
        (
            "Convention entre la commune d'Aulne et le syndicat des Eaux et Forêts",
            ("Commune d'Aulne", "Syndicat des Eaux et Forêts"),
        ),
        (
            "Convention entre l'EPT Plaine et Confluence et Sète",
            ("EPT Plaine et Confluence", "Sète"),
        ),
        (
            "Accord entre le SI d'énergie et du numérique, l'État et les villes de Sète et Lune",
            ("SI d'énergie et du numérique", "État", "Commune de Sète", "Commune de Lune"),
        ),
        (
            "VENTE D'EAU ENTRE LA VILLE DE SÈTE ET LE SYNDICAT DES EAUX",
            ("Commune de Sète", "Syndicat des Eaux"),
        ),
        (f"Convention {'de gestion ' * 30}entre Sète et l'État", ("Sète", "État")),
        (
            "Convention entre la CAF et la Ville d'Aulne – Accès aux données",
            ("CAF", "Commune d'Aulne"),
        ),
        ("Convention entre Sète et l'association pour l'eau", ("Sète", "Association pour l'eau")),
        ("Bail entre Sète et Epidaure, pôle de soins", ("Sète", "Epidaure")),
        ("Convention entre Sète et la S.E.R.M.", ("Sète", "S.E.R.M.")),
        ("Convention entre Sète et l'État.", ("Sète", "État")),
        ("Convention de gestion", ()),
        ("L'entrepôt entre deux", ()),
    ],
)
def test_the_parties_are_those_that_the_title_names(title: str, parties: tuple[str, ...]) -> None:
    assert head(title).parties == parties


# Real délibérations


@pytest.fixture(scope="module")
def deliberations(shared: Path) -> dict[str, Document]:
    sources = list(Library(shared / "corpus" / "deliberations").scan())
    found = {s.path.removesuffix(".pdf"): s.read() for s in sources if isinstance(s, Source)}
    assert len(found) == len(sources) == 127
    return found


def first_page(shared: Path, name: str) -> str:
    """The text of a first page as pdfium gives it."""
    with pypdfium2.PdfDocument(shared / "corpus" / "deliberations" / f"{name}.pdf") as found:
        return str(found[0].get_textpage().get_text_bounded())


def test_real_deliberations_have_their_kind_date_and_number(
    shared: Path, deliberations: dict[str, Document]
) -> None:
    for name, document in deliberations.items():
        registered = re.search(r"Montpellier\s+n° (\d{4}) / (\d+)", first_page(shared, name))
        assert registered
        assert document.metadata.kind == "délibération", name
        assert document.metadata.date == name[:10]
        assert document.metadata.number == "/".join(registered.groups()), name


def test_the_title_of_a_real_deliberation_is_its_subject(
    shared: Path, deliberations: dict[str, Document]
) -> None:
    """All its words stand between the attendance and the reporter, and all these words are its."""
    for name, document in deliberations.items():
        raw = first_page(shared, name)
        subject = re.split(r"Absents\s*:", raw)[-1].partition("rapporte")[0]
        title = document.title.removesuffix("…").replace(" – ", " ")
        squeezed = re.sub(r"[\W_]+", "", subject)
        start = squeezed.find(re.sub(r"[\W_]+", "", title))
        assert start >= 0, (name, document.title)
        before = squeezed[:start]
        assert not before or re.search(r"[A-ZÉ]{3}$", before), (name, before)  # someone absent


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("2013-02-04-0000061086", "Exercice 2013 - Budget Primitif de la Ville de Montpellier - "
         "Budget Principal et Budget Annexe du Parking"),
        ("2013-02-04-0000061093", "Halles et marchés - Mesures d'exonération - Décision"),
        ("2013-02-04-0000061125", "QUARTIER MONTPELLIER CENTRE – Construction de la Salle de boxe "
         "Jean FARRE – Autorisation de signer les marchés"),
        ("2013-02-04-0000061129", "ZAC Port Marianne-Parc Marianne extension – Groupe scolaire "
         "Chengdu – Acquisition d'un terrain à la S.E.R.M. parcelle cadastrée SB 210"),
        ("2013-03-25-0000062238", "Ecole MITTERRAND - Aménagement des espaces extérieurs - lot "
         "n° 1- aménagement urbain - avenant n°2 – Cession du contrat du groupement SGREG SUD "
         "EST/SOLS – MEDITERRANEE à la Société COLAS MIDI MEDITERRANEE"),
        ("2013-06-17-0000064311", "Achat de véhicules à motorisation essence, diesel, GPL, GNV, "
         "électrique d'usine. – Autorisation de signer les marchés."),
        ("2014-04-24-0000071246", "Centre communal d'action sociale - CCAS – Désignation des "
         "représentants de la Ville au Conseil d'administration"),
        ("2014-04-24-0000071272", "Agence Locale de l'Energie - Désignation des représentants du "
         "Conseil Municipal"),
        ("2014-05-22-0000072060", "Association Finances-Gestion-Evaluation des collectivités "
         "territoriales (AFIGESE-CT)"),
        ("2014-05-22-0000072185", "Garantie d’emprunt – Ville de Montpellier/S.E.R.M. – Opération "
         "OVALIE – 2,5 M€ Banque Postale – 2,5 M€ Crédit Agricole"),
        ("2014-05-22-0000072192", "Convention de mise à disposition auprès du service Energie."),
        ("2014-05-22-0000072220", "Santé – Cotisation à un organisme national pour l'année 2014"),
    ],
)  # fmt: skip
def test_a_real_title_reads_as_it_was_voted(
    deliberations: dict[str, Document], name: str, title: str
) -> None:
    assert deliberations[name].title == title


@pytest.mark.parametrize(
    ("name", "parties"),
    [
        ("2013-02-04-0000061095", ("Ville de Montpellier", "Epidaure")),
        ("2013-03-25-0000062250",
         ("Ville de Montpellier", "Communauté d'agglomération de Montpellier")),
        ("2013-06-17-0000064280", ("Ville de Montpellier", "CAF")),
        ("2013-06-17-0000064299", ("Ville de Montpellier", "Caisse des écoles")),
    ],
)  # fmt: skip
def test_real_parties_are_named_and_nothing_else(
    deliberations: dict[str, Document], name: str, parties: tuple[str, ...]
) -> None:
    assert deliberations[name].metadata.parties == parties


def test_real_cooperation_documents_are_described(shared: Path) -> None:
    found = {
        source.path[:5]: source.read().metadata
        for source in Library(shared / "corpus" / "cooperation").scan()
        if isinstance(source, Source)
    }
    facts = {key: (m.kind, m.date, m.number) for key, m in found.items()}
    assert facts == {
        "gosb-": ("article", "2018-06-25", ""),
        "gpsea": ("délibération", "2021-10-13", "CT2021.4/064"),
        "inter": ("article", "", ""),
        "mgp-c": ("article", "", ""),
        "paris": ("rapport", "2012-08-09", ""),
    }
    assert found["gpsea"].parties == ("Grand Paris Sud Est Avenir", "Ville de Paris")
