"""What is noise in a document's blocks: running heads, repeated blocks, contents, web furniture."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from corpus.document import Block

NOISE = re.compile(
    r"^(«« retour|publié le$|page\s*\d{1,4}(\s*(/|sur)\s*\d{1,4})?$|[-–]\s*\d{1,4}\s*[-–]$)"
    r"|^télécharge[rz] .*(cliquant )?ici$|- nouvelle fenêtre$",
    re.IGNORECASE,
)
RECEIPT = re.compile(
    r"^(informations sur l'accusé de réception|envoyé à\s+(la\s+)?préfecture"
    r"|accusé (de )?réception\s*(le\b|:|–|-|$)|acte certifié exécutoire"
    r"|(envoi|réception en) préfecture|le\s+\d\d/\d\d/\d\d$"
    r"|numéro de l'acte|identifiant télétransmission"
    r"|(\d\d/\d\d/\d{4}\s+)+\d{3}-\d{9}-"
    r"|(affiché|reçu en préfecture|envoyé en préfecture) le\b"
    r"|id\s*:\s*\d{3}-\d{9}-)",
    re.IGNORECASE,
)
SHARE_BAR = re.compile(r"^partager sur \w+ \|.*\|( A=)?", re.IGNORECASE)
MARKUP = re.compile(r"\*\*|__|</?(i|b|em|strong|u|sup|sub)>", re.IGNORECASE)
CONTENTS = re.compile(r"^(sommaire|table des matières)$", re.IGNORECASE)
LEADER = re.compile(r"(\.{4,}|…{2,}|(\s\.){4,})\s*\d{1,4}$")
ENTRY = re.compile(rf"{LEADER.pattern}|\s\d{{1,3}}$")
FOLIO = re.compile(r"^(\d{1,4})(\s*(/|sur)\s*\d{1,4})?$")
PAGE = re.compile(
    r"\bp(age|\.)\s*\d{1,4}(\s*(/|sur)\s*\d{1,4})?$|(?<=.{15})\s\d{1,4}$|^\d{1,4}\s(?=.{15})",
    re.IGNORECASE,
)
EDGE = 3  # lines looked at, at the top and at the bottom of a page, for running heads
OPENING = 12  # lines that say what a document is
TITLE = 30  # characters of a title that may be said on each page, at the least
WINDOW = 3  # consecutive lines seen before make a repetition
REPEATED = 200  # characters of such lines, at the least: a short table may well come twice

Line = tuple[int, str]  # the block in which a line stands, and its text


def clean(blocks: Iterable[Block]) -> list[Block]:
    """The blocks without their noise, in order; a block of which nothing is left is dropped."""
    blocks = list(blocks)
    lines = [(n, line) for n, b in enumerate(blocks) for line in tidy(b.text).split("\n") if line]
    lines = [line for line in lines if not NOISE.search(line[1]) and not RECEIPT.match(line[1])]
    lines = _without(lines, _contents(lines))
    lines = _without(lines, _running_heads(lines, [block.page for block in blocks]))
    lines = _without(lines, _repetitions(lines))
    return [
        replace(blocks[n], text="\n".join(line.replace("\t", " ") for _, line in some))
        for n, some in groupby(lines, key=lambda line: line[0])
    ]


def tidy(text: str) -> str:
    """Text without control characters, soft hyphens or leftover markup, its spaces even."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00ad", "")
    text = MARKUP.sub("", text.replace("\ufeff", ""))
    text = re.sub("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]", "", text)
    lines = (SHARE_BAR.sub("", re.sub(r" {2,}", " ", line)).strip() for line in text.split("\n"))
    return re.sub(r"\n{2,}", "\n", "\n".join(lines)).strip()


def _without(lines: Sequence[Line], noise: set[int]) -> list[Line]:
    return [line for i, line in enumerate(lines) if i not in noise]


def _contents(lines: Sequence[Line]) -> set[int]:
    """The lines of a table of contents, told from other tables by its title or dotted lines."""
    noise: set[int] = set()
    for entries, some in groupby(range(len(lines)), lambda i: _is_entry(lines[i][1])):
        run = list(some)
        if not entries:
            noise.update(run[-1:] if CONTENTS.match(lines[run[-1]][1]) else ())
        elif run[0] - 1 in noise or (
            len(run) >= 3 and any(LEADER.search(lines[i][1]) for i in run)
        ):
            noise.update(run)
    return noise


def _is_entry(line: str) -> bool:
    return line[-1].isdecimal() and ENTRY.search(line) is not None


def _running_heads(lines: Sequence[Line], page_of: Sequence[int]) -> set[int]:
    """What comes back at the edges of half of the pages, save where it opens the document.

    It is enough that each page after the first says what the first, its opening, says too.
    """
    pages: dict[int, list[int]] = {}
    for i, (n, _) in enumerate(lines):
        pages.setdefault(page_of[n], []).append(i)
    heads = {
        (page, i): _skeleton(lines[i][1], page)
        for page, here in pages.items()
        for i in here[:EDGE] + here[-EDGE:]
    }
    seen = Counter(head for _, head in {(page, head) for (page, _), head in heads.items()})
    opening = " ".join(" ".join(text for _, text in lines[:OPENING]).split())

    def enough(head: str) -> int:
        titled = len(head) >= TITLE and head in opening and seen[head] == len(pages) - 1
        return 2 if titled or head[0] == "#" else 3

    return {
        i
        for (_, i), head in heads.items()
        if head
        and seen[head] >= max(enough(head), len(pages) / 2)
        and (i >= EDGE or head[0] == "#")
    }


def _skeleton(line: str, page: int) -> str:
    """What of a line returns on other pages; empty for a sentence, which is no running head."""
    if folio := FOLIO.match(line):
        return f"#{int(folio[1]) - page}"
    return "" if line.endswith(".") else PAGE.sub("", line).strip()


def _repetitions(lines: Sequence[Line]) -> set[int]:
    """The lines that stand in a run of `WINDOW` lines met before."""
    seen: set[tuple[str, ...]] = set()
    noise: set[int] = set()
    for i in range(len(lines) - WINDOW + 1):
        window = tuple(text for _, text in lines[i : i + WINDOW])
        if window in seen and sum(map(len, window)) >= REPEATED:
            noise.update(range(i, i + WINDOW))
        seen.add(window)
    return noise
