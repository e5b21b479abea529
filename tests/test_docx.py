"""DOCX: what Word shows of the text comes out in order, what it hides or repeats does not."""

import re
from collections.abc import Callable
from typing import Any

import docx
import pytest
from docx.document import Document as Word
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.table import Table
from written import saved

from corpus.readers import read_blocks

MAIN = nsdecls("w")
FOOTNOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"


def xml(source: str) -> Any:
    """An element written with the prefixes that Word uses."""
    spaces = f'{MAIN} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    return parse_xml(re.sub(r"^<[\w:]+", rf"\g<0> {spaces}", source))


def read(document: Word) -> tuple[list[tuple[int, str]], str]:
    blocks, title = read_blocks("acte.docx", saved(document.save))
    return [(block.level, block.text) for block in blocks], title


def texts(document: Word) -> list[str]:
    return [text for _, text in read(document)[0]]


def add(document: Word, *elements: str) -> None:
    """Adds to a new paragraph what python-docx does not write."""
    paragraph = document.add_paragraph()
    for element in elements:
        paragraph._p.append(xml(element))


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t xml:space='preserve'>{text}</w:t></w:r>"


def numbered(document: Word, *levels: tuple[str, str]) -> str:
    """A new list with the format and the text of each of its levels; its id."""
    numbering = document.part.numbering_part.element
    described = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for n, (form, text) in enumerate(levels)
    )
    numbering.insert(0, xml(f'<w:abstractNum w:abstractNumId="90">{described}</w:abstractNum>'))
    return str(numbering.add_num(90).numId)


