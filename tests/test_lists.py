"""Lists over the sample corpus: which acts, how many may lack, and as tables for a spreadsheet."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from odfdo import Document as Spreadsheet

from corpus.card.model import Period
from corpus.document import Document, Metadata
from indexer import Filters, LocalIndex, SentenceEncoder
from indexer.encoder import embed_queries
from service.answers import Answer, answer
from service.answers.export import COLUMNS, exported
from service.answers.lists import best_cut, estimated, set_aside
from service.answers.model import Citation, Kind, Lacking, Listed, Status
from service.answers.readers import reader_of
from service.question import parse

Ask = Callable[[str], Answer]
PURCHASES = "Quels accords prévoient que les collectivités achètent ensemble ?"  # by other words


@pytest.fixture(scope="module")
def ask(sample_index: LocalIndex, real_encoder: SentenceEncoder) -> Ask:
    read = reader_of(real_encoder)

    def asked(text: str) -> Answer:
        question = parse(text)
        (vectors,) = embed_queries(real_encoder, [question.text])
        return answer(question, vectors, sample_index, read)

    return asked


def test_the_cut_has_the_highest_expected_f1() -> None:
    assert best_cut(np.array([0.9, 0.9, 0.1, 0.1])) == 2
    assert best_cut(np.array([0.9, 0.6, 0.6, 0.5])) == 4
    assert best_cut(np.array([0.2, 0.1])) == 0  # nothing is likely enough
    assert best_cut(np.array([])) == 0


def test_what_may_lack_is_between_the_quantiles_of_its_distribution() -> None:
    assert estimated(np.array([])) == Lacking(0.0, 0, 0)
    assert estimated(np.full(4, 0.99)) == Lacking(4.0, 4, 4)
    assert estimated(np.full(10, 0.5)) == Lacking(5.0, 2, 8)  # of a binomial distribution


def test_an_act_is_quoted_where_a_sentence_says_enough_of_the_question(ask: Ask) -> None:
    for text, has in (("rôle de l'Apur dans les coopérations", True), (PURCHASES, False)):
        given = ask(text)
        quoted = [row.citation for row in given.rows if row.citation]
        assert quoted == [citation.n for citation in given.citations]
        assert bool(quoted) is has


def test_a_year_alone_is_no_evidence_of_an_act(ask: Ask) -> None:
    given = ask("documents qui parlent des JO de 2024")
    assert given.rows
    assert not [c.quote for c in given.citations if "JO" not in c.quote]


def test_a_list_has_one_row_for_each_act_the_likeliest_first(ask: Ask) -> None:
    given = ask("quelles conventions couvrent la baignade ?")
    assert (given.kind, given.status) == (Kind.LIST, Status.ANSWERED)
    names = [row.document.id for row in given.rows]
    assert len(set(names)) == len(names) >= 8
    chances = [row.relevance for row in given.rows]
    assert chances == sorted(chances, reverse=True)
    assert given.lacking is not None
    assert given.lacking.low <= given.lacking.expected <= given.lacking.high
    assert f"{given.lacking.high} documents de plus peuvent répondre" in given.notes[0]


def test_an_expired_act_is_in_a_list_that_does_not_ask_for_what_is_in_force(ask: Ask) -> None:
    expired = "fictifs~baignade-plages-valserene-2019.md"
    found = {row.document.id: row for row in ask("quelles conventions couvrent la baignade ?").rows}
    assert found[expired].document.period.ends == "2022-05-31"
    standing = ask("quelles conventions sur la baignade sont en vigueur ?")
    assert standing.rows
    assert expired not in {row.document.id for row in standing.rows}


def test_a_mere_mention_is_less_likely_than_what_covers_the_subject(ask: Ask) -> None:
    """The estuary's convention says of bathing only that other acts cover it."""
    rows = {
        r.document.id: r.relevance for r in ask("quelles conventions couvrent la baignade ?").rows
    }
    mention = rows.get("fictifs~eau-estuaire-smea-2021.html", 0.0)
    for covering in (
        "fictifs~convention-baignade-lunelle-2019.pdf",
        "fictifs~baignade-plages-valserene-2019.md",
        "fictifs~baignade-plages-valserene-2023.pdf",
    ):
        assert rows[covering] > mention + 0.2


