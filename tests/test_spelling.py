"""Mistyped words of a question are read as those of the documents, and the user is told."""

import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from conftest import SmallEncoder, serving, write
from rapidfuzz.distance import OSA
from selectolax.lexbor import LexborHTMLParser as Html
from starlette.testclient import TestClient

from corpus import Library
from eval.comparing import differences
from eval.dataset import Query
from eval.retrieval import InProcess
from indexer import LocalIndex, open_index, update
from indexer.encoder import Vectors
from indexer.settings import Stage
from indexer.vocabulary import Vocabulary
from service.question import LONGEST
from service.recipe import Recipe
from service.spelling import understood

OFF = Recipe().without([Stage.SPELLING])


def read(text: str, index: LocalIndex) -> str:
    return understood(text, index, Recipe()).text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("quelle convension ?", "quelle convention ?"),
        ("Convantion de bagnade", "Convention de baignade"),
        ("l'ouvreture des sites survellés", "l'ouverture des sites surveillée"),
        ("rénovatoin des ecoles", "rénovation des ecoles"),
        ("le 4 marss 2019", "le 4 mars 2019"),
    ],
)
def test_a_word_that_nobody_knows_is_the_nearest_of_the_documents(
    typed: str, meant: str, index: LocalIndex
) -> None:
    assert read(typed, index) == meant


@pytest.mark.parametrize(
    "text",
    [
        "poubelles de la mairie",  # French words, some near to one of the documents
        "swimming in the river",
        "périscolaire et skatepark",  # of the table of everyday words, one of no lexicon
        "deliberation securite",  # without accents
        '« bagnade » et "convantion"',
        "la BAGNADE à LUNELE, le SiBaig",
        "CT2021.4/064, article L2121-29, baignade2",
        "baig lune",  # too short
        "xylographe zinzinulement wagonnetage",  # near to nothing
    ],
)
def test_what_is_known_or_named_to_the_letter_stays_as_it_is_typed(
    text: str, index: LocalIndex
) -> None:
    question = understood(text, index, Recipe())
    assert (question.text, question.corrected) == (text, ())


def test_a_question_in_capitals_is_read_as_one_in_small_letters(index: LocalIndex) -> None:
    assert read("CONVENTION BAGNADE LUNELLE", index) == "convention baignade Lunelle"
    assert read("CT2021.4/064", index) == "CT2021.4/064"
    assert read("LUNELE", index) == "LUNELE"  # it may be an acronym


def test_an_unknown_name_is_no_mistyped_word_of_the_language(index: LocalIndex) -> None:
    assert read("le syndicat de Viste", index) == "le syndicat de Viste"  # not « Visite », « Vise »
    assert read("la baignade en Lunele", index) == "la baignade en Lunelle"


def test_two_edits_are_for_words_of_eight_letters_or_more(index: LocalIndex) -> None:
    assert read("baiignnade", index) == "baignade"
    assert read("lunele", index) == "lunelle"
    assert read("lunnele", index) == "lunnele"


def test_a_reference_is_found_once_its_words_are_mended(index: LocalIndex) -> None:
    question = understood("acte du 12 maii 2021, travaux du 12 octobvre", index, Recipe())
    assert [r.text for r in question.references] == []  # no document says « octobre »
    assert [r.text for r in understood("le 1er juuin 2022", index, Recipe()).references] == [
        "1er juin 2022"
    ]


@pytest.mark.parametrize("text", ["convention avec Écple", "à Sijes", "le Coneil de Prax"])
def test_a_name_of_one_letter_less_or_more_does_not_become_a_word(
    text: str, index: LocalIndex
) -> None:
    assert read(text, index) == text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("CONVENTION BAIGNADE PARIS", "convention baignade Paris"),
        ("CONVENTION DE BAIGNADE EN LUNELLE", "convention de baignade en Lunelle"),
        ("RÉNOVATION DES ÉCOLES À QUIMPERLÉ ?", "rénovation des écoles à Quimperlé ?"),
        ("CONVENTION GPSEA CT2021.4/064", "convention GPSEA CT2021.4/064"),
        ("DEL-2024-118", "DEL-2024-118"),
        ("GPSEA", "GPSEA"),
    ],
)
def test_a_question_in_capitals_is_read_in_small_letters_but_for_its_names(
    typed: str, meant: str, index: LocalIndex
) -> None:
    question = understood(typed, index, Recipe())
    assert (question.text, question.corrected) == (meant, ())


def test_a_mistyped_word_in_capitals_is_told_as_it_was_typed(index: LocalIndex) -> None:
    question = understood("CONVANTION DE BAIGNADE", index, Recipe())
    assert question.text == "convention de baignade"
    assert [(one.typed, one.read) for one in question.corrected] == [("CONVANTION", "convention")]


def test_a_question_is_not_mended_beyond_the_longest(index: LocalIndex) -> None:
    typed = ("convntion " * 200).strip()
    assert len(typed) + 200 > LONGEST
    assert read(typed, index) == typed


def test_the_nearest_then_the_most_frequent_word_is_meant() -> None:
    words = Vocabulary({"marche": 3, "marché": 5, "marchons": 90, "manche": 7, "mâche": 6})
    assert words.nearest("marchee", 2) == "marché"
    assert words.nearest("mapche", 2) == "marché"  # 8 in all, as it is written most
    assert words.nearest("machee", 2) == "mâche"
    assert words.nearest("quai", 2) is None
    assert Vocabulary({}).nearest("quai", 2) is None
    assert "quai" not in Vocabulary({})
    assert "MARCHE" in words


