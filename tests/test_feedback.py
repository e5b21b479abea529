"""Opinions: given in one press, explained, withdrawn, kept apart for some days, read by eval."""

import json
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from conftest import serving
from selectolax.lexbor import LexborHTMLParser as Html
from starlette.testclient import TestClient
from test_commands import run

from eval.dataset import Dataset
from eval.evidence import quotes
from eval.feedback import candidates, identifier
from eval.runs import read_run
from indexer import SentenceEncoder
from service.feedback import About, Opinion, Opinions, Quoted, Reason, opinions
from service.feedback.opinions import BadFeedback, FeedbackFull

BATHING = "quelles conventions couvrent la baignade ?"
UNKNOWN = "Quel est le prix du stationnement à Lyon ?"
OPINION = Opinion(about=About.ANSWER, question=BATHING, useful=True, generation=1)


@pytest.fixture
def kept(tmp_path: Path) -> Opinions:
    return Opinions(tmp_path / "avis.sqlite", days=90)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("avis") / "avis.sqlite"


@pytest.fixture(scope="module")
def client(sample_folder, real_encoder: SentenceEncoder, file: Path) -> Iterator[TestClient]:
    with serving(sample_folder, real_encoder, feedback=file) as client:
        yield client


def forms(client: TestClient, question: str, **parameters: str) -> list[dict[str, list[str]]]:
    """What the forms of a page of results send, without the button."""
    page = Html(client.get("/recherche", params={"q": question, **parameters}).text)
    sent = []
    for form in page.css("form.opinion"):
        assert (form.attributes["action"], form.attributes["method"]) == ("/avis", "post")
        given: dict[str, list[str]] = {}
        for field in form.css("input"):
            given.setdefault(field.attributes["name"], []).append(field.attributes["value"] or "")
        sent.append(given)
    return sent


def press(client: TestClient, form: dict[str, list[str]], useful: str) -> str:
    """The address of the page that thanks."""
    pressed = client.post("/avis", data={**form, "useful": useful}, follow_redirects=False)
    assert pressed.status_code == 303, pressed.text
    return pressed.headers["location"]


def test_one_press_keeps_what_was_shown_and_leads_back_to_it(client: TestClient, file: Path):
    answer, *results = forms(client, BATHING, folder="fictifs", sort="end")
    assert len(results) > 2
    where = press(client, answer, "true")
    opinion = Opinions(file, 90).get(where.rpartition("/")[2])
    assert opinion is not None
    assert (opinion.about, opinion.question, opinion.useful) == (About.ANSWER, BATHING, True)
    assert opinion.cited
    for cited in opinion.cited:
        text = client.get(f"/v1/documents/{cited.document}/text").text
        assert cited.quote == text[cited.start : cited.end] != ""
    page = Html(client.get(where).text)
    assert "Merci" in page.css_first("h1").text()
    back = page.css_first("main a").attributes["href"]
    assert parse_qs(urlsplit(back).query) == {
        "q": [BATHING],
        "folder": ["fictifs"],
        "sort": ["end"],
    }


def test_why_is_said_afterwards_and_the_opinion_withdrawn(client: TestClient, file: Path):
    where = press(client, forms(client, BATHING)[1], "false")
    id = where.rpartition("/")[2]
    page = Html(client.get(where).text)
    offered = [field.attributes["value"] for field in page.css("input[type=radio]")]
    assert offered == ["off_topic", "passage", "outdated", "duplicate"]
    client.post(where, data={"reason": "outdated", "comment": " L'avenant manque. "})
    opinion = Opinions(file, 90).get(id)
    assert opinion is not None
    assert (opinion.reason, opinion.comment) == (Reason.OUTDATED, "L'avenant manque.")
    page = Html(client.get(where).text)
    assert page.css_first("input[checked]").attributes["value"] == "outdated"
    gone = Html(client.post(f"{where}/retrait").text)
    assert gone.css_first("h1").text() == "Votre avis est retiré"
    assert gone.css_first("main a").attributes["href"].startswith("/recherche?q=quelles")
    assert Opinions(file, 90).get(id) is None
    missing = client.get(where)
    assert missing.status_code == 404
    assert "il n'existe pas, ou plus" in missing.text.replace("’", "'")


