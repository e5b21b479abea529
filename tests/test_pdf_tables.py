"""The tables that a PDF rules are read row by row, each cell under the heading of its column."""

import io
from collections.abc import Callable, Sequence

import pytest
from reportlab.lib.colors import lightgrey
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from corpus.readers import read_blocks

LEFT, TOP, HEIGHT = 72, 700, 20  # points
ROWS = [("Site", "Jours", "Prix"), ("Nord", "lundi", "12 €"), ("Sud", "mardi", "9 €")]


def drawn(*pages: Callable[[Canvas], None]) -> list[str]:
    """The texts of the blocks of a PDF of these pages."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4)
    for draw in pages:
        draw(canvas)
        canvas.showPage()
    canvas.save()
    blocks, _ = read_blocks("acte.pdf", file.getvalue())
    return [block.text for block in blocks]


def words(canvas: Canvas, rows: Sequence[Sequence[str]], top: int = TOP, width: int = 90) -> None:
    for y, row in enumerate(rows):
        for x, text in enumerate(row):
            canvas.drawString(LEFT + width * x + 4, top - HEIGHT * y - 14, text)


def lines(canvas: Canvas, rows: int, columns: int, top: int = TOP, width: int = 90) -> None:
    xs = [LEFT + width * n for n in range(columns + 1)]
    canvas.grid(xs, [top - HEIGHT * n for n in range(rows + 1)])


def table(canvas: Canvas, rows: Sequence[Sequence[str]] = ROWS, top: int = TOP) -> None:
    lines(canvas, len(rows), len(rows[0]), top)
    words(canvas, rows, top)


def test_words_above_numbers_name_the_columns() -> None:
    assert drawn(table) == [
        "Site : Nord | Jours : lundi | Prix : 12 €\nSite : Sud | Jours : mardi | Prix : 9 €"
    ]


def test_a_bold_row_names_the_columns() -> None:
    def draw(canvas: Canvas) -> None:
        lines(canvas, 3, 2)
        canvas.setFont("Helvetica-Bold", 12)
        words(canvas, [("Site", "Jour")])
        canvas.setFont("Helvetica", 12)
        words(canvas, [("Nord", "lundi"), ("Sud", "mardi")], TOP - HEIGHT)

    assert drawn(draw) == ["Site : Nord | Jour : lundi\nSite : Sud | Jour : mardi"]


def test_a_shaded_row_names_the_columns_and_its_pieces_part_no_word() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFillColor(lightgrey)
        for x in (LEFT, LEFT + 12, LEFT + 90, LEFT + 102):  # as Word lays it, in pieces
            canvas.rect(x, TOP - HEIGHT, 90, HEIGHT, stroke=0, fill=1)
        canvas.setFillColorRGB(0, 0, 0)
        table(canvas, [("Site", "Jour"), ("Nord", "lundi"), ("Sud", "mardi")])

    assert drawn(draw) == ["Site : Nord | Jour : lundi\nSite : Sud | Jour : mardi"]


def test_a_table_without_headings_keeps_its_rows() -> None:
    rows = [("Nord", "Belluire"), ("Sud", "Fontbrac")]
    assert drawn(lambda canvas: table(canvas, rows)) == ["Nord | Belluire\nSud | Fontbrac"]


def test_the_text_around_a_table_stays_in_its_order() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(LEFT, TOP + 30, "Les prix sont fixés ainsi :")
        table(canvas)
        canvas.drawString(LEFT, TOP - 100, "Ils sont revus chaque année.")

    before, rows, after = drawn(draw)
    assert before == "Les prix sont fixés ainsi :"
    assert rows.startswith("Site : Nord")
    assert after == "Ils sont revus chaque année."


def test_a_table_that_crosses_pages_keeps_its_headings() -> None:
    def second(canvas: Canvas) -> None:
        canvas.drawString(LEFT, TOP + 60, "Page 2")
        table(canvas, [("Est", "jeudi", "8 €"), ("Ouest", "vendredi", "7 €")])

    *_, rows = drawn(table, second)
    assert (
        rows
        == "Site : Est | Jours : jeudi | Prix : 8 €\nSite : Ouest | Jours : vendredi | Prix : 7 €"
    )


def test_another_table_on_the_next_page_does_not_take_its_headings() -> None:
    def second(canvas: Canvas) -> None:
        for n in range(5):
            canvas.drawString(
                LEFT, TOP + 110 - 20 * n, "Une phrase entière sépare les deux tableaux."
            )
        table(canvas, [("Est", "jeudi", "8 €"), ("Ouest", "vendredi", "7 €")])

    *_, rows = drawn(table, second)
    assert rows == "Est | jeudi | 8 €\nOuest | vendredi | 7 €"


def test_a_caption_parts_a_table_from_the_one_on_the_page_before() -> None:
    def second(canvas: Canvas) -> None:
        canvas.drawString(LEFT, TOP + 30, "Annexe 2 : les animateurs")
        table(canvas, [("Est", "jeudi", "Aubin"), ("Ouest", "vendredi", "Berthe")])

    *_, rows = drawn(table, second)
    assert rows == "Est | jeudi | Aubin\nOuest | vendredi | Berthe"


@pytest.mark.parametrize(
    "foot", ["Convention des plages", "– 1 –", "Envoyé en préfecture le 3 mars"]
)
def test_what_stands_on_each_page_parts_no_table(foot: str) -> None:
    def first(canvas: Canvas) -> None:
        table(canvas)
        canvas.drawString(LEFT, 40, foot)

    def second(canvas: Canvas) -> None:
        canvas.drawString(LEFT, TOP + 60, "Convention des plages")
        table(canvas, [("Est", "jeudi", "8 €"), ("Ouest", "vendredi", "7 €")])

    def third(canvas: Canvas) -> None:
        canvas.drawString(LEFT, TOP + 60, "Convention des plages")

    rows = drawn(first, second, third)
    assert (
        "Site : Est | Jours : jeudi | Prix : 8 €\nSite : Ouest | Jours : vendredi | Prix : 7 €"
        in rows
    )


@pytest.mark.parametrize("rows", [(), ROWS])
def test_what_stands_off_the_page_is_not_read(rows: Sequence[Sequence[str]]) -> None:
    def draw(canvas: Canvas) -> None:
        if rows:
            table(canvas, rows)
        canvas.drawString(A4[0] + 100, TOP + 30, "Brouillon")
        canvas.drawString(LEFT, TOP - 100, "Ils sont revus chaque année.")

    assert drawn(draw)[bool(rows) :] == ["Ils sont revus chaque année."]


def test_a_number_in_the_outline_takes_no_table_for_a_part_of_its_heading() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.bookmarkPage("annexe")
        canvas.addOutlineEntry("Annexe 0", "annexe")
        canvas.drawString(LEFT, TOP + 30, "Annexe")
        table(canvas)

    assert drawn(draw)[1].startswith("Site : Nord")


def test_a_row_that_a_page_break_leaves_open_belongs_to_the_table() -> None:
    def draw(canvas: Canvas) -> None:
        table(canvas)
        for n in range(4):
            canvas.line(LEFT + 90 * n, TOP, LEFT + 90 * n, TOP + HEIGHT)
        words(canvas, [("Est", "jeudi", "8 €")], TOP + HEIGHT)

    assert drawn(draw) == [
        "Est | jeudi | 8 €\nSite | Jours | Prix\nNord | lundi | 12 €\nSud | mardi | 9 €"
    ]


def test_a_merged_cell_is_said_for_each_of_its_rows() -> None:
    def draw(canvas: Canvas) -> None:
        xs = [LEFT, LEFT + 90, LEFT + 180]
        for x in xs:
            canvas.line(x, TOP, x, TOP - 3 * HEIGHT)
        for y in (TOP, TOP - HEIGHT, TOP - 3 * HEIGHT):
            canvas.line(xs[0], y, xs[2], y)
        canvas.line(xs[1], TOP - 2 * HEIGHT, xs[2], TOP - 2 * HEIGHT)
        words(canvas, [("Site", "Prises"), ("Nord", "2 100"), ("", "1 950")])

    assert drawn(draw) == ["Site : Nord | Prises : 2 100\nSite : Nord | Prises : 1 950"]


def test_the_title_in_a_table_stands_above_it() -> None:
    def draw(canvas: Canvas) -> None:
        table(canvas)
        canvas.rect(LEFT, TOP, 270, HEIGHT)
        words(canvas, [("Tarifs de la saison",)], TOP + HEIGHT)

    title, rows = drawn(draw)
    assert title == "Tarifs de la saison"
    assert rows.startswith("Site : Nord")


def frame(canvas: Canvas) -> None:
    canvas.rect(LEFT, TOP - 200, 400, 220)


def letterhead(canvas: Canvas) -> None:
    canvas.line(LEFT + 90, TOP - 200, LEFT + 90, TOP + 60)
    canvas.line(LEFT, TOP - 30, LEFT + 400, TOP - 30)


def two_boxes(canvas: Canvas) -> None:
    canvas.rect(LEFT, TOP - 60, 90, 60)
    canvas.rect(LEFT + 200, TOP - 60, 90, 60)


def scale(canvas: Canvas) -> None:
    """The ground of a chart: lines that cross, and no words between them."""
    canvas.grid([LEFT + 300 + 20 * n for n in range(6)], [TOP - 20 * n for n in range(6)])


@pytest.mark.parametrize("draw", [frame, letterhead, two_boxes, scale])
def test_other_lines_make_no_table(draw: Callable[[Canvas], None]) -> None:
    def page(canvas: Canvas, with_lines: bool) -> None:
        words(canvas, ROWS)
        if with_lines:
            draw(canvas)

    plain = drawn(lambda canvas: page(canvas, False))
    assert drawn(lambda canvas: page(canvas, True)) == plain
