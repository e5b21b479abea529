"""ODT: what LibreOffice shows of the text comes out in order, what it keeps to itself does not."""

import odfdo
import pytest
from written import saved

from corpus.readers import read_blocks

NUMBERS = """<text:list-style style:name="N">
<text:list-level-style-number text:level="1" style:num-format="I" style:num-prefix="Titre "
style:num-suffix=" –"/>
<text:list-level-style-number text:level="2" style:num-format="1" text:display-levels="2"
style:num-suffix="."/>
<text:list-level-style-bullet text:level="3" text:bullet-char="•"/></text:list-style>"""


def read(*elements: str, styles: tuple[str, ...] = (), title: str = "") -> list[tuple[int, str]]:
    """The levels and texts of a document that is made of the elements."""
    document = odfdo.Document("text")
    document.styles.get_element("//text:outline-style").delete()  # it numbers headings
    for style in styles:
        document.insert_style(odfdo.Element.from_tag(style), automatic=True)
    document.body.clear()
    for element in elements:
        document.body.append(odfdo.Element.from_tag(element))
    document.meta.title = title
    blocks, declared = read_blocks("acte.odt", saved(document.save))
    assert declared == title
    return [(block.level, block.text) for block in blocks]


def texts(*elements: str, styles: tuple[str, ...] = ()) -> list[str]:
    return [text for _, text in read(*elements, styles=styles)]


def cell(text: str, attributes: str = "") -> str:
    return f"<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>"


def row(*cells: str) -> str:
    written = (c if c.startswith("<") else cell(c) for c in cells)
    return f"<table:table-row>{''.join(written)}</table:table-row>"


def table(*rows: str, headings: str = "") -> str:
    heading = f"<table:table-header-rows>{headings}</table:table-header-rows>" if headings else ""
    return f"<table:table table:name='t'>{heading}{''.join(rows)}</table:table>"


def test_headings_have_their_outline_level_below_the_title_of_the_document() -> None:
    style = (
        '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Title"/>'
    )
    headings = [
        f'<text:h text:outline-level="{level}">{text}</text:h>'
        for level, text in [(1, "Titre"), (3, "Article")]
    ]
    assert read(*headings, "<text:p>Texte</text:p>", title="Acte") == [
        (1, "Titre"),
        (3, "Article"),
        (0, "Texte"),
    ]
    whole = read('<text:p text:style-name="P1">Convention</text:p>', *headings, styles=(style,))
    assert whole == [(1, "Convention"), (2, "Titre"), (4, "Article")]


def test_lists_and_headings_keep_the_numbers_that_libreoffice_gives_them() -> None:
    inner = "<text:list><text:list-item><text:p>{}</text:p></text:list-item></text:list>"
    deeper = inner.format("d</text:p>" + inner.format("e") + "<text:p>f")
    first = f"""<text:list text:style-name="N"><text:list-item><text:p>a</text:p></text:list-item>
    <text:list-item><text:p>b</text:p>{inner.format("c")}{deeper}</text:list-item></text:list>"""
    second = """<text:list text:style-name="N" text:continue-numbering="true"><text:list-item>
    <text:h text:outline-level="2">Annexe</text:h></text:list-item></text:list>"""
    again = '<text:list text:style-name="N"><text:list-item text:start-value="4"><text:p>x</text:p>'
    assert read(first, second, f"{again}</text:list-item></text:list>", styles=(NUMBERS,)) == [
        (0, "Titre I – a\nTitre II – b\nII.1. c\nII.2. d\n- e f"),
        (2, "Titre III – Annexe"),
        (0, "Titre IV – x"),
    ]


def test_each_row_names_its_columns() -> None:
    assert texts(table(row("c", "d"), row("e", ""), headings=row("A", "B"))) == [
        "A : c | B : d\nA : e"
    ]
    assert texts(table(row("a", "b"), row("c", "d"))) == ["a | b\nc | d"]


def test_merged_repeated_and_nested_cells_are_read_where_they_stand() -> None:
    covered = "<table:covered-table-cell/>"
    rows = [
        row(cell("across", 'table:number-columns-spanned="3"'), covered, covered),
        row(cell("down", 'table:number-rows-spanned="2"'), "d", "e"),
        row(covered, cell("twice", 'table:number-columns-repeated="2"')),
    ]
    assert texts(table(*rows, headings=row("A", "B", "C"))) == [
        "across\nA : down | B : d | C : e\nA : down | B : twice | C : twice"
    ]
    inner = table(row("c", "d"), headings=row("A", "B"))
    outer = f"<table:table-cell><text:p>b</text:p>{inner}</table:table-cell>"
    assert texts(table(row("a", outer))) == ["a", "b", "A : c | B : d"]


def test_a_sheet_of_empty_cells_takes_no_time() -> None:
    empty = '<table:table-cell table:number-columns-repeated="16384"/>'
    assert texts(table(row("a", empty))) == ["a"]


def test_spaces_tabs_and_line_breaks_are_read_as_shown() -> None:
    source = (
        "<text:p>un\n  <text:s text:c='3'/>deux<text:tab/>trois<text:line-break/>quatre</text:p>"
    )
    assert texts(source) == ["un deux trois\nquatre"]


def test_notes_and_text_boxes_follow_their_paragraph() -> None:
    note = """<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation>
    <text:note-body><text:p>Hors taxes.</text:p></text:note-body></text:note>"""
    frame = "<draw:frame><draw:text-box><text:p>Encadré</text:p></draw:text-box></draw:frame>"
    assert texts(
        f"<text:p>12 euros{note} le mètre{frame} cube</text:p>", "<text:p>Fin</text:p>"
    ) == [
        "12 euros le mètre cube",
        "Note 1 : Hors taxes.",
        "Encadré",
        "Fin",
    ]


@pytest.mark.parametrize(
    "hidden",
    [
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>non</text:p>"
        "</text:deletion></text:changed-region></text:tracked-changes>",
        "<text:table-of-content><text:index-body><text:p>non 3</text:p></text:index-body>"
        "</text:table-of-content>",
        "<text:p><office:annotation><text:p>non</text:p></office:annotation></text:p>",
        "<text:section text:display='none'><text:p>non</text:p></text:section>",
        "<text:p><draw:frame><svg:title>non</svg:title></draw:frame></text:p>",
    ],
    ids=["deletion", "contents", "comment", "section", "description"],
)
def test_what_is_not_shown_is_not_read(hidden: str) -> None:
    kept = "<text:p>de<text:change-start/> la<text:change-end/> rive</text:p>"
    assert texts(hidden, f"<text:section>{kept}</text:section>") == ["de la rive"]
