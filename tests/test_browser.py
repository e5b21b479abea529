"""In a real browser: searching by mouse, keyboard and without scripts; axe finds nothing."""

from collections.abc import Iterator
from typing import Any

import pytest
from browsing import faults, listening, overflowing, spaced, unfold
from conftest import SmallEncoder, write
from playwright.sync_api import expect

from corpus import Library
from indexer import update
from indexer.settings import Settings
from service.app import create_app
from service.live import Live

LINE = "Le syndicat entretient la digue, les berges et la vanne de décharge. "
DOCUMENTS = {
    "a/digue.md": "# Convention d’entretien de la digue\n\n"
    + "\n\n".join(f"## Article {n} – Objet {n}\n\n{LINE * 14}" for n in range(1, 7)),
    "a/chemin-d-acces-au-domaine-de-la-prefecture-maritime-et-de-ses-dependances.txt": LINE,
    **{f"b/{n:02}.txt": f"Avenant n° {n}\n\nLa digue {n} est prolongée." for n in range(12)},
}
RESULTS = "/recherche?q=digue"
VIEWS = {
    "search": "/recherche",
    "results": RESULTS,
    "filtered": "/recherche?q=digue&type=avenant&folder=b&tipe=x",
    "mended": "/recherche?q=conventien+de+la+prefecturre",
    "typed": "/recherche?q=conventien&spelling=false",
    "document": "/documents/a~digue.md?debut=40&fin=1040#passage",
    "problem": "/recherche?q=digue&page=abc",
    "refused": "/recherche?q=digue&type=avenan&folder=b",
    "api": "/docs",
    "integration": "/integration",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The service on a port of this machine, over some documents about one dike."""
    folder = tmp_path_factory.mktemp("browser")
    library = write(folder / "library", DOCUMENTS)
    update(Library(library).scan(), folder / "index", SmallEncoder(), folder=str(library))
    live = Live(folder / "index", SmallEncoder.fingerprint)
    settings = Settings(index=folder / "index", feedback=folder / "avis.sqlite")
    app = create_app(settings, live, SmallEncoder())
    with listening(app) as address:
        yield address


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts on", "scripts off"])
def test_a_question_typed_and_entered_leads_to_the_passage_in_its_text(open_page, javascript):
    page = open_page("/", java_script_enabled=javascript)
    page.get_by_label("Votre question").fill("qui entretient la digue ?")
    page.get_by_label("Votre question").press("Enter")
    expect(page).to_have_title("qui entretient la digue ? – Recherche")
    expect(page.get_by_role("status")).to_contain_text("14 documents")
    name = "Convention d’entretien de la digue"
    hit = page.locator("li").filter(has=page.get_by_role("link", name=name, exact=True))
    hit.get_by_text("autres passages").click()
    expect(hit.locator("blockquote").nth(1)).to_be_visible()
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.locator("mark#passage")).to_be_in_viewport()
    assert open_page.complaints == []


def test_the_search_works_by_keyboard_alone_and_shows_where_it_is(open_page):
    page = open_page(RESULTS)

    def focused(name: str) -> Any:
        return page.evaluate(f"getComputedStyle(document.activeElement).{name}")

    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Aller au contenu")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(".answer").get_by_role("link").first).to_be_focused()
    page.get_by_label("Une question qui suit celle-ci").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Poursuivre")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_text("Filtrer les résultats")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(".hits h3").first.get_by_role("link")).to_be_focused()
    assert focused("outlineStyle") == "solid"
    assert focused("outlineWidth") == "3px"
    page.get_by_label("Votre question").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("vanne de décharge")
    expect(page).to_have_title("digue – Recherche")  # nothing moves while one types
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Rechercher")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_title("vanne de décharge – Recherche")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.hits summary')"):
            break
    page.keyboard.press("Enter")
    expect(page.locator(".hits details[open] :is(blockquote, p)").first).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts on", "scripts off"])
def test_boxes_filter_and_links_take_filters_away(open_page, javascript):
    page = open_page(RESULTS, java_script_enabled=javascript)
    page.get_by_text("Filtrer les résultats").click()
    group = page.get_by_role("group", name="Type d’acte")
    group.get_by_label("Avenant 12 actes").check()
    page.get_by_role("button", name="Appliquer les filtres").click()
    expect(page.get_by_role("status")).to_contain_text("12 documents")
    page.get_by_label("Votre question").fill("la digue prolongée")  # the filter stays
    page.get_by_label("Votre question").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("12 documents")
    page.get_by_role("link", name="Retirer le filtre Type d’acte : avenant").click()
    expect(page.get_by_role("status")).to_contain_text("14 documents")
    assert open_page.complaints == []


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts on", "scripts off"])
def test_an_opinion_is_given_by_one_press_then_explained_then_withdrawn(open_page, javascript):
    page = open_page(
        RESULTS, java_script_enabled=javascript, viewport={"width": 320, "height": 800}
    )
    name = "Pas utile : Convention d’entretien de la digue"
    page.get_by_role("button", name=name).click()
    if javascript:  # without leaving the page
        told = page.get_by_text("Merci, c’est noté.")
        expect(told).to_be_focused()
        told.get_by_role("link").click()
    expect(page).to_have_title("Votre avis – Recherche")
    if javascript:
        assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_label("C’est périmé").check()
    page.get_by_label("En quelques mots").fill("L’avenant n° 3 la prolonge.")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("status")).to_contain_text("vous avez dit pourquoi")
    page.get_by_role("button", name="Retirer mon avis").click()
    expect(page.get_by_role("status")).to_contain_text("Il est effacé")
    page.get_by_role("link", name="Revenir aux résultats").click()
    expect(page).to_have_title("digue – Recherche")
    assert open_page.complaints == []


def test_a_heading_and_what_follows_it_are_lines_of_their_own(open_page):
    page = open_page("/recherche?q=avenant+digue+7+prolongée")
    assert (
        page.locator(".hits blockquote").first.inner_text()
        == "Avenant n° 7\nLa digue 7 est prolongée."
    )


def test_pages_of_results_are_walked_by_their_links(open_page):
    page = open_page(RESULTS)
    page.get_by_role("link", name="Page suivante").click()
    expect(page.get_by_role("status")).to_contain_text("page 2 sur 2")
    assert page.locator(".hits > li").count() == 4
    page.get_by_role("link", name="Page précédente").click()
    assert page.locator(".hits > li").count() == 10


def test_a_hostile_question_runs_nothing(open_page):
    page = open_page("/recherche")
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    question = "\"><img src=x onerror=alert(1)><script>alert(2)</script> ' onfocus=alert(3) digue"
    page.get_by_label("Votre question").fill(question)
    page.get_by_role("button", name="Rechercher").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(question)
    expect(page.get_by_label("Votre question")).to_have_value(question)
    assert page.locator("main img, main script").count() == 0
    assert open_page.complaints == []


def test_the_policy_lets_the_own_style_in_and_no_script_or_style_besides(open_page):
    page = open_page("/docs")
    assert page.evaluate("getComputedStyle(document.body).margin") == "0px"
    assert open_page.complaints == []
    page.evaluate(
        """() => {
            document.body.insertAdjacentHTML('beforeend', '<style>body { margin: 9px }</style>');
            const script = document.createElement('script');
            script.textContent = 'window.ran = true';
            document.body.append(script);
        }"""
    )
    assert page.evaluate("getComputedStyle(document.body).margin") == "0px"
    assert page.evaluate("window.ran") is None
    assert len(open_page.complaints) == 2


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_no_fault(open_page, view, scheme):
    page = open_page(VIEWS[view], color_scheme=scheme)
    assert faults(unfold(page)) == []


def test_axe_finds_a_label_that_is_gone(open_page):
    """A test of the tests above."""
    page = open_page(RESULTS)
    page.evaluate("document.querySelector('label').remove()")
    assert [fault.split(":")[0] for fault in faults(page)] == ["label"]


def test_axe_finds_a_contrast_that_is_too_low(open_page):
    page = open_page(RESULTS)
    page.evaluate("document.documentElement.style.setProperty('--soft', '#aaa')")
    assert {fault.split(":")[0] for fault in faults(page)} == {"color-contrast"}


@pytest.mark.parametrize("view", VIEWS)
def test_nothing_overflows_at_320_pixels(open_page, view):
    """WCAG 1.4.10, and 1.4.12 with its text spacing."""
    page = unfold(open_page(VIEWS[view], viewport={"width": 320, "height": 800}))
    assert overflowing(page, 320) == []
    spaced(page)
    assert overflowing(page, 320) == []


def test_the_marks_can_be_told_in_forced_colours(open_page):
    page = open_page(RESULTS, forced_colors="active")
    mark = page.locator("blockquote mark").first
    colour = "node => getComputedStyle(node).backgroundColor"
    assert mark.evaluate(colour) != page.locator("body").evaluate(colour)