def test_no_nearer_word_is_overlooked() -> None:
    rng = random.Random(20261122)
    words = sorted({"".join(rng.choices("abcdez", k=rng.randrange(4, 9))) for _ in range(2000)})
    counts = {word: rng.randrange(1, 50) for word in words}
    vocabulary = Vocabulary(counts)
    for edits in (1, 2):
        for word in ("".join(rng.choices("abcdez", k=rng.randrange(5, 10))) for _ in range(100)):
            ranked = sorted((OSA.distance(word, one), -counts[one], one) for one in words)
            meant = ranked[0][2] if ranked[0][0] <= edits else None
            assert vocabulary.nearest(word, edits) == meant


def test_names_on_cards_are_known(
    library: Path, small_encoder: SmallEncoder, tmp_path: Path
) -> None:
    card = {"conventions/baignade.md.yaml": "parties: [commune de Vauxbelles]\n"}
    update(Library(write(library, card)).scan(), tmp_path / "index", small_encoder)
    index = open_index(tmp_path / "index")
    assert read("accords de vauxbelles", index) == "accords de vauxbelles"
    assert read("accords de Vauxbeles", index) == "accords de Vauxbelles"


def test_words_come_and_go_with_their_documents(
    library: Path, index_folder: Path, small_encoder: SmallEncoder, tmp_path: Path
) -> None:
    (library / "conventions/baignade.md").unlink()
    write(library, {"conventions/eau.txt": "Convention de voirie, réseau de chaleur"})
    update(Library(library).scan(), index_folder, small_encoder, folder=str(library))
    index = open_index(index_folder)
    assert read("bagnade", index) == "bagnade"
    assert read("voirrie", index) == "voirie"
    assert 0 not in index.words.values()
    update(Library(library).scan(), tmp_path / "fresh", small_encoder, folder=str(library))
    assert index.words == open_index(tmp_path / "fresh").words
    assert differences(index_folder, tmp_path / "fresh", ["voirie"]) == []


def found(client: TestClient, **parameters: object) -> dict[str, object]:
    response = client.get("/v1/search", params={"q": "convantion de bagnade", **parameters})
    assert response.status_code == 200, response.text
    return response.json()


def test_the_api_says_what_it_read_and_takes_a_question_as_it_is_typed(client: TestClient) -> None:
    mended = found(client)
    assert mended["query"] == "convantion de bagnade"
    assert mended["corrected"] == [
        {"typed": "convantion", "read": "convention"},
        {"typed": "bagnade", "read": "baignade"},
    ]
    meant = found(client, q="convention de baignade")
    assert mended["hits"] == meant["hits"]
    assert meant["corrected"] == []
    typed = found(client, spelling=False)
    assert typed["corrected"] == []
    assert typed["hits"] != mended["hits"]
    body = {"q": "convantion de bagnade", "spelling": False}
    assert client.post("/v1/search", json=body).json()["hits"] == typed["hits"]


def test_neither_true_nor_false_is_refused_with_what_is_expected(client: TestClient) -> None:
    refused = client.get("/v1/search", params={"q": "bagnade", "spelling": "peut-être"})
    assert refused.status_code == 422
    told = "spelling = « peut-être » : true ou false est attendu."
    assert refused.json()["detail"] == told
    body = client.post("/v1/search", json={"q": "bagnade", "spelling": "false"})
    assert body.json()["detail"] == "spelling = « false » : true ou false est attendu."


def test_a_service_whose_settings_switch_spelling_off_reads_what_is_typed(
    index_folder: Path, small_encoder: SmallEncoder
) -> None:
    with serving(index_folder, small_encoder, off=(Stage.SPELLING,)) as client:
        assert found(client)["corrected"] == []


def test_the_page_tells_what_it_read_and_leads_to_the_question_as_it_is_typed(
    client: TestClient,
) -> None:
    asked = {"q": "convantion de bagnade", "type": "convention"}
    page = Html(client.get("/recherche", params=asked).text)
    (told,) = page.css(".spelling")
    assert told.text().replace("\u00a0", " ") == (
        "Orthographe : « convantion » lu « convention », « bagnade » lu « baignade ». "
        "Chercher la question telle qu’elle est tapée"
    )
    assert page.css_first("#q").attributes["value"] == "convantion de bagnade"
    typed = Html(client.get(told.css_first("a").attributes["href"]).text)
    (told,) = typed.css(".spelling")
    assert told.text().startswith("La question est prise telle qu’elle est tapée.")
    assert typed.css_first("[name=spelling]").attributes["value"] == "false"
    removed = typed.css_first(".active a").attributes["href"]
    assert "spelling=false" in removed
    assert "type=" not in removed
    again = Html(client.get(told.css_first("a").attributes["href"]).text)
    assert again.css_first(".spelling").text() == page.css_first(".spelling").text()


def test_a_well_typed_question_is_shown_without_a_word_about_spelling(client: TestClient) -> None:
    page = client.get("/recherche", params={"q": "convention de baignade"}).text
    assert "Orthographe" not in page
    assert 'name="spelling"' not in page


class Listening(SmallEncoder):
    """Keeps the questions that the model is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        self.asked.extend(texts)
        return super().encode_queries(texts)


def test_the_evaluation_asks_the_model_and_the_words_what_the_service_asks(
    index: LocalIndex, index_folder: Path
) -> None:
    queries = [Query("1", "convantion de bagnade", "1", "")]
    measured, timed, served = Listening(), Listening(), Listening()
    engine = InProcess(index, measured, Recipe(), timed)
    run = engine.rank(queries, {}).run["1"]
    engine.latency(queries)
    with serving(index_folder, served) as client:
        hits = found(client)["hits"]
    assert measured.asked == timed.asked == served.asked == ["convention de baignade"]
    assert isinstance(hits, list)
    assert [round(score, 6) for score in run.values()] == [hit["score"] for hit in hits]
    plain = InProcess(index, Listening(), OFF, timed)
    assert plain.rank(queries, {}).run["1"] != run
