"""Headings in text that has none marked: titles, axes, articles, annexes, numbered headings."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from corpus.clean import RECEIPT
from corpus.document import Block
from corpus.register import is_attendance, subject_of

SUBJECT_LEVEL = 2
CAPITALS_LEVEL = 3
LABEL_LEVEL = 6
LONGEST = 160  # characters of a heading, at the most
NUMBER = r"(?:\d+|[IVXLC]+|(?i:1er|premier|unique)|un|deux|trois|[A-Z])\b"
PATTERNS = [  # (level, pattern); the first that matches a line gives its level
    (2, re.compile(rf"^(?:TITRE|Titre|PARTIE|Partie|ANNEXE|Annexe)\s+{NUMBER}")),
    (2, re.compile(r"^(?:ANNEXE|Annexe|PRÉAMBULE|Préambule|PREAMBULE)\b[^.;]*$")),
    (2, re.compile(r"^[IVX]{1,5}\s?[.\-–)]\s+\S")),
    (3, re.compile(rf"^(?:CHAPITRE|Chapitre|AXE|Axe|SECTION|Section)\s+{NUMBER}")),
    (4, re.compile(rf"^(?:ARTICLE|Article)\s+{NUMBER}")),
    (4, re.compile(r"^\d{1,2}\s?[.\-–)]\s+[A-ZÀÉÈÊÎÔÇ]")),
    (5, re.compile(r"^\d{1,2}(?:\.\d{1,2})+\s?[.\-–)]?\s+[A-ZÀÉÈÊÎÔÇ]\w{2}")),
    (6, re.compile(r"^[a-h]\)\s+\S")),
]
CAPITALS = re.compile(r"^[^a-zà-ÿ]*[A-ZÀ-Ý][^a-zà-ÿ]*[A-ZÀ-Ý]{3}[^a-zà-ÿ]*$")
SENTENCE_ENDS = re.compile(r"[a-zà-ÿ)»]{2}[.!?]\s+[A-ZÀ-Ý]")
CELL = r"\d\s?[€%]\)?$|\d[ .,]\d{2,3}( [0-])?$"  # the row of a budget ends so
ROW = r" \| "  # between the cells of a row that a reader wrote
NOT_A_HEADING = re.compile(
    rf"[;,]$|{ROW}|^(VU|CONSID[EÉ]RANT|SUR|ENTENDU|ET|D'UNE PART|D'AUTRE PART)\b|{CELL}|^\d{{3,}}\s"
)
ITEM = re.compile(r"([-–•▪●*]|\d{1,2}[.)°]|[a-h]\))\s")
LINKS = "de|du|des|la|le|les|à|au|aux|et|ou|pour|par|entre|dans|avec"
GOES_ON = re.compile(rf"\w ({LINKS}|{LINKS.upper()})$|[^\W\d]-$|(?<![\w.])MM?\.$|\b(Mmes?|n[°º])$")
TAIL = 8  # characters that `GOES_ON` looks at, at the most
COMPOUND = re.compile(  # where a hyphen that ends a line stays
    r"\b(ci|là|au|par|peut|vis|rendez|celui|celle|ceux|lui|eux|elles?|sous|sur|non|vice|avant|après"
    r"|contre|demi|mi|semi|quasi|éco|socio|inter|ex|co|savoir|porte|compte|procès)-$",
    re.IGNORECASE,
)
CODE = re.compile(r"\d|[A-Z]{1,4}-\d")  # the rest of a number such as 19-CV-14
INVERTED = re.compile(r"(ils?|elles?|on|t|ci|là|mêmes?)\b")  # before it, too
OPENING = re.compile(r"(?i:vu|considérant)\b|(Fait|Signé) (à|en)\b")  # of a paragraph
VISA = re.compile(r"(vu|considérant)\b", re.IGNORECASE)
LOW = re.compile(r"[a-zà-ÿ€]|H\.?T\b|TTC\b")
FULL = re.compile(  # a sentence, a row, an entry of a table of contents, a list of names
    rf"[.:;!?…]$|{ROW}|{CELL}|((\.\s?){{3,}}|…)\s*\d+$"
    r"|, ?[A-ZÀ-Ý][\w’'-]*[a-zà-ÿ] [A-ZÀ-Ý][A-ZÀ-Ý' -]+$"
)


def heading_level(line: str, alone: bool = False) -> int:
    """The level of a line that reads as a heading; 0 where it does not.

    A numbered line that is a sentence is an item of a list, unless it is a paragraph `alone`.
    """
    line = line.strip()
    if not 3 < len(line) <= LONGEST or NOT_A_HEADING.search(line):
        return 0
    for level, pattern in PATTERNS:
        if pattern.match(line):
            several = SENTENCE_ENDS.search(line) and not alone
            long = line[-1] == "." and len(line) > (130 if alone else 60)
            return 0 if several or long else level
    return CAPITALS_LEVEL if CAPITALS.match(line) and not line.endswith(".") else 0


def mark_headings(blocks: Iterable[Block]) -> list[Block]:
    """The blocks with headings told apart from what follows them.

    Where a reader marked headings (Markdown, HTML, a PDF's outline), they are all there is.
    """
    blocks = list(blocks)
    if not blocks or sum(block.level > 0 for block in blocks) > 1:
        return blocks
    marked: list[Block] = []
    for block, below in zip(blocks, [*blocks[1:], None], strict=True):
        if below is not None and not block.level and _is_label(block.text, below.text):
            block = replace(block, level=heading_level(block.text) or LABEL_LEVEL)
        marked.extend([block] if block.level else _split_block(block))
    return marked if not _is_a_table(marked) else _join_capitals(marked)


def _is_label(text: str, below: str) -> bool:
    """Whether a paragraph of one short line, without a full stop, names the one below it."""
    short = 3 < len(text) <= 90 and "\n" not in text and text[0].isupper()
    longer = len(below) > len(text) and (len(below) > 90 or below[0] in "-•")
    return short and longer and not re.search(r"[.,;:!?]$|\||^- |\d$", text)


def _is_a_table(blocks: Sequence[Block]) -> bool:
    """Whether lines in capitals are cells rather than headings: many, with little under each."""
    pairs = pairwise(blocks)
    return sum(_in_capitals(a) and (b.level > 0 or len(b.text) < 80) for a, b in pairs) > 10


def _join_capitals(blocks: Sequence[Block]) -> list[Block]:
    joined: list[Block] = []
    for block in blocks:
        block = replace(block, level=0) if _in_capitals(block) else block
        above = joined[-1] if joined else None
        if above and not above.level and not block.level and above.page == block.page:
            joined[-1] = replace(above, text=f"{above.text}\n{block.text}")
        else:
            joined.append(block)
    return joined


def _in_capitals(block: Block) -> bool:
    return block.level == CAPITALS_LEVEL and CAPITALS.match(block.text) is not None


def _split_block(block: Block) -> list[Block]:
    pieces: list[Block] = []
    body: list[str] = []
    lines = block.text.split("\n")
    subject = subject_of(lines) or range(0)
    for n, line in enumerate(lines):
        level = heading_level(line, alone=len(lines) == 1)
        if n in subject:
            level = SUBJECT_LEVEL
        elif is_attendance(line):
            level = LABEL_LEVEL
        if level and n in subject and n > subject.start:
            pieces[-1] = replace(pieces[-1], text=f"{pieces[-1].text}\n{line}")
        elif level:
            if body:
                pieces.append(replace(block, text="\n".join(body)))
            pieces.append(replace(block, text=line, level=level))
            body = []
        else:
            body.append(line)
    if body:
        pieces.append(replace(block, text="\n".join(body)))
    return pieces


def join_pages(blocks: Iterable[Block]) -> list[Block]:
    """The blocks, the sentences that a page break cuts in two made whole again."""
    joined: list[Block] = []
    for block in blocks:
        if joined and _crosses(joined[-1], block):
            before, *_ = joined[-1].text.rsplit("\n", 1)[-1:]
            after, *_ = block.text.split("\n", 1)
            whole = join(before, after)
            lost = len(before) + len(after) - len(whole)  # -1: a space came between; 1: a hyphen
            if lost > 0:
                joined[-1] = replace(joined[-1], text=joined[-1].text[:-lost])
            block = replace(block, lead=" " if lost < 0 else "")
        joined.append(block)
    return joined


def _crosses(above: Block, below: Block) -> bool:
    """Whether the sentence that ends one page goes on at the top of the next."""
    before = above.text.rsplit("\n", 1)[-1]
    same = below.page == above.page + 1 and not above.level and not below.level
    return same and not FULL.search(before) and _goes_on(before, below.text, width=10**6)


def unwrap(text: str) -> str:
    """Undo the line ends of a layout: lines that go on are joined, paragraphs keep their line.

    A line goes on when it is nearly as wide as the widest and does not end a sentence, or when
    the next one starts in lower case; headings, list items and labels start their own.
    """
    raw = text.split("\n")
    lines = [line.strip() for line in raw]
    width = sorted(len(line) for line in lines)[int(len(lines) * 0.9)] if lines else 0
    joined: list[str] = []
    before = ""
    for line, indented in zip(lines, (one[:1] == " " for one in raw), strict=True):
        indented = indented and not line[:1].islower()
        if joined and line and not indented and _goes_on(before, line, width):
            joined[-1] = join(joined[-1], line)
        else:
            joined.append(line)
        before = line
    return "\n".join(joined)


def _goes_on(before: str, line: str, width: int) -> bool:
    if not before or ITEM.match(line) or RECEIPT.match(before) or RECEIPT.match(line):
        return False
    if GOES_ON.search(before[-TAIL:]) or _parts_a_number(before, line):
        return True
    short = len(before) < 0.75 * width
    if LOW.match(line):
        visa = before[-1] in ",;" and VISA.match(line)
        return not (visa or (short and before[-1] in ";:"))  # with room left it was not cut there
    if short or FULL.search(before):  # what is cheap to tell comes first
        return False
    return not (heading_level(before) or heading_level(line) or OPENING.match(line))


def join(before: str, line: str) -> str:
    """Two lines as one; a hyphen between them goes where it parts a word."""
    if _parts_a_number(before, line):
        return before + line
    if not re.search(r"[^\W\d]-$", before):
        return f"{before} {line}"
    cut = before[-2].islower() and line[0].islower()
    kept = COMPOUND.search(before) or INVERTED.match(line)
    return (before[:-1] if cut and not kept else before) + line


def _parts_a_number(before: str, line: str) -> bool:
    return re.search(r"\d-$", before) is not None and CODE.match(line) is not None
