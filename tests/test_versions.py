"""Which documents are one act, and which of them is shown."""

import re
import time
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import SmallEncoder, serving, write

from corpus import Library
from eval.dataset import Query
from eval.retrieval import rank
from indexer import LocalIndex, Splitter, open_index, update
from indexer.encoder import embed_queries
from indexer.versions import Version, newest_of, sketch
from service.question import parse
from service.recipe import Recipe
from service.search import Results, search

BODY = " ".join(
    f"Article {n} – La commune {chr(64 + n)} verse {n * 100} euros au titre du lot {chr(96 + n)}."
    for n in range(1, 25)
)


def act(number: str, day: int = 1, body: str = BODY) -> str:
    return f"DÉLIBÉRATION {number}\n\nSéance du {day} mars 2024\n\n{body}"


def newest(folder: Path, documents: dict[str, str]) -> dict[str, str]:
    write(folder, documents)
    read = [s.read() for s in Library(folder).scan() if not isinstance(s, tuple)]
    return newest_of([Version(d, sketch(Splitter().split(d))) for d in read])


def html(text: str) -> str:
    return f"<main>{''.join(f'<p>{p}</p>' for p in text.split(chr(10) * 2))}</main>"


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ({"b.html": html(act("n° 2024/12"))}, True),
        ({"b.txt": act("n° 2024/12", body=BODY.replace("500 euros", "550 euros"))}, True),
        ({"b.txt": act("n° 2024/13")}, False),
        ({"b.txt": act("sans numéro").upper()}, True),
        ({"b.txt": act("sans numéro", day=2)}, False),
        ({"b.txt": act("n° 2024/12").replace("DÉLIBÉRATION", "AVENANT")}, False),
        ({"b.txt": act("sans numéro", body=re.sub(r"\d00 euros", "rien du tout", BODY))}, False),
        ({"b.txt": act("n° 2024/12", body="Le conseil vote un vœu sur la forêt. " * 20)}, False),
    ],
)
def test_one_act_is_told_from_another(tmp_path: Path, other: dict[str, str], same: bool) -> None:
    found = newest(tmp_path, {"a.txt": act("n° 2024/12"), **other})
    assert bool(found) == same


def test_avenants_of_one_rank_are_told_by_their_parties_and_dates(tmp_path: Path) -> None:
    first = act("n° 1", day=2).replace("DÉLIBÉRATION", "AVENANT")
    assert not newest(tmp_path, {"a.txt": first, "b.txt": first.replace("2 mars", "3 mars")})


def test_numbers_that_differ_in_their_parts_only_are_two(tmp_path: Path) -> None:
    found = newest(tmp_path, {"a.txt": act("n° 2023-1-12"), "b.txt": act("n° 2023-11-2")})
    assert not found


def test_a_draft_joins_no_two_acts(tmp_path: Path) -> None:
    texts = {"a.txt": "n° 2021/12", "b.txt": "sans numéro", "c.txt": "n° 2022/13"}
    found = newest(tmp_path, {name: act(number) for name, number in texts.items()})
    assert set(found) == {"a.txt", "b.txt"}


def test_the_tenth_version_is_newer_than_the_ninth(tmp_path: Path) -> None:
    texts = {f"projet-v{n}.txt": act("n° 2024/12") for n in (9, 10)}
    assert set(newest(tmp_path, texts).values()) == {"projet-v10.txt"}


def test_a_form_filed_a_thousand_times_is_one_act_in_no_time(tmp_path: Path) -> None:
    write(tmp_path, {"a.txt": act("sans numéro")})
    (source,) = Library(tmp_path).scan()
    assert not isinstance(source, tuple)
    one = Version(source.read(), sketch(Splitter().split(source.read())))
    many = [replace(one, document=replace(one.document, id=f"{n}.txt")) for n in range(1000)]
    start = time.perf_counter()
    assert len(newest_of(many)) == 1000
    assert time.perf_counter() - start < 5


def test_texts_too_short_to_tell_stay_apart(tmp_path: Path) -> None:
    assert not newest(tmp_path, {"a.txt": "Le conseil adopte.", "b.txt": "Le conseil adopte."})


def test_the_newest_of_three_leads(tmp_path: Path) -> None:
    found = newest(
        tmp_path,
        {f"v{n}.txt": act("n° 2024/12", day=n, body=BODY + f" Lot {n}.") for n in (1, 2, 3)},
    )
    assert found == dict.fromkeys(["v1.txt", "v2.txt", "v3.txt"], "v3.txt")