@pytest.mark.parametrize(
    "subject",
    [
        "la pêche à la baleine",  # one act says « pêche », for another reason
        "les casinos",
        "les remontées mécaniques",
        "la dentelle",
    ],
)
def test_no_list_stands_where_no_act_has_the_subject(ask: Ask, subject: str) -> None:
    given = ask(f"quelles conventions concernent {subject} ?")
    assert (given.kind, given.status) == (Kind.LIST, Status.NO_EVIDENCE)
    assert not given.rows
    assert given.reason
    assert given.nearest


def test_what_is_automatic_is_not_renewed(ask: Ask) -> None:
    rows = ask("quelles conventions traitent du métro automatique ?").rows
    assert not [row for row in rows if row.relevance > 0.9]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("quelles conventions ne concernent pas la baignade ?", "ne concernent pas la baignade"),
        ("conventions qui n'ont aucune clause de résiliation", "n'ont aucune clause"),
        ("quelles conventions sur l'eau, hors baignade ?", "hors baignade"),
        ("quelles conventions sur la baignade sans l'eau ?", "sans l'eau"),
        ("conventions qui ne couvrent ni l'eau ni la baignade", "ni l'eau ni la baignade"),
        ("quelles conventions, à part la baignade ?", "à part la baignade"),
        ("quels accords autres que ceux sur la baignade ?", "autres que ceux"),
        ("which agreements cover water, other than swimming?", "other than swimming"),
        ("which agreements cover water, except swimming?", "except swimming"),
        ("quels accords portent sur l'eau, à l'exception de la baignade ?", "à l'exception"),
    ],
)
def test_a_subject_that_a_question_sets_aside_is_not_listed(ask: Ask, text: str, told: str) -> None:
    given = ask(text)
    assert (given.status, given.rows) == (Status.NO_EVIDENCE, ())
    assert told in given.reason


def test_a_list_holds_what_stands_in_quotation_marks(ask: Ask, sample_index: LocalIndex) -> None:
    given = ask("quelles conventions parlent de « reconduction tacite » ?")
    assert given.rows
    for row in given.rows:
        text = " ".join(sample_index.document(row.document.id).text.split()).casefold()
        assert "reconduction tacite" in text, row.document.id


@pytest.mark.parametrize(
    "text",
    [
        "quelles conventions peuvent être résiliées sans l'accord de l'autre partie ?",
        "conventions sans contrepartie financière",
        "conventions où la commune est membre à part entière",
    ],
)
def test_what_only_looks_set_aside_is_asked_for(text: str) -> None:
    assert set_aside(text) == ""


def test_what_an_act_denies_may_be_asked_for(ask: Ask) -> None:
    text = "Quels protocoles ou chartes disent en toutes lettres qu'ils n'engagent pas un sou ?"
    assert "écarte" not in ask(text).reason


def test_the_evidence_of_an_act_says_what_the_question_asks(ask: Ask) -> None:
    given = ask("quelles conventions couvrent la baignade ?")
    quotes = [given.citations[row.citation - 1].quote for row in given.rows if row.citation]
    assert len(quotes) >= 5
    assert sum("baign" in quote.casefold() for quote in quotes) >= 0.7 * len(quotes)


def test_what_a_party_is_in_comes_from_the_cards(ask: Ask, sample_index: LocalIndex) -> None:
    given = ask("avec qui la communauté de communes des Coteaux de Vernoise coopère-t-elle ?")
    name = "Communauté de communes des Coteaux de Vernoise"
    acts = sample_index.documents(Filters(party=(name,)))
    assert len(acts) >= 9
    assert {act.id for act in acts} <= {row.document.id for row in given.rows}


@pytest.fixture
def given() -> Answer:
    """An invented list of two acts, whose texts a spreadsheet would run, or cut."""
    one = Document("a", "a.txt", "", "", Metadata('=1+1; "deux"', "convention", "2021-05-04", "7"))
    one = replace(one, period=Period("2021-05-04", "2024-05-03"))
    two = Document("b", "b.txt", "", "", Metadata("Écoles", "avenant", parties=("Ville", "Région")))
    quote = "-3 € par élève,\nchaque année"
    citations = (Citation(1, two, 0, len(quote), quote, 2, ("Titre I", "Article 2")),)
    rows = (Listed(one, None, 0.5), Listed(two, 1, 0.9))
    return Answer(Kind.LIST, Status.ANSWERED, (), citations, (), 0.9, 1, rows=rows)


