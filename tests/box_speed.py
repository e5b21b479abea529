"""How long the search box takes from a key press to its first results, beside the API alone.

    python tests/box_speed.py INDEX

In one browser, turn by turn: a question is typed into the element until the first document is
shown, and the same two requests of the API are sent by the page itself. The pause that the box
makes while one types (PAUSE in the script) is told apart. Medians, in milliseconds.
"""

import re
import sys
from pathlib import Path
from statistics import median

from browsing import CHROMIUM, FLAGS, listening
from playwright.sync_api import Page, sync_playwright

from indexer import SentenceEncoder
from indexer.settings import Settings
from service.app import create_app
from service.box import current
from service.live import Live

TYPED = ["baignade", "préavis baig", "eau potable", "alimentation", "convention lunelle"]
TURNS = 6
SHOWN = """() => new Promise(shown => {
    const start = performance.now();
    const box = document.querySelector('entente-recherche').shadowRoot;
    const look = () => box.querySelector('.entente-volet:not([hidden]) .entente-choix mark')
        ? shown(performance.now() - start) : requestAnimationFrame(look);
    look();
})"""
ASKED = """async typed => {
    const start = performance.now();
    await Promise.all([`/v1/suggestions?limit=3&q=`, `/v1/search?limit=5&q=`].map(
        async path => (await fetch(path + encodeURIComponent(typed))).json()));
    return performance.now() - start;
}"""


def timed(page: Page, typed: str) -> tuple[float, float]:
    """From the last key to the first document, and what the API takes for the same."""
    field = page.get_by_role("combobox")
    field.fill("")
    page.locator(".entente-volet").wait_for(state="hidden")
    field.fill(typed)  # one event, as of the last key
    shown = page.evaluate(SHOWN)
    return shown, page.evaluate(ASKED, typed)


def main(index: Path) -> None:
    settings = Settings(index=index)
    encoder = SentenceEncoder(settings.model, settings.cache)
    app = create_app(settings, Live(index, encoder.fingerprint), encoder)
    pause = float(re.search(r"PAUSE = (\d+)", current().data.decode())[1])  # type: ignore[index]
    with listening(app) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(base_url=address)
        page.goto("/embed")
        rows = [timed(page, typed) for _ in range(TURNS) for typed in TYPED][len(TYPED) :]
        browser.close()
    shown, asked = (median(column) for column in zip(*rows, strict=True))
    ratio = median((one - pause) / other for one, other in rows)
    print(f"key to first result {shown:.0f}, pause {pause:.0f}, API {asked:.0f}: ratio {ratio:.2f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
