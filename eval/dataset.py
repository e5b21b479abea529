"""Test collections in BEIR's layout: a corpus, queries and judgements."""

import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus import Library, Source
from corpus.document import Block, Document, Metadata, compose
from corpus.errors import EntenteError
from corpus.structure import mark_headings
from indexer.plan import Found


class DatasetMissing(EntenteError):
    """The folder is no BEIR dataset."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question of a test collection; queries of one `intent` share their judgements."""

    id: str
    text: str
    intent: str
    kind: str


@dataclass(frozen=True)
class Dataset:
    """A folder with `queries.jsonl`, `qrels/*.tsv`, and `corpus.jsonl[.gz]` or documents.

    A dataset over a library has no corpus file but a `corpus.json` with the library's folder,
    relative to it: its documents are read as the indexer reads them.
    """

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.resolve().name

    def sources(self) -> Iterator[Found]:
        """What to index, in the corpus's order."""
        pointer = self.folder / "corpus.json"
        if pointer.exists():
            library = json.loads(pointer.read_text("utf-8"))["library"]
            yield from Library(self.folder / library).scan()
            return
        for line in _lines(self.folder, "corpus.jsonl", "passages.jsonl"):
            yield _source(line)

    def queries(self) -> list[Query]:
        """The queries in the file's order."""
        rows = [json.loads(line) for line in _lines(self.folder, "queries.jsonl")]
        return [_query(row) for row in rows]

    def qrels(self) -> dict[str, dict[str, int]]:
        """Relevance by document, by query: those of `qrels/test.tsv`, or of the only file.

        Raises:
            DatasetMissing: the folder has no judgements, or several without a `test.tsv`.
        """
        files = sorted((self.folder / "qrels").glob("*.tsv"))
        if not files:
            raise DatasetMissing(f"« {self.folder} » n'a pas de jugements : il manque qrels/*.tsv.")
        chosen = [file for file in files if file.stem == "test"] or files
        if len(chosen) > 1:
            names = ", ".join(file.name for file in files)
            raise DatasetMissing(f"« {self.folder} » a {names} dans qrels/, sans test.tsv.")
        qrels: dict[str, dict[str, int]] = {}
        for line in chosen[0].read_text("utf-8").splitlines()[1:]:
            query, document, relevance = line.split("\t")
            qrels.setdefault(query, {})[document] = int(relevance)
        return qrels


def _lines(folder: Path, *names: str) -> Iterator[str]:
    """The lines of the first of these files that there is, plain or gzipped."""
    for path in (folder / f"{name}{end}" for name in names for end in ("", ".gz")):
        if path.exists():
            opened = gzip.open if path.suffix == ".gz" else open
            with opened(path, "rt", encoding="utf-8") as lines:
                yield from (str(line) for line in lines if line.strip())
            return
    raise DatasetMissing(f"« {folder} » n'est pas un jeu BEIR : il y manque {names[0]}.")


def _query(row: dict[str, Any]) -> Query:
    intent = str(row.get("intent", row["_id"]))
    return Query(str(row["_id"]), str(row["text"]), intent, str(row.get("kind", "")))


def _source(line: str) -> Source:
    row = json.loads(line)
    fingerprint = hashlib.sha256(line.encode()).hexdigest()
    identifier = str(row["_id"])
    return Source(identifier, identifier, fingerprint, lambda: _document(row, fingerprint))


def _document(row: dict[str, Any], fingerprint: str) -> Document:
    title, text = (_clean(row.get(name)) for name in ("title", "text"))
    paragraphs = re.split(r"\n\s*\n", text if text.strip() else title)
    blocks = mark_headings(Block(p) for p in paragraphs if p.strip())
    text, pages, sections = compose(blocks)
    identifier = str(row["_id"])
    metadata = Metadata(title=title)
    return Document(identifier, identifier, text, fingerprint, metadata, pages, sections)


def _clean(value: object) -> str:
    """Text that can be stored: JSON may hold half of a surrogate pair."""
    return str(value or "").encode("utf-8", "replace").decode("utf-8")
