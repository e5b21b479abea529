"""The search box in a real browser: on pages of another origin, under their policies and styles."""

import base64
import gzip
import hashlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx2 as httpx
import pytest
from browsing import faults, listening
from conftest import SmallEncoder, write
from playwright.sync_api import Browser, BrowserContext, Page, expect
from selectolax.lexbor import LexborHTMLParser as Html

from corpus import Library
from indexer import update
from indexer.settings import Settings
from service.app import create_app
from service.box import FOLDER, STABLE, current
from service.live import Live

HOSTILE = "<img src=x onerror=alert(1)> & <script>alert(2)</script> de la digue"
LINE = "La commune entretient la digue. "
DOCUMENTS = {
    "public/a.md": f"# Convention de la digue nord\n\n{LINE * 30}",
    "public/b.txt": f"{HOSTILE}\n\n<b onclick=alert(3)>La digue</b> "
    "<script>alert(4)</script> 𝒟𝒟 la digue.",
    "public/c.md": "# Avenant de la digue sud\n\nLa digue sud est prolongée.",
    "secret/d.md": "# Protocole secret de la digue\n\nLa digue secrète.",
}
STRICT = "default-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
BREAKING = """* { all: unset !important; color: red !important; display: inline !important;
    font: 3px cursive !important; visibility: hidden; background: red !important; }
input, a, label { position: fixed !important; left: -999px !important; }"""


@dataclass
class Host:
    """Web pages of another origin, with the policy that each is given."""

    origin: str
    pages: dict[str, tuple[str, str]] = field(default_factory=dict)

    def page(self, body: str, policy: str = "", head: str = "") -> str:
        """The address of a page."""
        name = f"/{len(self.pages)}"
        start = '<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>Hôte</title>'
        self.pages[name] = (f"{start}{head}</head><body><main>{body}</main></body></html>", policy)
        return self.origin + name


@pytest.fixture(scope="module")
def hosts() -> Iterator[tuple[Host, Host]]:
    """A host that is listed and one that is not."""
    servers, made = [], []
    for _ in range(2):

        class Handler(BaseHTTPRequestHandler):
            host: Host

            def do_GET(self) -> None:
                html, policy = self.host.pages.get(self.path, ("", ""))
                self.send_response(200 if html else 204)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                if policy:
                    self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                self.wfile.write(html.encode())

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Handler.host = Host(f"http://127.0.0.1:{server.server_address[1]}")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        made.append(Handler.host)
    yield made[0], made[1]
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, hosts: tuple[Host, Host]) -> Iterator[str]:
    """The service, which lists the first host."""
    folder = tmp_path_factory.mktemp("box")
    library = write(folder / "library", DOCUMENTS)
    update(Library(library).scan(), folder / "index", SmallEncoder(), folder=str(library))
    sites = folder / "sites.toml"
    sites.write_text(
        f'[hote]\norigines = ["{hosts[0].origin}"]\ndossiers = ["public"]\n', encoding="utf-8"
    )
    settings = Settings(index=folder / "index", sites=sites)
    live = Live(folder / "index", SmallEncoder.fingerprint)
    app = create_app(settings, live, SmallEncoder())
    with listening(app) as address:
        yield address


