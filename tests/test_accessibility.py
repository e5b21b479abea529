"""The accessibility statement tells the grid, and what the grid says of the pages holds."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import faults, listening
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

CRITERIA = [9, 2, 3, 13, 5, 2, 5, 10, 4, 14, 13, 11, 12]  # of each theme of RGAA 4.1.2
STATEMENT = "/accessibilite"
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
    "document": "/documents/actes~digue.pdf?debut=77&fin=152#passage",
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
    "13.2": "[target=_blank]",
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
        """() => [...document.querySelectorAll('body *')].filter(node => {
            const style = getComputedStyle(node), box = node.getBoundingClientRect();
            if (node.closest('.hidden, .skip, svg') || !box.width) return false;
            const cut = way => ['hidden', 'clip'].includes(style[`overflow${way}`]);
            const reached = node.parentElement.closest('.scroll');
            const wide = node.scrollWidth > node.clientWidth + 1;
            const high = node.scrollHeight > node.clientHeight + 1;
            return (cut('X') && wide) || (cut('Y') && high)
                || (node.matches('input, button, select') && high)
                || (!reached && box.right > innerWidth + 1);
        }).map(node => node.scrollHeight+'/'+node.clientHeight+node.outerHTML.slice(0, 120))"""
    )


def stops(page: Page) -> list[str]:
    """What is wrong with the stops of the Tab key, from the first to the one after the last."""
    wrong, seen = [], 0
    while seen < 400:
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
                if (before && before.getRootNode() === node.getRootNode() && !(before.compareDocumentPosition(node) & following))
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
    return wrong if seen < 400 else ["no end: a trap"]


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
                const form = node.form && node.form.action + (node.form.elements.about?.value ?? '');
                (named[name] ??= new Set()).add(node.pathname?.startsWith('/documents/')
                    ? node.pathname : node.href ?? form + node.value);
            }
            return Object.keys(named).filter(name => named[name].size > 1);
        }"""
    )


def spaced(page: Page) -> None:
    """The text spacing of WCAG 1.4.12, as a reader's own style sheet has it."""
    page.evaluate(
        """() => {
            const sheet = new CSSStyleSheet();
            sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
                word-spacing: .16em !important; } p { margin-bottom: 2em !important; }`);
            document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
        }"""
    )


def enlarged(page: Page) -> None:
    """The text, and it alone, at 200 %."""
    page.evaluate("document.documentElement.style.fontSize = '200%'")


def unfold(page: Page) -> Page:
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    return page


@pytest.mark.parametrize("view", VIEWS)
def test_probe(open_page, view):
    page = unfold(open_page(VIEWS[view], viewport={"width": 1280, "height": 800}))
    print("=====", view, page.title(), page.locator(".answer h2").all_inner_texts())
    page.screenshot(path=f"/tmp/rgaa8/{view}.png", full_page=True)
    print("skipped", skipped(page))
    print("ambiguous", ambiguous(page))
    print("clipped", clipped(page))
    import time

    t = time.time()
    print("stops", stops(page), time.time() - t)
    spaced(page)
    print("spaced", clipped(page))
    page = unfold(open_page(VIEWS[view], viewport={"width": 1280, "height": 800}))
    enlarged(page)
    print("enlarged", clipped(page))
    page.screenshot(path=f"/tmp/rgaa8/{view}-200.png", full_page=True)
    for sel, css in NOT_THERE.items():
        if page.locator(css).count():
            print("THERE", sel, css)
    print("tables without a name", page.locator("table:not(:has(caption))").count())
