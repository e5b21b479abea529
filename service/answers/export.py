"""Lists as tables for a spreadsheet: one row for each act, as CSV or OpenDocument.

CSV is what Excel opens right where French is its language: semicolons, a byte order mark, CRLF, and
quotes as RFC 4180 has them. A cell that a spreadsheet would run as a formula begins with an
apostrophe (OWASP, « CSV injection »); OpenDocument says of each cell what it is.
"""

import csv
import re
import unicodedata
from collections.abc import Iterable, Sequence
from io import BytesIO, StringIO
from typing import Literal
from xml.sax.saxutils import escape

from fastapi.responses import Response
from odfdo import Document as Spreadsheet

from corpus.document import Document
from service.answers.model import Answer, Listed
from service.api import NOSNIFF
from service.links import view_link
from service.listing import term
from service.reading import renewal, state

Format = Literal["csv", "ods"]
MEDIA_TYPES: dict[Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}
ACT = (
    "titre", "nature", "numéro", "date", "parties", "début", "fin",
    "fin reconductions comprises", "reconduction", "état",
)  # fmt: skip
COLUMNS = (*ACT, "citation", "page", "section", "adresse")
ILLEGAL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # in XML
RUN = re.compile(r"[=+\-@]|[\t\r\n]")
UNSEEN = ("Cc", "Cf", "Zs", "Zl", "Zp")  # categories of characters that a spreadsheet passes over


def exported(answer: Answer, form: Format, day: str, base: str) -> bytes:
    """The rows of a list.

    Args:
        day: of the states, ISO 8601.
        base: the address of the service, without a slash at its end.
    """
    return table([COLUMNS, *(_line(row, answer, day, base) for row in answer.rows)], form)


def table(lines: Iterable[Sequence[str]], form: Format) -> bytes:
    """Lines of cells, the first of them the names of the columns."""
    return _csv(lines) if form == "csv" else _ods(lines)


def attached(data: bytes, form: Format, name: str = "liste") -> Response:
    """A table to be saved under a name."""
    saved = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    return Response(data, media_type=MEDIA_TYPES[form], headers={**NOSNIFF, **saved})


def _line(row: Listed, answer: Answer, day: str, base: str) -> list[str]:
    act = row.document
    cited = answer.citations[row.citation - 1] if row.citation else None
    return [
        *described(act, day),
        " ".join(cited.quote.split()) if cited else "",
        str(cited.page or "") if cited else "",
        " > ".join(cited.section) if cited else "",
        base + view_link(cited.document if cited else act, cited),
    ]


def described(act: Document, day: str) -> list[str]:
    """The cells of the first columns, which tell an act."""
    period = act.period
    return [
        act.metadata.title,
        act.metadata.kind,
        act.metadata.number,
        act.metadata.date,
        ", ".join(act.metadata.parties),
        period.begins,
        period.ends,
        term(act, day),
        renewal(act),
        state(act, day),
    ]


def _csv(lines: Iterable[Sequence[str]]) -> bytes:
    text = StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows(map(_inert, line) for line in lines)
    return text.getvalue().encode("utf-8-sig")


def _inert(cell: str) -> str:
    seen = (c for c in unicodedata.normalize("NFKC", cell) if unicodedata.category(c) not in UNSEEN)
    return f"'{cell}" if RUN.match(next(seen, "")) or RUN.match(cell) else cell


def _ods(lines: Iterable[Sequence[str]]) -> bytes:
    """The sheet goes into odfdo's template as text: its own rows take four milliseconds each."""
    rows = [list(map(_cell, line)) for line in lines]
    columns = f'<table:table-column table:number-columns-repeated="{len(rows[0])}"/>'
    filled = "".join(f"<table:table-row>{''.join(row)}</table:table-row>" for row in rows)
    sheet = f'<table:table table:name="Liste">{columns}{filled}</table:table>'
    body = f"<office:spreadsheet>{sheet}</office:spreadsheet>"
    made = Spreadsheet("spreadsheet")
    made.body.clear()
    content = made.content.serialize().decode().replace("<office:spreadsheet/>", body)
    made.set_part("content", content.encode())
    written = BytesIO()
    made.save(written)
    return written.getvalue()


def _cell(text: str) -> str:
    said = f"<text:p>{escape(ILLEGAL.sub('', text))}</text:p>"
    return f'<table:table-cell office:value-type="string">{said}</table:table-cell>'