@pytest.fixture
def visit(browser: Browser) -> Iterator[Any]:
    """Opens a page in a context of its own and keeps what it complains of and asks for."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []
    requests: list[str] = []

    def visit(url: str, **options: Any) -> Page:
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
        page.on("request", lambda request: requests.append(request.url))
        page.goto(url)
        return page

    visit.complaints, visit.requests = complaints, requests  # type: ignore[attr-defined]
    yield visit
    for context in contexts:
        context.close()


def code(site: str, attributes: str = 'site="hote"') -> tuple[str, str]:
    """What an integrator copies: the body's part, and the head's."""
    script = current()
    return (
        f'<h1>Intranet</h1><entente-recherche src="{site}" {attributes}>'
        f'<form action="{site}/recherche"><label for="s">Chercher</label>'
        '<input id="s" name="q" type="search"><button>Chercher</button></form></entente-recherche>'
        "<p>La suite.</p>",
        f'<script defer src="{site}{script.address}" integrity="{script.integrity}" '
        'crossorigin="anonymous"></script>',
    )


def strict(site: str) -> str:
    return f"{STRICT}; script-src {site}; connect-src {site}; form-action {site}"


@pytest.fixture
def box(visit, hosts, site) -> Any:
    """The box on the listed host under the strict policy; with a question typed, if any."""

    def box(
        typed: str = "", attributes: str = 'site="hote"', head: str = "", **options: Any
    ) -> Page:
        body, script = code(site, attributes)
        policy = strict(site) + ("; style-src 'unsafe-inline'" if head else "")
        page = visit(hosts[0].page(body, policy, script + head), **options)
        if typed:
            field_of(page).press_sequentially(typed)
            expect(popup(page)).to_be_visible()
        return page

    return box


def field_of(page: Any) -> Any:
    return page.get_by_role("combobox")


def popup(page: Any) -> Any:
    return page.locator(".entente-volet")


def marked(page: Any) -> Any:
    return page.locator("[aria-selected=true]")


def test_it_runs_on_another_origin_under_the_strict_policy(box, visit, site, hosts):
    page = box("digue")
    expect(page.get_by_role("listbox")).to_be_visible()
    expect(page.get_by_role("group", name="Suggestions")).to_have_count(0)  # each is a document
    hits = page.get_by_role("group", name="Documents").get_by_role("option")
    expect(hits).to_have_count(3)
    assert hits.filter(has_text="Convention de la digue nord").locator("mark").first.inner_text()
    colour = "node => getComputedStyle(node).backgroundColor"
    assert page.get_by_role("button").evaluate(colour) == "rgb(11, 79, 138)"  # the sheet is in
    assert visit.complaints == []
    assert all(url.startswith((site, hosts[0].origin)) for url in visit.requests)
    assert page.context.cookies() == []


def test_what_documents_say_stays_text(box, visit):
    page = box("digue")
    option = (
        page.get_by_role("group", name="Documents").get_by_role("option").filter(has_text="onerror")
    )
    expect(option.locator(".entente-nom")).to_have_text(HOSTILE)
    expect(option).to_contain_text("<b onclick=alert(3)>")
    assert option.locator("mark").first.inner_text().lower() == "digue"
    assert set(option.locator("mark").all_inner_texts()) <= {"digue", "Digue"}
    assert page.locator("entente-recherche").locator("img, script, b").count() == 0
    assert visit.complaints == []


def test_a_suggestion_comes_first_and_keeps_to_the_site(box, site):
    page = box()
    one = {"source": "party", "about": "", "text": "Syndicat", "view": "/recherche?q=s"}

    def answer(route: Any) -> None:
        headers = {"Access-Control-Allow-Origin": "*"}
        route.fulfill(json={"suggestions": [one]}, headers=headers)

    page.route(f"{site}/v1/suggestions**", answer)
    field_of(page).press_sequentially("digue")
    option = page.get_by_role("group", name="Suggestions").get_by_role("option")
    expect(option).to_have_text("Syndicat partie")
    assert option.get_attribute("href") == f"{site}/recherche?q=s&site=hote"
    page.keyboard.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")


def test_a_site_is_shown_no_document_of_other_folders(box):
    page = box("secret")
    assert "Protocole" not in popup(page).inner_text()
    page = box("digue", attributes="")
    assert "Protocole" not in popup(page).inner_text()


def test_it_is_used_by_keyboard_alone(box):
    page = box("digue")
    field, options = field_of(page), page.get_by_role("option")
    count = options.count()
    expect(field).to_have_attribute("aria-expanded", "true")
    assert field.get_attribute("aria-activedescendant") is None
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    page.keyboard.press("End")
    expect(options.nth(count - 1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(marked(page)).to_have_count(0)  # the field again
    page.keyboard.press("ArrowUp")
    expect(options.nth(count - 1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Home")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(popup(page)).to_be_hidden()
    expect(field).to_have_value("digue")
    expect(field).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("ArrowDown")
    expect(popup(page)).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Rechercher")).to_be_focused()
    expect(popup(page)).to_be_hidden()


def test_enter_opens_what_is_marked_and_else_the_results(box, site):
    page = box("digue")
    page.keyboard.press("End")  # nothing is marked: it moves the cursor
    page.keyboard.press("ArrowUp")
    address = marked(page).get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/documents/**")
    assert address.startswith(f"{site}/documents/")
    page = box("digue")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/recherche?q=digue&folder=public")


@pytest.mark.parametrize("marks", [True, False], ids=["an option", "the question"])
def test_with_a_modifier_it_opens_elsewhere(box, site, marks):
    page = box("digue")
    here = page.url
    if marks:
        page.keyboard.press("ArrowUp")
    with page.context.expect_page() as opened:
        page.keyboard.press("Control+Enter")
    opened.value.wait_for_url(f"{site}/{'document' if marks else 'recherche'}**")
    assert page.url == here


def test_a_click_follows_a_link_and_with_ctrl_in_another_tab(box, site):
    page = box("digue")
    last = page.get_by_role("option").last
    with page.context.expect_page() as opened:
        last.click(modifiers=["Control"])
    opened.value.wait_for_url(f"{site}/documents/**")
    last.click()
    page.wait_for_url(f"{site}/documents/**")


def test_the_count_is_announced_and_what_is_empty_too(box):
    page = box("digue")
    status = page.get_by_role("status")
    expect(status).to_contain_text("3 documents")
    field_of(page).fill("zzzqx")
    expect(status).to_contain_text("Aucun document proche de « zzzqx »")
    expect(popup(page)).to_contain_text("essayez d’autres mots")
    expect(page.get_by_role("option")).to_have_count(0)
    expect(field_of(page)).to_have_attribute("aria-expanded", "false")


def test_nothing_of_the_page_moves_while_one_types(box):
    page = box()
    page.evaluate(
        """() => { window.moved = 0; new PerformanceObserver(list => {
            for (const entry of list.getEntries()) window.moved += entry.value;
        }).observe({type: 'layout-shift'}); }"""
    )
    below = page.get_by_text("La suite.")
    before = below.bounding_box()
    field_of(page).press_sequentially("digue")
    expect(popup(page)).to_be_visible()
    assert below.bounding_box() == before
    assert page.evaluate("window.moved") == 0


MOVED = """window.moved = 0; new PerformanceObserver(list => {
    for (const entry of list.getEntries()) window.moved += entry.value;
}).observe({type: 'layout-shift', buffered: true});"""


@pytest.mark.parametrize("width", [1280, 360])
def test_nothing_moves_when_the_element_replaces_its_form(visit, hosts, site, width):
    """With the height that the integrator's page reserves, as it says."""
    advised = Html(httpx.get(f"{site}/integration").text).css_first("#place").text()
    body, script = code(site)
    late = script.replace("defer", "async")
    url = hosts[0].page(body, "", f"<style>{advised}</style><script>{MOVED}</script>{late}")
    page = visit(url, viewport={"width": width, "height": 800})
    expect(field_of(page)).to_be_visible()
    page.wait_for_timeout(300)
    assert page.evaluate("window.moved") == 0
    reserved = page.locator("entente-recherche").bounding_box()["height"]
    assert reserved == page.evaluate(
        "parseFloat(getComputedStyle(document.querySelector('entente-recherche')).minHeight)"
    )