def test_of_a_declined_answer_one_may_say_that_the_documents_do_say_it(client: TestClient):
    declined = forms(client, UNKNOWN)[0]
    assert declined["about"] == ["answer"]
    assert "cited" not in declined
    page = Html(client.get(press(client, declined, "false")).text)
    assert "exists" in [field.attributes["value"] for field in page.css("input[type=radio]")]


def test_the_api_keeps_and_withdraws(client: TestClient, file: Path):
    asked = client.get("/v1/search", params={"q": BATHING}).json()
    passage = asked["hits"][0]["passages"][0]
    body = {
        "about": "result",
        "question": BATHING,
        "useful": True,
        "generation": asked["generation"],
        "cited": [passage["id"]],
    }
    given = client.post("/v1/feedback", json=body)
    assert given.status_code == 201
    opinion = Opinions(file, 90).get(given.json()["id"])
    assert opinion is not None
    assert opinion.cited[0].quote == passage["text"]
    address = f"/v1/feedback/{given.json()['id']}"
    assert client.delete(address).status_code == 204
    assert client.delete(address).status_code == 404


@pytest.mark.parametrize(
    ("change", "status", "told"),
    [
        ({"question": ""}, 422, "question = «  »"),
        ({"useful": "peut-être"}, 422, "useful = « peut-être »"),
        ({"about": "tout"}, 422, "about = « tout »"),
        ({"reason": "bof"}, 422, "reason = « bof »"),
        ({"cited": ["acte.pdf"]}, 422, "comme acte.pdf:120-260"),
        ({"cited": ["fiches~baignade-seine-marne.pdf:5-99999"]}, 422, "n'est pas dans le document"),
        ({"cited": ["fiches~baignade-seine-marne.pdf:9-9"]}, 422, "n'est pas dans le document"),
        ({"cited": ["rien.pdf:0-9"]}, 404, "« rien.pdf »"),
        ({"comment": "x" * 501}, 422, "comment"),
        ({"qui": "moi"}, 422, "qui"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_kept(
    client: TestClient, file: Path, change: dict[str, object], status: int, told: str
):
    before = len(Opinions(file, 90).all())
    body = {"about": "answer", "question": "q", "useful": True, "generation": 1, **change}
    refused = client.post("/v1/feedback", json=body)
    assert refused.status_code == status, refused.text
    assert told in refused.json()["detail"]
    assert len(Opinions(file, 90).all()) == before


@pytest.mark.parametrize("path", ["/avis", "/v1/feedback"])
def test_no_other_site_has_a_browser_give_one(client: TestClient, path: str):
    sent = {"about": "answer", "question": "q", "useful": "true", "generation": "1"}
    crossed = client.post(path, data=sent, headers={"Sec-Fetch-Site": "cross-site"})
    assert crossed.status_code == 403


def test_a_service_without_a_file_asks_for_none_and_says_so(sample_folder, real_encoder):
    with serving(sample_folder, real_encoder) as client:
        page = client.get("/recherche", params={"q": BATHING}).text
        assert "opinion" not in page
        body = {"about": "answer", "question": "q", "useful": True, "generation": 1}
        refused = client.post("/v1/feedback", json=body)
        assert refused.status_code == 404
        assert "ENTENTE_FEEDBACK" in refused.json()["detail"]


def test_what_changed_since_is_not_quoted(client: TestClient, file: Path):
    form = forms(client, BATHING)[1]
    where = press(client, {**form, "generation": ["0"]}, "true")
    opinion = Opinions(file, 90).get(where.rpartition("/")[2])
    assert opinion is not None
    assert [cited.quote for cited in opinion.cited] == [""]


def test_an_opinion_is_kept_for_its_days_and_leaves_no_trace(kept: Opinions, monkeypatch):
    old = kept.keep(OPINION.model_copy(update={"comment": "zibeline"}))
    with sqlite3.connect(kept.path) as file:
        file.execute("UPDATE opinion SET day = date('now', '-90 days')")
    assert b"zibeline" in kept.path.read_bytes()
    new = kept.keep(OPINION)
    assert kept.get(old.id) is None
    assert [opinion.id for opinion in kept.all()] == [new.id]
    assert b"zibeline" not in kept.path.read_bytes()
    assert stat.S_IMODE(kept.path.stat().st_mode) == 0o600
    monkeypatch.setattr(opinions, "MOST", 1)
    with pytest.raises(FeedbackFull, match="purge"):
        kept.keep(OPINION)


def test_a_file_that_holds_something_else_stops_the_service_with_the_reason(tmp_path: Path):
    (tmp_path / "notes.txt").write_text("Ceci n'est pas un registre d'avis. " * 40)
    with pytest.raises(BadFeedback, match=r"notes\.txt.*ENTENTE_FEEDBACK"):
        Opinions(tmp_path / "notes.txt", 90)
    with pytest.raises(BadFeedback, match="ENTENTE_FEEDBACK"):
        Opinions(tmp_path, 90)


def test_the_command_exports_and_purges(kept: Opinions):
    given = kept.keep(OPINION)
    shown = run("service.feedback", "export", "--file", kept.path)
    assert Opinion.model_validate(json.loads(shown.stdout)) == given
    assert run("service.feedback", "purge", "--file", kept.path).stdout.startswith("0 avis")
    gone = run("service.feedback", "purge", "--days", 0, ENTENTE_FEEDBACK=str(kept.path))
    assert gone.stdout == "1 avis effacé ; 0 avis gardé.\n"
    unnamed = run("service.feedback", "export")
    assert unnamed.returncode == 2
    assert "aucun n'est nommé" in unnamed.stderr


def asked(useful: bool, *documents: str, question: str = BATHING, **more: object) -> Opinion:
    cited = tuple(
        Quoted(document=name, start=0, end=8, quote=f"début de {name}") for name in documents
    )
    given = {"about": About.RESULT, "generation": 1, **more}
    return Opinion(question=question, useful=useful, cited=cited, **given)


def test_opinions_become_judgements_by_majority_and_only_of_what_they_say():
    found = candidates(
        [
            asked(True, "a.md", "b.md", about=About.ANSWER),
            asked(True, "a.md", question=f"  {BATHING.upper()}"),
            asked(False, "a.md"),
            asked(False, "c.md"),
            asked(True, "d.md"),
            asked(False, "d.md", reason=Reason.OFF_TOPIC),
            asked(False, "e.md", reason=Reason.OUTDATED),  # it does speak of it
            asked(False, "f.md", reason=Reason.PASSAGE),
            asked(False, "g.md", about=About.ANSWER, reason=Reason.WRONG),
            asked(True, about=About.ANSWER, question=UNKNOWN),
        ]
    )
    bathing, unknown = identifier(BATHING), identifier(UNKNOWN)
    assert set(found.questions) == {bathing, unknown}
    grades = {document: grade for (_, document), grade in found.grades.items()}
    assert grades == {"a.md": 1, "b.md": 1, "c.md": 0, "f.md": 1}
    assert found.disputed == [(bathing, "d.md")]
    assert found.declined == {unknown}
    assert found.quotes[bathing, "a.md"] == ["début de a.md"]
    assert found.quotes[bathing, "f.md"] == []  # the right document, but not this passage


def test_the_dataset_of_opinions_is_read_and_nothing_is_overwritten(kept: Opinions, tmp_path):
    kept.keep(asked(True, "a.md"))
    kept.keep(asked(True, about=About.ANSWER, question=UNKNOWN))
    done = run("eval", "feedback", kept.path, tmp_path / "jeu")
    assert done.stdout.startswith("2 avis sur 2 questions : 1 document à confirmer, dont 1 jug")
    made = Dataset(tmp_path / "jeu")
    assert [query.kind for query in made.queries()] == ["feedback", "none"]
    assert made.qrels() == {identifier(BATHING): {"a.md": 1}}
    assert [quote.text for quote in quotes(made.folder)] == ["début de a.md"]
    assert list(read_run(made.folder / "candidates.run")[identifier(BATHING)]) == ["a.md"]
    again = run("eval", "feedback", kept.path, tmp_path / "jeu")
    assert again.returncode == 2
    assert "nommez un dossier neuf" in again.stderr
