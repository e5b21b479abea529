"""The accessibility statement tells the grid, and what the grid says of the pages holds."""

from collections import Counter
from collections.abc import Iterator

import httpx2 as httpx
import pytest
from browsing import faults, listening, spaced, unfold
from conftest import SmallEncoder, serving, write
from playwright.sync_api import Page
from selectolax.lexbor import LexborHTMLParser as Html
from test_document_page import AVENANT, LINES, typed
from test_pages import misprints
from test_pages import test_every_page_has_the_marks_that_aids_rely_on as has_its_marks

from corpus import Library
from indexer import update
from indexer.settings import Settings
from service.app import create_app
from service.live import Live
from service.pages.accessibility import DAY, Means, State, counts, read

CRITERIA = [9, 2, 3, 13, 8, 2, 5, 10, 4, 14, 13, 11, 12]  # of each theme of RGAA 4.1.2
STATEMENT = "/accessibilite"
LIMIT = 250  # presses of the Tab key; a page that takes more has a trap
NOTE = "\n\n".join(f"## Article {n} – Vanne {n}\n\nLa vanne {n} est ouverte." for n in range(1, 9))
DOCUMENTS = {
    "actes/avenant.txt": AVENANT,
    "actes/note.md": f"# Note sur les vannes\n\n{NOTE}\n\n### Détail\n\nLes clés sont en mairie.",
    **{
        f"b/{n:02}.txt": f"Convention n° 2022-{n} relative à la digue {n}\n\nEntre la commune de "
        f"Varennes et le syndicat de la Lunelle.\n\nArticle 1 – Durée\n\nLa convention est conclue "
        f"pour une durée de {n} ans à compter du 1er juin 2022."
        for n in range(1, 13)
    },
}
VIEWS = {
    "search": "/recherche",
    "results": "/recherche?q=quelle+est+la+dur%C3%A9e+de+la+convention+n%C2%B0+2021-08+%3F",
    "second": "/recherche?q=digue&page=2",
    "list": "/recherche?q=digue",
    "declined": "/recherche?q=qui+a+gagn%C3%A9+la+coupe+du+monde+%3F",
    "document": "/documents/actes~digue.pdf?debut=77&fin=152",
    "outline": "/documents/actes~note.md",
    "acts": "/conventions",
    "refused": "/recherche?q=digue&type=avenan",
    "integration": "/integration",
    "embed": "/embed",
    "api": "/docs",
    "statement": STATEMENT,
}
NOT_THERE = {  # what would make criteria apply that the grid calls not applicable
    "4.1": "audio, video, object, embed, canvas, applet",
    "1.9": "figure:has(img, svg)",
    "5.3": "table[role=presentation], table[role=none]",
    "8.10": "[dir]",
    "11.8": "optgroup",
    "11.13": "[autocomplete]:not([autocomplete=off])",
    "13.1": "meta[http-equiv=refresh]",
    "13.8": "marquee, blink",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The service over some conventions about dikes, one of them a PDF."""
    folder = tmp_path_factory.mktemp("accessible")
    library = write(folder / "library", DOCUMENTS)
    typed(library / "actes" / "digue.pdf", LINES, ["Annexe : la seconde page."])
    update(Library(library).scan(), folder / "index", SmallEncoder(), folder=str(library))
    live = Live(folder / "index", SmallEncoder.fingerprint)
    settings = Settings(index=folder / "index", feedback=folder / "avis.sqlite", documents=library)
    with listening(create_app(settings, live, SmallEncoder())) as address:
        yield address


def clipped(page: Page) -> list[str]:
    """Texts of which a part is cut off or lies beyond the window."""
    return page.evaluate(
        """() => {
        const unseen = node => getComputedStyle(node).clipPath !== 'none'
            || (node.parentElement && unseen(node.parentElement));  // for screen readers alone
        return [...document.querySelectorAll('body *')].filter(node => {
            const style = getComputedStyle(node), box = node.getBoundingClientRect();
            if (node.closest('.skip, svg') || unseen(node) || !box.width) return false;
            const cut = way => ['hidden', 'clip'].includes(style[`overflow${way}`]);
            const reached = node.parentElement.closest('.scroll');
            const wide = node.scrollWidth > node.clientWidth + 1;
            const high = node.scrollHeight > node.clientHeight + 1;
            return (cut('X') && wide && !node.matches('input')) || (cut('Y') && high)
                || (node.matches('input, button, select') && high)
                || (!reached && box.right > innerWidth + 1);
        }).map(node => node.outerHTML.slice(0, 120)); }"""
    )


def stops(page: Page) -> list[str]:
    """What is wrong with the stops of the Tab key, from the first to the one after the last."""
    wrong, seen = [], 0
    while seen < LIMIT:
        page.keyboard.press("Tab")
        seen += 1
        fault = page.evaluate(
            """() => {
                let node = document.activeElement;
                while (node.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
                if (node === document.body) return 'end';
                const before = window.before, style = getComputedStyle(node);
                window.before = node;
                if (before === node) return '';  // the parts of a date, what a frame holds
                const told = fault => `${fault}: ${node.outerHTML.slice(0, 120)}`;
                const following = Node.DOCUMENT_POSITION_FOLLOWING;
                const rooted = before?.getRootNode() === node.getRootNode();
                if (rooted && !(before.compareDocumentPosition(node) & following))
                    return told('out of order');
                if (node.tagName !== 'IFRAME'
                    && (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2))
                    return told('focus unseen');
                const box = node.getClientRects()[0];
                const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
                const top = node.getRootNode().elementFromPoint(x, y);
                if (!top || !(node.contains(top) || top.contains(node)
                    || top.closest('label')?.control === node)) return told('covered');
                return '';
            }"""
        )
        if fault == "end":
            break
        wrong += [fault] if fault else []
    assert seen > 2, "the Tab key stopped nowhere"
    return wrong if seen < LIMIT else ["no end: a trap"]


def skipped(page: Page) -> list[str]:
    """Headings that are more than a level below the one before."""
    return page.evaluate(
        """() => [...document.querySelectorAll('h1, h2, h3, h4, h5, h6, [role=heading]')]
            .map(node => [Number(node.ariaLevel ?? node.tagName[1]), node.textContent.trim()])
            .filter(([level], n, all) => level > (n ? all[n - 1][0] : 0) + 1)
            .map(([level, text]) => `${level}: ${text}`)"""
    )


def ambiguous(page: Page) -> list[str]:
    """Names that links, or buttons, share though they lead elsewhere."""
    return page.evaluate(
        """() => {
            const named = {};
            for (const node of document.querySelectorAll('a[href], button')) {
                const text = node.ariaLabel ?? node.textContent;
                const name = `${node.tagName} ${text.trim().replace(/\\s+/g, ' ').toLowerCase()}`;
                const { action, elements } = node.form ?? {};
                const sent = `${action} ${elements?.about?.value} ${node.value}`;
                (named[name] ??= new Set()).add(node.pathname?.startsWith('/documents/')
                    ? node.pathname : node.href ?? sent);
            }
            return Object.keys(named).filter(name => named[name].size > 1);
        }"""
    )


def enlarged(page: Page) -> None:
    """The text, and it alone, at 200 %."""
    page.evaluate("document.documentElement.style.fontSize = '200%'")


SEEN = ["results", "list", "declined", "document", "outline", "acts", "statement"]
FAULTS = [
    (clipped, "document.querySelector('h1').style.cssText = 'height: 9px; overflow: hidden'"),
    (clipped, "document.querySelector('h1').style.width = '3000px'"),
    (skipped, "document.querySelector('h1').insertAdjacentHTML('afterend', '<h3>a</h3>')"),
    (ambiguous, "document.querySelectorAll('main a').forEach(one => { one.textContent = 'ici' })"),
    (stops, "document.querySelector('main a').style.outline = 'none'"),
    (stops, "document.querySelector('main a').tabIndex = 1"),
    (stops, "document.querySelector('footer').style.cssText = 'position: fixed; inset: 0'"),
    (stops, "void (document.querySelector('main a').onkeydown = event => event.preventDefault())"),
]  # fmt: skip


def test_the_grid_has_each_criterion_once_and_a_remark_where_one_is_not_met():
    grid = read()
    themes = [int(one.number.split(".")[0]) for one in grid]
    assert [Counter(themes)[n] for n in range(1, 14)] == CRITERIA
    assert [one.number for one in grid] == [
        f"{theme}.{n}" for theme, last in enumerate(CRITERIA, 1) for n in range(1, last + 1)
    ]
    assert all(one.subject for one in grid)
    assert all(one.remark for one in grid if one.state in (State.FAILED, State.UNKNOWN))
    assert {one.means for one in grid} == set(Means)


def test_what_no_screen_reader_has_read_is_not_called_met():
    states = {one.number: one.state for one in read()}
    assert states["7.1"] == states["7.5"] == State.UNKNOWN


def test_the_statement_has_the_figures_of_the_grid(client):
    page, found = Html(client.get(STATEMENT).text), counts(read())
    assert sum(found[state.name.lower()] for state in State) == found["all"] == 106
    said = " ".join(page.css_first("main").text().split())
    assert f"Sur les 106 critères du RGAA, {found['applicable']} s’appliquent" in said
    assert f"{found['met']} critères conformes" in said
    assert f"{found['failed']} critères non conformes" in said
    assert f"{found['unknown']} critères non vérifiés" in said
    cells = [row.css("td")[0].text() for row in page.css(".grid tr") if row.css("td")]
    assert Counter(cells) == Counter(one.state for one in read())
    assert page.css_first(f"time[datetime='{DAY}']") is not None
    has_its_marks(client, STATEMENT)
    assert misprints(page) == []


def test_every_page_leads_to_the_statement_and_tells_the_state(client):
    foot = Html(client.get("/recherche").text).css_first(f"footer a[href='{STATEMENT}']")
    assert foot.text() == "Accessibilité\u00a0: non conforme"


@pytest.mark.parametrize(
    ("contact", "href"),
    [
        ("acces@exemple.fr", "mailto:acces@exemple.fr"),
        ("https://exemple.fr/contact", "https://exemple.fr/contact"),
        ("javascript:alert(1)", None),
        ("au 01 23 45 67 89", None),
    ],
)
def test_the_statement_names_who_answers_for_the_service(index_folder, contact, href):
    settings = {"operator": "Syndicat de la Lunelle", "contact": contact}
    with serving(index_folder, SmallEncoder(), **settings) as client:
        main = Html(client.get(STATEMENT).text).css_first("main")
    assert "Organisme responsable de ce service\u00a0: Syndicat de la Lunelle." in main.text()
    assert f"Contact\u00a0: {contact}." in main.text()
    assert (main.css_first(f"a[href='{href}']") is not None) == bool(href)
    assert not main.css("a[href^='javascript']")


def test_without_its_settings_the_statement_says_what_is_to_be_completed(client):
    said = Html(client.get(STATEMENT).text).css_first("main").text()
    missing = "à compléter par l’organisme qui sert Entente."
    assert f"Organisme responsable de ce service\u00a0: {missing}" in said
    assert f"Contact\u00a0: {missing}" in said


def test_what_the_grid_calls_not_applicable_is_on_no_page_and_each_title_is_its_own(site):
    pages = {view: Html(httpx.get(site + url).text) for view, url in VIEWS.items()}
    titles = Counter(page.css_first("title").text() for page in pages.values())
    assert {title for title, n in titles.items() if n > 1} == set()
    states = {one.number: one.state for one in read()}
    for number, selector in NOT_THERE.items():
        assert states[number] == State.ABSENT
        assert [view for view, page in pages.items() if page.css(selector)] == []
    for view, page in pages.items():
        for table in page.css("table"):  # 5.4
            assert table.css_first("caption").text().strip(), view


@pytest.mark.parametrize(
    ("options", "larger"),
    [
        ({"color_scheme": "light"}, False),
        ({"color_scheme": "dark"}, True),
        ({"viewport": {"width": 320, "height": 800}}, False),
    ],
    ids=["light", "dark, text at 200 %", "320 pixels"],
)
def test_axe_finds_no_fault_in_the_statement(open_page, options, larger):
    page = unfold(open_page(STATEMENT, **options))
    if larger:
        enlarged(page)
    assert faults(page) == []
    assert clipped(page) == []
    assert open_page.complaints == []


def test_axe_finds_no_fault_in_a_list_of_acts_and_what_to_ask_next(open_page):
    page = unfold(open_page(VIEWS["list"], viewport={"width": 1280, "height": 800}))
    assert page.locator(".also a").count() > 1
    assert faults(page) == []


@pytest.mark.parametrize("view", SEEN)
def test_a_page_has_none_of_the_faults_that_axe_does_not_see(open_page, view):
    page = unfold(open_page(VIEWS[view], viewport={"width": 1280, "height": 800}))
    assert skipped(page) == []
    assert ambiguous(page) == []
    assert stops(page) == []
    spaced(page)
    assert clipped(page) == []
    enlarged(page)
    assert clipped(page) == []


@pytest.mark.parametrize("width", [1280, 320])
def test_suggestions_are_read_whole(open_page, width):
    page = open_page("/recherche", viewport={"width": width, "height": 800})
    page.get_by_label("Votre question").fill("digue")
    page.get_by_role("option").first.wait_for()
    spaced(page)
    assert clipped(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_example_in_a_field_has_the_contrast_of_a_text(open_page, scheme):
    """Axe does not look at it."""
    page = open_page(VIEWS["results"], color_scheme=scheme)
    example, soft = page.evaluate(
        """() => [getComputedStyle(document.querySelector('#suite'), '::placeholder').color,
            getComputedStyle(document.querySelector('.meta')).color]"""
    )
    assert example == soft


@pytest.mark.parametrize(("check", "fault"), FAULTS)
def test_a_planted_fault_is_found(open_page, check, fault):
    page = open_page(STATEMENT)
    page.evaluate(fault)
    assert check(page) != []