def test_a_late_answer_to_an_earlier_question_is_dropped(box, site):
    page = box()
    asked: list[str] = []

    def answer(route: Any) -> None:
        asked.append(route.request.url)
        if "q=dig&" in route.request.url and "search" in route.request.url:
            time.sleep(0.6)
        route.continue_()

    page.route(f"{site}/v1/**", answer)
    field_of(page).press_sequentially("dig")
    page.wait_for_timeout(250)
    field_of(page).press_sequentially("ue nord")
    expect(page.get_by_role("option").filter(has_text="digue nord").first).to_be_visible()
    page.wait_for_timeout(800)
    assert "dig »" not in popup(page).inner_text()
    searches = [url for url in asked if "/v1/search" in url]
    assert len(searches) <= 3  # not one for each of the ten keys


def test_a_service_that_is_gone_is_told_and_the_form_stays(box, site):
    page = box()
    page.route(f"{site}/v1/**", lambda route: route.abort())
    field_of(page).press_sequentially("digue")
    expect(popup(page)).to_contain_text("Le service de recherche ne répond pas")
    expect(page.get_by_role("status")).to_contain_text("Entrée ouvre la page de recherche")
    assert faults(page) == []
    page.unroute(f"{site}/v1/**")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/recherche?q=digue**")


def test_too_many_questions_are_told(box, site):
    page = box()
    cors = {"Access-Control-Allow-Origin": "*"}
    page.route(f"{site}/v1/**", lambda route: route.fulfill(status=503, body="{}", headers=cors))
    field_of(page).press_sequentially("digue")
    expect(popup(page)).to_contain_text("Trop de questions à la fois")


def test_addresses_that_are_no_web_address_lead_nowhere(box, site):
    page = box()

    def poisoned(route: Any) -> None:
        given = route.fetch().json()
        for one in given.get("suggestions", []):
            one["view"] = "javascript:alert(5)"
        for hit in given.get("hits", [])[:1]:
            hit["passages"][0]["view"] = " JaVaScRiPt:alert(6)"
        route.fulfill(json=given, headers={"Access-Control-Allow-Origin": "*"})

    page.route(f"{site}/v1/**", poisoned)
    field_of(page).press_sequentially("digue")
    options = page.get_by_role("option")
    expect(options).to_have_count(2)
    for option in options.all():
        assert option.get_attribute("href").startswith(f"{site}/documents/")


