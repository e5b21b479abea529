"""Typesets the corpus: each Markdown source becomes the same PDF, byte for byte, on every build."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, NamedTuple

import typer
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from reportlab.lib.colors import grey, whitesmoke
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.lib.utils import simpleSplit
from reportlab.platypus import (
    Flowable,
    ListFlowable,
    PageBreak,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

CORPUS = Path(__file__).parent
MARGIN = 2.3 * cm
MARKDOWN = MarkdownIt("commonmark").enable("table")

BODY = ParagraphStyle("body", fontName="Times-Roman", fontSize=11, leading=14.5, spaceAfter=7)
CELL = ParagraphStyle("cell", BODY, fontSize=9.5, leading=12, spaceAfter=0)
HEADING = ParagraphStyle("heading", BODY, fontName="Helvetica-Bold", spaceBefore=9, keepWithNext=1)
HEADINGS = {
    "h1": ParagraphStyle("h1", HEADING, fontSize=16, leading=20, alignment=1),
    "h2": ParagraphStyle("h2", HEADING, fontSize=12.5, leading=16),
    "h3": ParagraphStyle("h3", HEADING),
}
RULES = TableStyle(
    [
        ("GRID", (0, 0), (-1, -1), 0.4, grey),
        ("BACKGROUND", (0, 0), (-1, 0), whitesmoke),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
)


class Source(NamedTuple):
    """A parsed source: its title, its `<!-- author: … -->` and `<!-- short: … -->`, its blocks."""

    title: str
    notes: dict[str, str]
    blocks: list[SyntaxTreeNode]


def parse(text: str) -> Source:
    """Reads a Markdown source; `ValueError` if it has no title or a glyph the fonts lack."""
    if missing := {c for c in text if not c.encode("cp1252", "ignore")}:
        raise ValueError(f"no glyph for {sorted(missing)}: keep to Windows-1252 characters")
    blocks = SyntaxTreeNode(MARKDOWN.parse(text)).children
    titles = [block.children[0].content for block in blocks if block.tag == "h1"]
    if not titles:
        raise ValueError("no title: add a first-level heading")
    comments = [_comment(block).partition(": ") for block in blocks if block.type == "html_block"]
    return Source(titles[0], {key: value for key, _, value in comments}, blocks)


def flow(block: SyntaxTreeNode) -> Iterator[Flowable]:
    """The flowables of one block, in reading order; `ValueError` on Markdown it cannot set."""
    match block.type:
        case "heading":
            yield Paragraph(_markup(block), HEADINGS[block.tag])
        case "paragraph":
            yield Paragraph(_markup(block), BODY)
        case "bullet_list" | "ordered_list":
            yield _list(block)
        case "table":
            yield from (_table(block), Spacer(0, 10))
        case "blockquote":
            for child in block.children:
                yield from flow(child)
        case "html_block":
            yield from [PageBreak()] if _comment(block) == "page" else []
        case other:
            raise ValueError(f"cannot typeset {other!r}: use headings, paragraphs, lists or tables")


def _comment(block: SyntaxTreeNode) -> str:
    """The words of an HTML comment."""
    return block.content.strip().removeprefix("<!--").removesuffix("-->").strip()


def _markup(block: SyntaxTreeNode) -> str:
    """The text of a block as inline HTML, which reportlab's paragraphs read as it is."""
    return str(MARKDOWN.renderer.render(block.children[0].to_tokens(), MARKDOWN.options, {}))


def _list(block: SyntaxTreeNode) -> ListFlowable:
    """A bullet or numbered list, with the lists inside it."""
    numbered = block.type == "ordered_list"
    return ListFlowable(
        [[part for child in item.children for part in flow(child)] for item in block.children],
        bulletType="1" if numbered else "bullet",
        bulletFormat="%s." if numbered else None,
        start=int(block.attrs.get("start", 1)) if numbered else "–",
        bulletFontName=BODY.fontName,
        bulletFontSize=BODY.fontSize,
        leftIndent=20,
    )


def _table(block: SyntaxTreeNode) -> Table:
    """A ruled table whose first row returns on every page, columns as wide as their text asks."""
    lines = [row for part in block.children for row in part.children]
    rows = [[_markup(cell) for cell in row.children] for row in lines]
    weights = [min(max(map(len, column)), 40) + 4 for column in zip(*rows, strict=True)]
    widths = [(A4[0] - 2 * MARGIN - 12) * weight / sum(weights) for weight in weights]
    cells = [[Paragraph(text, CELL) for text in row] for row in rows]
    return Table(cells, colWidths=widths, repeatRows=1, style=RULES)


class Template(SimpleDocTemplate):
    """Pages under a running header, « Page n sur N » at their foot, headings in the outline."""

    header: str
    pages: int

    def beforePage(self) -> None:
        if self.page > 1:
            self.canv.setFont("Helvetica", 8)
            fitting, *_ = simpleSplit(self.header, "Helvetica", 8, A4[0] - 2 * MARGIN)
            self.canv.drawString(MARGIN, A4[1] - 1.4 * cm, fitting)

    def afterPage(self) -> None:
        self.canv.setFont("Helvetica", 8)
        self.canv.drawRightString(A4[0] - MARGIN, 1.3 * cm, f"Page {self.page} sur {self.pages}")

    def afterFlowable(self, flowable: Flowable) -> None:
        if isinstance(flowable, Paragraph) and flowable.style.name in HEADINGS:
            text = flowable.getPlainText()
            key = f"{self.page} {text}"
            self.canv.bookmarkPage(key)
            self.canv.addOutlineEntry(text, key, level=int(flowable.style.name[1]) - 1)


def render(source: Source, target: IO[bytes], pages: int) -> int:
    """Writes the PDF, its footers counting `pages` pages, and returns how many it has."""
    document = Template(
        target,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=source.title,
        author=source.notes.get("author", "Entente"),
        subject="Coopération entre collectivités",
        creator="Entente",
        lang="fr",
        invariant=1,
    )
    document.header = source.notes.get("short", source.title)
    document.pages = pages
    document.build([part for block in source.blocks for part in flow(block)])
    return document.page


def typeset(source: Path, target: Path) -> int:
    """Typesets one Markdown file and returns its number of pages."""
    parsed = parse(source.read_text("utf-8"))
    pages = render(parsed, BytesIO(), pages=0)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        return render(parsed, file, pages)


def main(sources: Path = CORPUS / "sources", documents: Path = CORPUS / "documents") -> None:
    """Typesets every Markdown file under SOURCES at the same place under DOCUMENTS."""
    for source in sorted(sources.rglob("*.md")):
        target = (documents / source.relative_to(sources)).with_suffix(".pdf")
        typer.echo(f"{target} : {typeset(source, target)} pages")


if __name__ == "__main__":
    typer.run(main)