def test_the_real_act_that_stands_twice_is_found_and_its_neighbours_are_not(shared: Path) -> None:
    read = [s.read() for s in Library(shared / "corpus").scan() if not isinstance(s, tuple)]
    found = newest_of([Version(d, sketch(Splitter().split(d))) for d in read])
    assert sorted(found) == [
        "deliberations~2014-04-24-0000071277.pdf",
        "deliberations~2014-04-24-0000071305.pdf",
    ]  # both n° 2014/170; n° 2013/31 and 2013/33 share four fifths of their words


@pytest.fixture
def twice(tmp_path: Path) -> LocalIndex:
    write(
        tmp_path / "acts",
        {
            "ancien.txt": act("n° 2024/12"),
            "neuf.html": html(act("n° 2024/12", day=9)),
            "autre.txt": act("n° 2024/13", body="La piscine ouvre. " * 20),
        },
    )
    update(Library(tmp_path / "acts").scan(), tmp_path / "index", SmallEncoder())
    return open_index(tmp_path / "index")


def ask(index: LocalIndex, text: str) -> Results:
    return search(parse(text), embed_queries(SmallEncoder(), [text])[0], index)


def test_an_act_is_one_hit_under_its_newest_version(twice: LocalIndex) -> None:
    results = ask(twice, "la commune verse des euros")
    assert [hit.document.id for hit in results.hits] == ["neuf.html", "autre.txt"]
    assert results.total == 2
    first = results.hits[0]
    assert [version.id for version in first.versions] == ["ancien.txt"]
    assert {cited.passage.document for cited in first.passages} == {"neuf.html"}


@pytest.mark.usefixtures("twice")
def test_a_version_that_goes_leaves_the_other_alone(tmp_path: Path) -> None:
    (tmp_path / "acts" / "neuf.html").unlink()
    update(Library(tmp_path / "acts").scan(), tmp_path / "index", SmallEncoder())
    first = ask(open_index(tmp_path / "index"), "la commune verse des euros").hits[0]
    assert first.document.id == "ancien.txt"
    assert not first.versions


@pytest.mark.usefixtures("twice")
def test_the_api_and_the_page_lead_to_the_other_version(tmp_path: Path) -> None:
    with serving(tmp_path / "index", SmallEncoder()) as client:
        (first, _) = client.get("/v1/search?q=la+commune+verse").json()["hits"]
        assert [version["id"] for version in first["versions"]] == ["ancien.txt"]
        page = client.get("/recherche?q=la+commune+verse").text
        assert 'href="/documents/ancien.txt"' in page
        assert client.get("/documents/ancien.txt").status_code == 200


def test_what_only_an_older_version_says_to_the_letter_is_shown(tmp_path: Path) -> None:
    older = BODY.replace("500 euros", "500 euros, soit sept parts")
    documents = {
        "ancien.txt": act("n° 2024/12", body=older),
        "neuf.txt": act("n° 2024/12", day=9),
        **{
            f"{n}.txt": act(f"n° 2023/{n}", body=f"Euros et parts du lot {n}. " * 30)
            for n in (1, 2)
        },
    }
    update(Library(write(tmp_path / "acts", documents)).scan(), tmp_path / "index", SmallEncoder())
    index = open_index(tmp_path / "index")
    assert index.newest("ancien.txt") == "neuf.txt"
    named = "« soit sept parts »"
    (first, *_) = ask(index, named).hits
    assert first.document.id == "ancien.txt"
    assert "soit sept parts" in first.passages[0].passage.text
    assert ask(index, "verse 600 euros").hits[0].document.id == "neuf.txt"
    for text in (named, "verse 600 euros", "lot 1"):
        embedded = embed_queries(SmallEncoder(), [text])
        for judged, name in (({}, None), ({"ancien.txt": 1}, "ancien.txt")):
            ranking = rank([Query("q", text, "q", "")], embedded, index, Recipe(), {"q": judged})
            shown = [hit.document.id for hit in ask(index, text).hits]
            acts = [index.newest(d) if name else d for d in shown]
            expected = [name if name and a == "neuf.txt" else a for a in acts]
            assert list(ranking.run["q"]) == expected
