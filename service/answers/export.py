"""A list as a table for a spreadsheet: one row for each act, as CSV or OpenDocument.

CSV is what Excel opens right where French is its language: semicolons, a byte order mark, CRLF, and
quotes as RFC 4180 has them. A cell that a spreadsheet would run as a formula begins with an
apostrophe (OWASP, « CSV injection »); OpenDocument says of each cell what it is.
"""

import csv
import re
from io import BytesIO, StringIO
from typing import Literal

from odfdo import Document as Spreadsheet
from odfdo import Row as Line
from odfdo import Table

from service.answers.model import Answer, Listed
from service.links import view_link
from service.reading import renewal, state

Format = Literal["csv", "ods"]
MEDIA_TYPES: dict[Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}
COLUMNS = (
    "titre", "nature", "numéro", "date", "parties", "début", "fin", "reconduction", "état",
    "citation", "page", "section", "adresse",
)  # fmt: skip
ILLEGAL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # in XML
RUN = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")


def exported(answer: Answer, form: Format, day: str, base: str) -> bytes:
    """The rows of a list.

    Args:
        day: of the states, ISO 8601.
        base: the address of the service, without a slash at its end.
    """
    lines = [_line(row, answer, day, base) for row in answer.rows]
    return _csv(lines) if form == "csv" else _ods(lines)


def _line(row: Listed, answer: Answer, day: str, base: str) -> list[str]:
    act, period = row.document, row.document.period
    cited = answer.citations[row.citation - 1] if row.citation else None
    return [
        act.metadata.title,
        act.metadata.kind,
        act.metadata.number,
        act.metadata.date,
        ", ".join(act.metadata.parties),
        period.begins,
        period.ends,
        renewal(act),
        state(act, day),
        " ".join(cited.quote.split()) if cited else "",
        str(cited.page or "") if cited else "",
        " > ".join(cited.section) if cited else "",
        base + view_link(act, cited),
    ]


def _csv(lines: list[list[str]]) -> bytes:
    text = StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows([COLUMNS, *(map(_inert, line) for line in lines)])
    return text.getvalue().encode("utf-8-sig")


def _inert(cell: str) -> str:
    return f"'{cell}" if RUN.match(cell) else cell


def _ods(lines: list[list[str]]) -> bytes:
    made, table = Spreadsheet("spreadsheet"), Table("Liste")
    for cells in [list(COLUMNS), *lines]:
        line = Line()
        line.set_values([ILLEGAL.sub("", cell) for cell in cells])
        table.append_row(line)
    made.body.clear()
    made.body.append(table)
    written = BytesIO()
    made.save(written)
    return written.getvalue()
