"""The list of acts in a real browser: narrowed, sorted and walked without scripts; axe, 320 px."""

from collections.abc import Iterator

import pytest
from browsing import faults, listening, overflowing, spaced, unfold
from conftest import SmallEncoder, write
from playwright.sync_api import expect
from test_acts_page import ACTS, DAY

from corpus import Library
from indexer import update
from indexer.settings import Settings
from service.app import create_app
from service.live import Live

MANY = {f"b/{n:02}.txt": f"Convention n° 2001-{n}\n\nObjet {n}." for n in range(60)}
VIEWS = {
    "all": "/conventions",
    "second": "/conventions?page=2&sort=title",
    "narrowed": f"/conventions?type=charte&title=port&ends_from=2024-01-01&on={DAY}&sort=-end&x=1",
    "ends": f"/conventions?within=120&on={DAY}&sort=end",
    "hostile": "/conventions?title=alert",
    "empty": "/conventions?title=zzz&status=reconduite",
    "refused": "/conventions?type=avenan&title=o",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("acts-browser")
    library = write(folder / "library", ACTS | MANY)
    update(Library(library).scan(), folder / "index", SmallEncoder(), folder=str(library))
    live = Live(folder / "index", SmallEncoder.fingerprint)
    with listening(create_app(Settings(index=folder / "index"), live, SmallEncoder())) as address:
        yield address


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts on", "scripts off"])
def test_the_list_is_narrowed_sorted_and_left_for_an_act(open_page, javascript):
    page = open_page("/recherche", java_script_enabled=javascript)
    page.get_by_role("navigation", name="Principale").get_by_role("link", name="Actes").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Actes")
    expect(page.get_by_role("status")).to_have_text("66\u00a0actes – page\u00a01 sur\u00a02.")
    page.get_by_role("link", name="Page suivante").click()
    expect(page.get_by_role("row")).to_have_count(17)
    page.go_back()
    page.get_by_label("Titre ou numéro").fill("orme")
    page.get_by_label("Titre ou numéro").press("Enter")
    expect(page.get_by_role("status")).to_have_text("3\u00a0actes sur 66.")
    page.get_by_text("Filtrer par type").click()
    page.get_by_role("group", name="Type d’acte").get_by_label("Charte 1 acte").check()
    page.get_by_role("button", name="Appliquer les filtres").click()
    expect(page.get_by_role("status")).to_have_text("1\u00a0acte sur 66.")
    page.reload()
    expect(page.get_by_label("Titre ou numéro")).to_have_value("orme")
    page.get_by_role("link", name="Retirer le filtre Type d’acte : charte").click()
    expect(page.get_by_role("row")).to_have_count(4)
    page.get_by_role("link", name="Fin", exact=True).click()
    header = page.get_by_role("columnheader", name="Fin")
    expect(header).to_have_attribute("aria-sort", "ascending")
    expect(page.get_by_role("rowheader").first).to_contain_text("école")
    page.get_by_role("link", name="Fin", exact=True).click()
    expect(header).to_have_attribute("aria-sort", "descending")
    page.get_by_role("rowheader").first.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Charte n° 2018-30")
    assert open_page.complaints == []


def test_the_shortcuts_and_the_choice_of_a_term_are_states_of_one_list(open_page):
    page = open_page("/conventions")
    page.get_by_role("link", name="Expirent dans les six mois").click()
    expect(page.get_by_label("Échéance")).to_have_value("6")
    page.get_by_label("Échéance").select_option(label="Expire dans 2 ans au plus")
    page.get_by_role("button", name="Filtrer", exact=True).click()
    expect(page.get_by_role("link", name="Retirer le filtre Expire dans 2 ans")).to_be_visible()
    assert "sort=end" in page.url  # a form keeps the order


def test_the_list_is_saved_by_its_links(open_page):
    page = open_page("/conventions?type=charte")
    for name, file in (("CSV", "actes.csv"), ("tableur ODS", "actes.ods")):
        with page.expect_download() as saved:
            page.get_by_role("link", name=name).click()
        assert saved.value.suggested_filename == file


@pytest.mark.parametrize("width", [1280, 360])
def test_a_table_that_is_shown_as_cards_is_still_a_table(open_page, width):
    page = open_page("/conventions?title=baignade", viewport={"width": width, "height": 900})
    table = page.get_by_role("table", name="Actes.")
    expect(table.get_by_role("columnheader")).to_have_count(8)
    row = table.get_by_role("row").nth(1)
    expect(row.get_by_role("rowheader")).to_be_visible()
    expect(row.get_by_role("cell")).to_have_count(7)
    shown = row.evaluate("node => getComputedStyle(node).display")
    assert shown == ("table-row" if width == 1280 else "flex")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_no_fault(open_page, view, width, scheme):
    page = open_page(VIEWS[view], color_scheme=scheme, viewport={"width": width, "height": 900})
    assert faults(unfold(page)) == []


def test_axe_finds_a_role_that_is_gone_and_a_contrast_that_is_too_low(open_page):
    """A test of the test above."""
    page = open_page("/conventions")
    page.evaluate("document.querySelector('tbody tr').setAttribute('role', 'list')")
    page.evaluate("document.documentElement.style.setProperty('--soft', '#aaa')")
    found = {fault.split(":")[0] for fault in faults(page)}
    assert "color-contrast" in found
    assert len(found) > 1


@pytest.mark.parametrize("view", VIEWS)
def test_nothing_overflows_at_320_pixels(open_page, view):
    """WCAG 1.4.10, and 1.4.12 with its text spacing."""
    page = unfold(open_page(VIEWS[view], viewport={"width": 320, "height": 800}))
    assert overflowing(page, 320) == []
    spaced(page)
    assert overflowing(page, 320) == []


@pytest.mark.parametrize("width", [640, 960, 1280])
def test_nothing_overflows_on_wider_screens(open_page, width):
    page = open_page("/conventions", viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