def test_a_list_is_csv_that_excel_reads_and_runs_nothing_of(given: Answer) -> None:
    data = exported(given, "csv", "2025-01-01", "http://ici")
    assert data.startswith(b"\xef\xbb\xbftitre;nature;")
    assert data.endswith(b"\r\n")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert tuple(rows[0]) == COLUMNS
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    assert rows[1][0] == '\'=1+1; "deux"'
    assert rows[1][5:11] == [
        "2021-05-04",
        "2024-05-03",
        "2024-05-03",
        "",
        "état au 1er janvier 2025\u00a0: expirée",
        "",
    ]
    assert rows[1][13] == "http://ici/documents/a"  # nothing of it is quoted
    assert rows[2][4] == "Ville, Région"
    assert rows[2][10:13] == ["'-3 € par élève, chaque année", "2", "Titre I > Article 2"]
    assert rows[2][13] == "http://ici/documents/b?debut=0&fin=28#passage"


@pytest.mark.parametrize(
    "cell",
    [
        "=1",
        " =1",
        "\uff1d1",
        "\u00a0\uff0b1",
        "@a",
        "-1",
        "\t1",
        "\u200b=1",
        "\ufeff+1",
        "\u202e@a",
        "\ufe661",
    ],
)
def test_a_cell_that_a_spreadsheet_would_run_is_text(given: Answer, cell: str) -> None:
    row = given.rows[0]
    act = replace(row.document, metadata=Metadata(cell, "convention"))
    table = exported(
        replace(given, rows=(replace(row, document=act),)), "csv", "2026-11-23", "http://ici"
    )
    (_, line) = csv.reader(io.StringIO(table.decode("utf-8-sig")), delimiter=";")
    assert line[0] == f"'{cell}"


def test_a_list_is_a_spreadsheet_whose_cells_are_text(given: Answer) -> None:
    made = Spreadsheet(io.BytesIO(exported(given, "ods", "2026-11-23", "http://ici")))
    (table,) = made.body.tables
    rows = [[cell.value for cell in row.cells] for row in table.rows]
    assert tuple(rows[0]) == COLUMNS
    assert rows[1][0] == '=1+1; "deux"'
    assert {cell.type for row in table.rows for cell in row.cells if cell.value} == {"string"}
    assert all(cell.formula is None for row in table.rows for cell in row.cells)


@pytest.mark.parametrize(
    ("order", "names"),
    [("own", "ab"), ("relevance", "ba"), ("end", "ab"), ("date", "ab"), ("title", "ab"),
     ("party", "ba")],
)  # fmt: skip
def test_a_list_is_sorted_and_what_does_not_say_comes_last(
    given: Answer, order: Any, names: str
) -> None:
    assert "".join(row.document.id for row in given.ordered(order).rows) == names


def test_the_service_pages_sorts_and_exports_a_list(client: TestClient) -> None:
    body = {"question": "quelles conventions sont en vigueur ?", "on": "2023-01-01"}
    whole = client.post("/v1/answer", json={**body, "sort": "title"}).json()
    assert (whole["kind"], whole["total"]) == ("status", len(whole["rows"]))
    assert whole["total"] >= 1
    assert whole["notes"][0].startswith("Actes en vigueur le 1er janvier 2023")
    past = client.post("/v1/answer", json={**body, "offset": 1000, "limit": 1}).json()
    assert (past["rows"], past["total"]) == ([], whole["total"])
    for form, begins in (("csv", b"\xef\xbb\xbf"), ("ods", b"PK")):
        table = client.post("/v1/answer/export", params={"format": form}, json=body)
        assert table.status_code == 200
        assert table.content.startswith(begins)
        assert table.headers["content-disposition"] == f'attachment; filename="liste.{form}"'
    assert client.post("/v1/answer/export?format=pdf", json=body).status_code == 422