@pytest.mark.parametrize("src", ["javascript:alert(1)", "data:text/html,x", "http://"])
def test_a_service_that_is_no_web_address_leaves_the_form(visit, hosts, site, src):
    body, script = code(site)
    page = visit(hosts[0].page(body.replace(f'src="{site}"', f'src="{src}"'), strict(site), script))
    expect(page.get_by_label("Chercher")).to_be_visible()
    assert "n'est pas une adresse http ou https" in visit.complaints[0]


def test_without_scripts_the_form_inside_works(visit, hosts, site):
    body, script = code(site)
    page = visit(hosts[0].page(body, strict(site), script), java_script_enabled=False)
    page.get_by_label("Chercher").fill("digue")
    page.get_by_label("Chercher").press("Enter")
    page.wait_for_url(f"{site}/recherche?q=digue")


def test_a_script_of_another_digest_is_not_run(visit, hosts, site):
    body, script = code(site)
    wrong = script.replace(current().integrity, "sha384-" + "A" * 64)
    page = visit(hosts[0].page(body, strict(site), wrong))
    expect(page.get_by_label("Chercher")).to_be_visible()
    assert page.evaluate("customElements.get('entente-recherche')") is None


def test_a_host_that_is_not_listed_reads_nothing(visit, hosts, site):
    body, script = code(site)
    page = visit(hosts[1].page(body, strict(site), script))
    field_of(page).press_sequentially("digue")
    expect(popup(page)).to_contain_text("Le service de recherche ne répond pas")
    assert any("CORS" in complaint for complaint in visit.complaints)


def test_a_style_sheet_of_the_host_does_not_get_in(box):
    plain, broken = box("digue"), box("digue", head=f"<style>{BREAKING}</style>")
    measures = """node => { const s = getComputedStyle(node);
        return [s.color, s.backgroundColor, s.fontSize, s.display, s.position, s.visibility]; }"""
    for part in ["combobox", "button", "listbox"]:
        got, wanted = (page.get_by_role(part).evaluate(measures) for page in (broken, plain))
        assert got == wanted, part
    assert broken.get_by_role("button").bounding_box()["height"] > 24
    options = [page.get_by_role("option").first.evaluate(measures) for page in (broken, plain)]
    assert options[0] == options[1]


def test_it_takes_the_colours_that_the_host_gives_by_variables(box):
    head = "<style>entente-recherche { --entente-accent: #6a1b4d; --entente-arrondi: 0 }</style>"
    button = box(head=head).get_by_role("button")
    assert button.evaluate("n => getComputedStyle(n).backgroundColor") == "rgb(106, 27, 77)"
    assert button.evaluate("n => getComputedStyle(n).borderRadius") == "0px"


def test_the_shortcut_is_off_unless_asked_for(box):
    page = box()
    page.keyboard.press("Control+k")
    expect(field_of(page)).not_to_be_focused()
    page = box(attributes='site="hote" raccourci')
    page.keyboard.press("k")
    expect(field_of(page)).not_to_be_focused()
    page.keyboard.press("Control+k")
    expect(field_of(page)).to_be_focused()
    expect(field_of(page)).to_have_attribute("aria-keyshortcuts", "Control+K")


DARK = "<style>:root { color-scheme: light dark } body { background: Canvas }</style>"
STATES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "closed": ("", "", {}),
    "open": ("digue", "", {}),
    "empty": ("zzzqx", "", {}),
    "long": ("digue " * 60, "", {}),
    "dark": ("digue", DARK, {"color_scheme": "dark"}),
    "320 px": ("digue", "", {"viewport": {"width": 320, "height": 600}}),
    "text at 200 %": ("digue", "<style>html { font-size: 200% }</style>", {}),
    "forced colours": ("digue", "", {"forced_colors": "active"}),
    "reduced motion": ("digue", "", {"reduced_motion": "reduce"}),
}


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_no_fault_and_nothing_overflows(box, state):
    typed, head, options = STATES[state]
    page = box(head=head, **options)
    if typed:
        field_of(page).fill(typed)
        expect(popup(page)).to_be_visible()
        page.keyboard.press("ArrowDown")
    assert faults(page) == []
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) <= 0


