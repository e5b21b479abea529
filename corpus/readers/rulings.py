"""The straight lines that a PDF page draws, and which of them cross; in points, y upwards."""

from collections.abc import Iterable, Iterator, Sequence
from ctypes import byref, c_float, c_int, c_uint
from itertools import repeat
from typing import Any, NamedTuple

import pypdfium2
from pypdfium2.raw import (
    FPDF_PAGEOBJ_PATH,
    FPDF_SEGMENT_LINETO,
    FPDF_SEGMENT_MOVETO,
    FS_MATRIX,
    FPDFPage_CountObjects,
    FPDFPage_GetObject,
    FPDFPageObj_GetBounds,
    FPDFPageObj_GetFillColor,
    FPDFPageObj_GetMatrix,
    FPDFPageObj_GetType,
    FPDFPath_CountSegments,
    FPDFPath_GetDrawMode,
    FPDFPath_GetPathSegment,
    FPDFPathSegment_GetClose,
    FPDFPathSegment_GetPoint,
    FPDFPathSegment_GetType,
)

THIN = 3.0  # points: what is thinner is a line, however it is drawn
SHORT = 5.0  # points: what is shorter than a line of text rules nothing
NEAR = 3.0  # points between lines that are meant to be one, or to touch
MOST = 4000  # paths: a page with more is a drawing
LONGEST = 500  # segments of a path: one with more is a drawing
WHITE = 250  # of 255: a lighter shade is none


class Box(NamedTuple):
    """The bounds of something drawn."""

    left: float
    bottom: float
    right: float
    top: float

    def holds(self, x: float, y: float) -> bool:
        return self.left <= x <= self.right and self.bottom <= y <= self.top


class Rule(NamedTuple):
    """A straight line: where it stands on one axis, and from where to where on the other."""

    at: float
    start: float
    end: float

    def spans(self, place: float) -> bool:
        return self.start - NEAR <= place <= self.end + NEAR


def drawn(page: pypdfium2.PdfPage) -> tuple[list[Box], list[Box]]:
    """The straight lines of a page and its coloured grounds; nothing of a drawing."""
    objects = map(FPDFPage_GetObject, repeat(page.raw), range(FPDFPage_CountObjects(page)))
    paths = [one for one in objects if FPDFPageObj_GetType(one) == FPDF_PAGEOBJ_PATH]
    lines: list[Box] = []
    grounds: list[Box] = []
    sides = left, bottom, right, top = c_float(), c_float(), c_float(), c_float()
    pointers = [byref(side) for side in sides]
    for path in paths if len(paths) <= MOST else ():
        FPDFPageObj_GetBounds(path, *pointers)
        box = Box(left.value, bottom.value, right.value, top.value)
        if min(box.right - box.left, box.top - box.bottom) <= THIN:
            lines.append(box)
            continue
        fill, stroke = c_int(), c_int()
        FPDFPath_GetDrawMode(path, byref(fill), byref(stroke))
        lines.extend(_strokes(path) if stroke.value else ())
        grounds.extend([box] if fill.value and _is_coloured(path) else ())
    return lines, grounds


def _strokes(path: Any) -> Iterator[Box]:
    """The straight pieces of a path: the edges of a rectangle, the lines of a grid."""
    count = FPDFPath_CountSegments(path)
    matrix, x, y = FS_MATRIX(), c_float(), c_float()
    FPDFPageObj_GetMatrix(path, byref(matrix))
    start = last = (0.0, 0.0)
    for n in range(count if count <= LONGEST else 0):
        segment = FPDFPath_GetPathSegment(path, n)
        FPDFPathSegment_GetPoint(segment, byref(x), byref(y))
        point = (
            matrix.a * x.value + matrix.c * y.value + matrix.e,
            matrix.b * x.value + matrix.d * y.value + matrix.f,
        )
        kind = FPDFPathSegment_GetType(segment)
        if kind == FPDF_SEGMENT_MOVETO:
            start = point
        elif kind == FPDF_SEGMENT_LINETO:
            yield _between(last, point)
        if FPDFPathSegment_GetClose(segment):
            yield _between(point, start)
        last = point


def _between(one: tuple[float, float], other: tuple[float, float]) -> Box:
    (left, right), (bottom, top) = map(sorted, zip(one, other, strict=True))
    return Box(left, bottom, right, top)


def _is_coloured(path: Any) -> bool:
    colour = [c_uint() for _ in range(4)]  # red, green, blue, opacity
    FPDFPageObj_GetFillColor(path, *map(byref, colour))
    return min(shade.value for shade in colour[:3]) < WHITE


def crossing(lines: Iterable[Box]) -> Iterator[tuple[list[Rule], list[Rule]]]:
    """The lines across and down, in groups of those that cross or that others tie together."""
    across, down = _rules(lines)
    left, unseen = set(down), set(across)
    while unseen:
        rows: set[Rule] = set()
        columns: set[Rule] = set()
        fresh = {unseen.pop()}
        while fresh:
            rows |= fresh
            met = {rule for rule in left if any(_meet(row, rule) for row in fresh)}
            left -= met
            columns |= met
            fresh = {row for row in unseen if any(_meet(row, rule) for rule in met)}
            unseen -= fresh
        if columns:
            yield sorted(rows, key=lambda row: row.at), sorted(columns, key=lambda rule: rule.at)


def _rules(lines: Iterable[Box]) -> tuple[list[Rule], list[Rule]]:
    """The lines across and down; slanted ones are neither."""
    across, down = [], []
    for line in lines:
        if line.top - line.bottom <= THIN:
            across.append(Rule((line.top + line.bottom) / 2, line.left, line.right))
        elif line.right - line.left <= THIN:
            down.append(Rule((line.left + line.right) / 2, line.bottom, line.top))
    return _merged(across), _merged(down)


def _merged(rules: Iterable[Rule]) -> list[Rule]:
    """The rules, those on one line that touch made one; short ones are dropped."""
    lines: list[list[Rule]] = []
    for rule in sorted(rules, key=lambda rule: rule.at):
        if lines and rule.at - lines[-1][0].at <= NEAR:
            lines[-1].append(rule)
        else:
            lines.append([rule])
    return [rule for line in lines for rule in _touching(line) if rule.end - rule.start > SHORT]


def _touching(line: Sequence[Rule]) -> Iterator[Rule]:
    at = sum(rule.at for rule in line) / len(line)
    start = end = float("-inf")
    for rule in sorted(line, key=lambda rule: rule.start):
        if rule.start > end + NEAR:
            yield Rule(at, start, end)
            start = rule.start
        end = max(end, rule.end)
    yield Rule(at, start, end)


def _meet(across: Rule, down: Rule) -> bool:
    return across.spans(down.at) and down.spans(across.at)
