"""What is noise in a document's blocks: running heads, repeated blocks, contents, web furniture."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from corpus.document import Block

SHARE = re.compile(
    r"^«« retour|télécharge[rz] .*(cliquant )?ici\s*$|- nouvelle fenêtre\s*$|^publié le\s*$",
    re.IGNORECASE,
)
SHARE_BAR = re.compile(r"^partager( sur)?\b.*\|( A=)?", re.IGNORECASE)
CONTENTS = re.compile(r"(\.{4,}|…{2,}|(\s\.){4,}|\t)\s*\d{1,4}$")
PAGE_NUMBER = re.compile(
    r"^(page\s*)?[-–]?\s*\d{1,4}(\s*(/|sur)\s*\d{1,4})?\s*[-–]?$", re.IGNORECASE
)
RECEIPT = re.compile(
    r"^(informations sur l'accusé de réception|envoyé à\b|accusé (de )?réception\b|acte certifié"
    r"|(envoi|réception en) préfecture|le\s+\d\d/\d\d/\d\d$"
    r"|numéro de l'acte|identifiant télétransmission"
    r"|(\d\d/\d\d/\d{4}\s+)+\d{3}-\d{9}-"
    r"|(affiché|reçu en préfecture|envoyé en préfecture) le\b"
    r"|id\s*:\s*\d{3}-\d{9}-)",
    re.IGNORECASE,
)
MARKUP = re.compile(r"\*\*|__|</?(i|b|em|strong|u|sup|sub)>", re.IGNORECASE)
EDGE = 3  # lines looked at, at the top and at the bottom of a page, for running heads
WINDOW = 3  # consecutive lines seen before make a repetition


def clean(blocks: Iterable[Block]) -> list[Block]:
    """The blocks without their noise, in order; a block of which nothing is left is dropped."""
    blocks = [replace(b, text=tidy(b.text)) for b in blocks]
    running = _running_heads(blocks)
    kept = [_filter(block, running) for block in blocks]
    return _without_repetitions([block for block in kept if block.text])


def tidy(text: str) -> str:
    """Text without control characters, soft hyphens or leftover markup, its spaces even."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00ad", "")
    text = MARKUP.sub("", text.replace("\ufeff", ""))
    text = "".join(c for c in text if c in "\n\t" or (ord(c) >= 32 and c not in "\x7f\ufffe\uffff"))
    lines = (SHARE_BAR.sub("", re.sub(r" {2,}", " ", line)).strip() for line in text.split("\n"))
    return re.sub(r"\n{2,}", "\n", "\n".join(lines)).strip()


def _filter(block: Block, running: set[str]) -> Block:
    lines = [line for line in block.text.split("\n") if not _is_noise(line, running)]
    return replace(block, text="\n".join(line.replace("\t", " ") for line in lines).strip())


def _is_noise(line: str, running: set[str]) -> bool:
    return bool(
        not line.strip()
        or _skeleton(line) in running
        or PAGE_NUMBER.match(line)
        or CONTENTS.search(line)
        or RECEIPT.match(line)
        or SHARE.search(line)
    )


def _skeleton(line: str) -> str:
    """A line with its numbers made alike, so that « page 3 » and « page 4 » are one."""
    return re.sub(r"\d+", "0", line).strip()


def _running_heads(blocks: Sequence[Block]) -> set[str]:
    """Lines at the edges of at least three pages, and of at least half of them."""
    pages: dict[int, list[str]] = {}
    for block in blocks:
        pages.setdefault(block.page, []).extend(block.text.split("\n"))
    if len(pages) < 3:
        return set()
    seen = Counter(
        line
        for lines in pages.values()
        for line in {_skeleton(one) for one in lines[:EDGE] + lines[-EDGE:]}
    )
    return {line for line, n in seen.items() if line and n >= max(3, len(pages) / 2)}


def _without_repetitions(blocks: Sequence[Block]) -> list[Block]:
    """Drop each line that stands in a run of `WINDOW` lines met before."""
    lines = [(n, line) for n, block in enumerate(blocks) for line in block.text.split("\n")]
    seen: set[tuple[str, ...]] = set()
    repeated = [False] * len(lines)
    for i in range(len(lines) - WINDOW + 1):
        window = tuple(line for _, line in lines[i : i + WINDOW])
        if sum(map(len, window)) < 60:
            continue
        if window in seen:
            repeated[i : i + WINDOW] = [True] * WINDOW
        seen.add(window)
    kept: dict[int, list[str]] = {}
    for (n, line), again in zip(lines, repeated, strict=True):
        if not again:
            kept.setdefault(n, []).append(line)
    return [replace(blocks[n], text="\n".join(some)) for n, some in kept.items()]