def item(document: Word, text: str, number: str, level: int = 0, style: str | None = None) -> None:
    paragraph = document.add_paragraph(text, style)
    paragraph._p.get_or_add_pPr().append(
        xml(f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')
    )


# Headings


def test_headings_have_the_level_of_their_style_or_of_their_outline() -> None:
    document = docx.Document()
    document.add_heading("Chapitre", 1)
    styles = document.styles
    styles.add_style("Article maison", WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Heading 3"]
    document.add_paragraph("Objet", "Article maison")
    document.add_paragraph("Durée")._p.get_or_add_pPr().append(xml('<w:outlineLvl w:val="1"/>'))
    document.add_paragraph("Corps")._p.get_or_add_pPr().append(xml('<w:outlineLvl w:val="9"/>'))
    assert read(document)[0] == [(1, "Chapitre"), (3, "Objet"), (2, "Durée"), (0, "Corps")]


def test_the_title_of_a_document_is_above_its_headings() -> None:
    document = docx.Document()
    document.add_heading("Convention", 0)
    document.add_heading("Article 1", 1)
    assert read(document)[0] == [(1, "Convention"), (2, "Article 1")]


def test_headings_keep_the_numbers_that_word_gives_them() -> None:
    document = docx.Document()
    number = numbered(document, ("upperRoman", "Titre %1 –"), ("decimal", "Article %1.%2"))
    for text, level in [("Eau", 0), ("Objet", 1), ("Prix", 1), ("Air", 0), ("Durée", 1)]:
        item(document, text, number, level, f"Heading {level + 1}")
    assert texts(document) == [
        "Titre I – Eau",
        "Article I.1 Objet",
        "Article I.2 Prix",
        "Titre II – Air",
        "Article II.1 Durée",
    ]


@pytest.mark.parametrize(
    ("declared", "kept"),
    [("Convention", "Convention"), ("Document2", ""), ("Word Document", ""), ("acte.doc", "")],
)
def test_the_declared_title_is_kept_unless_a_program_made_it_up(declared: str, kept: str) -> None:
    document = docx.Document()
    document.add_paragraph("Texte")
    document.core_properties.title = declared
    assert read(document)[1] == kept


# Lists


def test_a_list_is_one_block_with_the_marks_that_word_shows() -> None:
    document = docx.Document()
    number = numbered(document, ("decimal", "%1."), ("lowerLetter", "%2)"), ("bullet", "\uf0b7"))
    document.add_paragraph("Sont prévus :")
    for text, level in [("a", 0), ("b", 1), ("c", 1), ("d", 2), ("e", 0), ("f", 1)]:
        item(document, text, number, level)
    document.add_paragraph("Fin")
    assert texts(document) == ["Sont prévus :", "1. a\na) b\nb) c\n- d\n2. e\na) f", "Fin"]


def test_a_paragraph_may_refuse_the_list_of_its_style() -> None:
    document = docx.Document()
    document.add_paragraph("un", "List Bullet")
    item(document, "deux", "0", style="List Bullet")
    assert texts(document) == ["- un", "deux"]


# Tables


def filled(document: Word, *rows: str, style: str | None = None) -> Table:
    """A table whose cells are the letters of the rows."""
    table = document.add_table(len(rows), len(rows[0]), style)
    for row, letters in zip(table.rows, rows, strict=True):
        for cell, letter in zip(row.cells, letters, strict=True):
            cell.text = letter
    return table


def repeated(table: Table) -> None:
    table.rows[0]._tr.get_or_add_trPr().append(xml("<w:tblHeader/>"))


def in_bold(table: Table) -> None:
    for cell in table.rows[0].cells:
        cell.paragraphs[0].runs[0].bold = True


def styled(table: Table) -> None:
    table.style = "Light Grid Accent 1"


@pytest.mark.parametrize("name_columns", [repeated, in_bold, styled])
def test_each_row_names_its_columns(name_columns: Callable[[Table], None]) -> None:
    document = docx.Document()
    name_columns(filled(document, "AB", "cd", "ef"))
    assert texts(document) == ["A : c | B : d\nA : e | B : f"]


def test_a_table_without_headings_is_read_as_it_stands() -> None:
    document = docx.Document()
    filled(document, "ab", "cd")
    assert texts(document) == ["a | b\nc | d"]


def test_merged_cells_are_said_once_in_a_row_and_in_each_row_they_cover() -> None:
    document = docx.Document()
    table = filled(document, "ABC", "d  ", "e f", "gh ")
    repeated(table)
    table.cell(1, 0).merge(table.cell(1, 2)).text = "across"
    table.cell(2, 0).merge(table.cell(3, 0)).text = "down"
    table.cell(2, 1).merge(table.cell(2, 2)).text = "two"
    assert texts(document) == ["across\nA : down | B : two\nA : down | B : h"]


def test_a_table_in_a_table_keeps_its_rows() -> None:
    document = docx.Document()
    outer = filled(document, "ab")
    inner = outer.cell(0, 1).add_table(2, 2)
    for n, cell in enumerate(inner._cells):
        cell.text = "ABcd"[n]
    repeated(inner)
    assert texts(document) == ["a", "b", "A : c | B : d"]


def test_a_frame_made_of_one_cell_is_no_table() -> None:
    document = docx.Document()
    cell = document.add_table(1, 1).cell(0, 0)
    cell.paragraphs[0].style = "Heading 1"
    cell.paragraphs[0].text = "Convention"
    cell.add_paragraph("Entre les parties")
    assert read(document)[0] == [(1, "Convention"), (0, "Entre les parties")]


# What is beside the text


def test_insertions_are_kept_and_deletions_left_out() -> None:
    document = docx.Document()
    add(
        document,
        run("Le prix est de "),
        '<w:del w:id="1"><w:r><w:delText>10</w:delText></w:r></w:del>',
        f'<w:ins w:id="2">{run("12")}</w:ins>',
        f'<w:moveFrom w:id="3">{run(" francs")}</w:moveFrom>',
        f'<w:moveTo w:id="4">{run(" euros")}</w:moveTo>',
    )
    assert texts(document) == ["Le prix est de 12 euros"]


def test_links_controls_and_fields_are_read_and_hidden_text_is_not() -> None:
    document = docx.Document()
    add(
        document,
        f"<w:hyperlink>{run('Le syndicat')}</w:hyperlink>",
        f"<w:sdt><w:sdtContent>{run(' livre')}</w:sdtContent></w:sdt>",
        "<w:r><w:instrText> DATE </w:instrText></w:r>",
        run(" caché", "<w:vanish/>"),
        run(" visible", '<w:vanish w:val="0"/>'),
        "<w:r><w:tab/><w:t>l'eau</w:t><w:br/><w:t>ici</w:t></w:r>",
    )
    body = document.element.body
    body.insert(1, xml(f"<w:sdt><w:sdtContent><w:p>{run('Signé')}</w:p></w:sdtContent></w:sdt>"))
    assert texts(document) == ["Le syndicat livre visible l'eau\nici", "Signé"]


def test_a_text_box_is_read_once_after_its_paragraph() -> None:
    document = docx.Document()
    box = f"<w:txbxContent><w:p>{run('Encadré')}</w:p></w:txbxContent>"
    choice = f'<mc:Choice Requires="wps"><w:drawing>{box}</w:drawing></mc:Choice>'
    fallback = f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback>"
    add(
        document,
        run("Avant"),
        f"<w:r><mc:AlternateContent>{choice}{fallback}</mc:AlternateContent></w:r>",
        run(" et après"),
    )
    assert texts(document) == ["Avant et après", "Encadré"]


def test_a_footnote_follows_the_paragraph_that_calls_it() -> None:
    document = docx.Document()
    note = f'<w:footnotes {MAIN}><w:footnote w:id="7"><w:p>{run("Hors taxes.")}</w:p></w:footnote>'
    part = Part(PackURI("/word/footnotes.xml"), FOOTNOTES, f"{note}</w:footnotes>".encode())
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    add(document, run("12 euros"), '<w:r><w:footnoteReference w:id="7"/></w:r>', run(" le mètre"))
    document.add_paragraph("Fin")
    assert texts(document) == ["12 euros le mètre", "Note 1 : Hors taxes.", "Fin"]


def test_headers_footers_and_the_table_of_contents_are_left_out() -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "En-tête"
    document.sections[0].footer.paragraphs[0].text = "Page 1"
    document.styles.add_style("toc 1", WD_STYLE_TYPE.PARAGRAPH, builtin=True)
    document.add_paragraph("Article 1\t3", "toc 1")
    document.add_paragraph("Texte")
    assert texts(document) == ["Texte"]
