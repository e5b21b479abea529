"""The main content of a web page: what is left without menus, banners, share bars and footers."""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

FURNITURE = (
    "script, style, noscript, template, nav, footer, aside, iframe, svg, dialog, "
    "button, label, legend, select, textarea, "
    "[hidden], [aria-hidden=true], [role=navigation], [role=banner], [role=search], "
    "[role=contentinfo], [role=dialog], [role=alertdialog], [role=complementary]"
)
PREFIX = (
    r"(?:(?:site|page|block|bloc|region|widget|main|top|bottom|header|footer|sub|mobile|social"
    r"|article|post|entry|node|content|wp|js|fr|c|l|o|m|back|acces|accès|liens?|barre|bandeau)"
    r"[-_]+)*"
)
NAMES = (
    r"[\w-]*cookie[\w-]*|tarteaucitron\w*|axeptio\w*|didomi\w*|rgpd|gdpr|consent|breadcrumbs?"
    r"|fil[-_]?(?:d[-_]?)?ariane|ariane|hierarchie|share\w*|sharing|addtoany\w*|partage|partager"
    r"|social|reseaux[-_]sociaux|sidebar|secondary|widgets?|menus?|navbar|navigation|nav|pager"
    r"|pagination|footer|pied|pied[-_]de[-_]page|skip|skiplinks?|evitement|newsletter|related"
    r"|print|imprimer|toolbar|outils|langues?|banner|popup|modal|haut[-_]de[-_]page|to[-_]top"
    r"|masthead|logo|acces[-_]rapides|en[-_]?tete|accessibilite"
)
SUFFIX = (
    r"(?:[-_]+(?:bar|barre|box|block|bloc|banner|bandeau|list|liste|links?|liens?|buttons?|btns?"
    r"|icons?|wrapper|container|inner|nav|menu|widget|area|region|top|bottom|left|right|main"
    r"|principale?|primary|secondary|secondaire|notice|message|sociaux|tools|evitement|langues?"
    r"|rapides?|\d+))*"
)
NAMED = re.compile(
    f"{PREFIX}(?:{NAMES}){SUFFIX}|(?:site[-_]|main[-_])?header|top[-_]?bar", re.IGNORECASE
)
CONTAINERS = "div, section, ul, ol, p, form, header, table, td, a"
LINK = 60  # characters of an entry of a menu, at the most


def main_content(tree: LexborHTMLParser) -> LexborNode | None:
    """The node that holds the content of a page, its furniture taken out; None for no page."""
    main = tree.css_first("main") or tree.css_first("[role=main]")
    root = main or tree.body
    if root is None:
        return None
    for node in root.css(FURNITURE):
        node.decompose()
    whole = _length(root)
    for node in root.css(CONTAINERS):
        if _is_furniture(node, outside=main is None) and not _is_content(node, whole):
            node.decompose()
    return root


def _is_furniture(node: LexborNode, outside: bool) -> bool:
    attributes = node.attributes
    if re.search(r"display\s*:\s*none", attributes.get("style") or ""):
        return True
    names = f"{attributes.get('id') or ''} {attributes.get('class') or ''}".split()
    if any(map(NAMED.fullmatch, names)):
        return True
    return outside and (node.tag == "header" or (node.tag in ("ul", "ol", "p") and _is_menu(node)))


def _is_content(node: LexborNode, whole: int) -> bool:
    """Whether a node cannot be furniture, whatever its name: it has the title or half of all."""
    return node.css_first("h1, main, article") is not None or _length(node) > whole / 2


def _is_menu(node: LexborNode) -> bool:
    """Whether a list is made of short links only."""
    links = node.css("a")
    linked = sum(map(_length, links))
    return len(links) > 2 and linked >= 0.8 * _length(node) and linked <= LINK * len(links)


def _length(node: LexborNode) -> int:
    return len("".join(node.text().split()))