@pytest.mark.parametrize(
    ("fault", "script"),
    [
        ("label", "root.querySelector('label').remove()"),
        ("button-name", "root.querySelector('button').textContent = ''"),
        ("aria-required-children", "root.querySelector('[role=option]').role = 'button'"),
        ("aria-required-parent", "root.querySelector('[role=listbox]').removeAttribute('role')"),
        ("aria-valid-attr-value", "root.querySelector('input').setAttribute('aria-expanded', 'x')"),
        ("color-contrast", "root.host.style.setProperty('--entente-discret', '#bbb')"),
        ("html-has-lang", "document.documentElement.removeAttribute('lang')"),
    ],
)  # fmt: skip
def test_axe_finds_a_fault_that_is_planted_in_the_box(box, fault, script):
    page = box("digue")
    page.evaluate(
        f"() => {{ const root = document.querySelector('entente-recherche').shadowRoot; {script} }}"
    )
    assert fault in {one.split(":")[0] for one in faults(page)}


def test_the_iframe_shows_on_a_listed_host_and_on_no_other(visit, hosts, site):
    frame = f'<h1>A</h1><iframe src="{site}/embed?site=hote" title="B" height="420"></iframe>'
    policy = f"default-src 'none'; frame-src {site}"
    page = visit(hosts[0].page(frame, policy))
    inside = page.frame_locator("iframe")
    field_of(inside).press_sequentially("digue")
    expect(inside.get_by_role("group", name="Documents").get_by_role("option")).to_have_count(3)
    assert visit.complaints == []
    assert faults(page) == []
    inside.get_by_role("option").last.click()
    page.wait_for_url(f"{site}/documents/**")  # the whole window, as no other page may be framed
    page = visit(hosts[1].page(frame, policy))
    assert field_of(page.frame_locator("iframe")).count() == 0
    assert any("frame-ancestors" in complaint for complaint in visit.complaints)


def test_the_iframe_works_without_scripts(visit, hosts, site):
    frame = f'<iframe src="{site}/embed?site=hote" title="Rechercher"></iframe>'
    page = visit(hosts[0].page(frame), java_script_enabled=False)
    inside = page.frame_locator("iframe")
    inside.get_by_label("Rechercher dans les documents").fill("digue")
    inside.get_by_role("button").click()
    page.wait_for_url(f"{site}/recherche?folder=public&q=digue")


def test_the_search_page_suggests_while_one_types(visit, site):
    page = visit(f"{site}/recherche")
    box = page.locator("main").bounding_box()
    field_of(page).press_sequentially("digue")
    expect(page.get_by_role("option").first).to_be_visible()
    assert page.locator("main").bounding_box() == box
    assert faults(page) == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/documents/**")
    assert visit.complaints == []
    assert not [url for url in visit.requests if "/v1/search" in url]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/integration", "/integration?site=hote", "/embed?site=hote"])
def test_the_pages_about_the_box_have_no_fault(visit, site, path, scheme):
    page = visit(site + path, color_scheme=scheme, viewport={"width": 320, "height": 700})
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert visit.complaints == []


def test_the_examples_of_the_integration_page_are_live(visit, site):
    page = visit(f"{site}/integration?site=hote")
    field = page.get_by_role("combobox", name="Rechercher dans les documents (exemple)")
    field.press_sequentially("digue")
    expect(page.get_by_role("option").first).to_be_visible()
    inside = page.frame_locator("iframe")
    inside.get_by_role("combobox").press_sequentially("digue")
    expect(inside.get_by_role("option").first).to_be_visible()
    shown = page.get_by_role("region", name="Code de l’élément").inner_text()
    assert f'src="{site}{current().address}"' in shown
    assert current().integrity in shown
    assert page.get_by_text("non essayé").count() == 4


def test_the_script_is_small_and_its_addresses_hold(visit, site):
    data = (FOLDER / "entente-recherche.js").read_bytes()
    assert len(gzip.compress(data, 9)) < 10_000
    assert b"innerHTML" not in data
    page = visit(f"{site}/recherche")
    fixed, stable = (page.request.get(site + path) for path in (current().address, STABLE))
    for answer in (fixed, stable):
        digest = base64.b64encode(hashlib.sha384(answer.body()).digest()).decode()
        assert current().integrity == f"sha384-{digest}"
        assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
        assert answer.headers["content-encoding"] == "gzip"
    assert fixed.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert stable.headers["cache-control"] == "public, max-age=3600"
    unknown = page.request.get(f"{site}/box/v1/entente-recherche.0123.js")
    assert unknown.status == 404
    assert "/integration" in unknown.text()


def test_the_first_load_is_light_and_asks_no_third_party(visit, site):
    page = visit(f"{site}/recherche?q=digue")
    sizes = "performance.getEntries().map(e => e.transferSize || 0).reduce((a, b) => a + b)"
    assert page.evaluate(sizes) <= 60_000
    assert len(visit.requests) <= 4
    assert all(url.startswith(site) for url in visit.requests)
