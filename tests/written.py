"""Markdown written as DOCX, ODT and HTML by other programs' libraries, for tests to read again."""

import io
from collections.abc import Callable, Iterator

import docx
import odfdo
from docx.document import Document as Word
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode as Node

MARKDOWN = MarkdownIt("commonmark").enable("table")
PAGE = """<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>%s</title></head><body>
<header role="banner"><p>Portail des actes</p></header><nav><a href="/">Accueil</a></nav>
<main><article>%s</article></main><footer>Mentions légales</footer></body></html>"""
NUMBERED = """<text:list-style style:name="Numbered"><text:list-level-style-number text:level="1"
style:num-format="1" style:num-suffix="."/></text:list-style>"""
RULED = """<style:style style:name="Ruled" style:family="table-cell"><style:table-cell-properties
fo:border="0.5pt solid #000000" fo:padding="0.1cm"/></style:style>"""
BULLETED = """<text:list-style style:name="Bulleted"><text:list-level-style-bullet text:level="1"
text:bullet-char="•"/></text:list-style>"""


def as_html(markdown: str) -> bytes:
    """A web page with a menu and a footer around the text."""
    return (PAGE % ("Portail", MARKDOWN.render(markdown))).encode()


def as_docx(markdown: str) -> bytes:
    """A Word document in python-docx's default styles."""
    document = docx.Document()
    for node in _nodes(markdown):
        if node.type == "heading":
            document.add_heading(plain(node), int(node.tag[1]))
        elif node.type == "table":
            _word_table(document, node)
        elif node.type.endswith("_list"):
            _word_list(document, node)
        else:
            document.add_paragraph(plain(node))
    return saved(document.save)


def as_odt(markdown: str) -> bytes:
    """An OpenDocument text as odfdo writes it."""
    document = odfdo.Document("text")
    for style in (NUMBERED, BULLETED, RULED):
        document.insert_style(odfdo.Element.from_tag(style), automatic=True)
    document.styles.get_element("//text:outline-style").delete()  # it numbers headings
    document.body.clear()
    for node in _nodes(markdown):
        if node.type == "heading":
            document.body.append(odfdo.Header(int(node.tag[1]), plain(node)))
        elif node.type == "table":
            document.body.append(_odf_table(node))
        elif node.type.endswith("_list"):
            document.body.append(_odf_list(node))
        else:
            document.body.append(odfdo.Paragraph(plain(node)))
    return saved(document.save)


def saved(save: Callable[[io.BytesIO], object]) -> bytes:
    """The bytes that a document's method writes."""
    file = io.BytesIO()
    save(file)
    return file.getvalue()


def plain(node: Node) -> str:
    """The text of a node as it is rendered."""
    breaks = {"softbreak": " ", "hardbreak": "\n"}
    return "".join(
        breaks.get(child.type, child.content) for child in node.walk() if not child.children
    )


def _nodes(markdown: str) -> Iterator[Node]:
    return (node for node in Node(MARKDOWN.parse(markdown)).children if node.type != "html_block")


def _rows(table: Node) -> list[list[str]]:
    return [
        [plain(cell) for cell in row.children] for part in table.children for row in part.children
    ]


def _word_table(document: Word, node: Node) -> None:
    rows = _rows(node)
    table = document.add_table(len(rows), len(rows[0]))
    for row, written in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, written, strict=True):
            cell.text = text
    table.rows[0]._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))


def _word_list(document: Word, node: Node, depth: int = 0) -> None:
    """A list; each numbered one counts from its own start."""
    style = (
        f"List {'Number' if node.type[0] == 'o' else 'Bullet'}{f' {depth + 1}' if depth else ''}"
    )
    numbering = document.part.numbering_part.element
    shared = document.styles[style].element.pPr.numPr.numId.val
    own = numbering.add_num(numbering.num_having_numId(shared).abstractNumId.val)
    own.add_lvlOverride(ilvl=0).add_startOverride(int(node.attrs.get("start", 1)))
    for item in node.children:
        for child in item.children:
            if child.type == "paragraph":
                paragraph = document.add_paragraph(plain(child), style)
                paragraph._p.get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = own.numId
            else:
                _word_list(document, child, depth + 1)


def _odf_table(node: Node) -> odfdo.Element:
    rows = _rows(node)
    table = odfdo.Table("Table", width=len(rows[0]), height=len(rows))
    for y, row in enumerate(rows):
        for x, text in enumerate(row):
            table.set_value((x, y), text)
            cell = table.get_cell((x, y))
            cell.style = "Ruled"
            table.set_cell((x, y), cell)
    header = odfdo.Element.from_tag("table:table-header-rows")
    first = table.get_elements("table:table-row")[0]
    table.insert(header, position=table.index(first))
    header.append(first)
    return table


def _odf_list(node: Node) -> odfdo.Element:
    written = odfdo.List(style="Numbered" if node.type[0] == "o" else "Bulleted")
    for item in node.children:
        entry = odfdo.ListItem()
        for child in item.children:
            nested = child.type.endswith("_list")
            entry.append(_odf_list(child) if nested else odfdo.Paragraph(plain(child)))
        written.append(entry)
    if "start" in node.attrs:
        written.children[0].set_attribute("text:start-value", str(node.attrs["start"]))
    return written
