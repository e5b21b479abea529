"""Test collections in the layouts of BEIR and TREC: a corpus, queries and judgements."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from corpus import Library, Source
from corpus.document import Block, Document, Metadata, compose
from corpus.errors import EntenteError
from corpus.structure import mark_headings
from eval import trec
from eval.files import lines_of
from indexer.plan import Found

QUESTIONS = Path(__file__).parent / "questions"  # the project's own
TABLES = (".tsv", ".tsv.gz", ".txt", ".txt.gz")
Row = TypeVar("Row")
Qrels = dict[str, dict[str, int]]  # relevance by document, by query


class DatasetMissing(EntenteError):
    """The folder is no dataset."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question of a test collection; queries of one `intent` share their judgements."""

    id: str
    text: str
    intent: str
    kind: str
    synthetic: bool = False  # made by a program: never part of a headline figure
    answers: tuple[str, ...] = ()  # the words that answer, any of them; few datasets have them


@dataclass(frozen=True)
class Dataset:
    """A folder with queries, judgements, and a corpus or documents.

    BEIR's `queries.jsonl`, `qrels/*.tsv` and `corpus.jsonl`, plain or gzipped, or TREC's `topics*`
    and `qrels*`.

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
        if topics := trec.topics_of(self.folder):
            return [Query(name, text, name, "") for name, text in trec.topics(topics)]
        rows = [json.loads(line) for line in _lines(self.folder, "queries.jsonl")]
        return [_query(row) for row in rows]

    def qrels(self) -> Qrels:
        """Relevance by document, by query: those of `qrels/test.tsv`, or of the only file.

        Raises:
            DatasetMissing: the folder has no judgements, or several without a `test.tsv`.
        """
        files = sorted(p for p in self.folder.glob("qrels/*") if p.name.endswith(TABLES))
        files += sorted(p for p in self.folder.glob("qrels*") if p.is_file())
        if not files:
            raise DatasetMissing(f"« {self.folder} » n'a pas de jugements : il manque qrels/*.tsv.")
        chosen = [file for file in files if file.name.partition(".")[0] == "test"] or files
        if len(chosen) > 1:
            names = ", ".join(file.name for file in files)
            raise DatasetMissing(f"« {self.folder} » a {names} dans qrels/, sans test.tsv.")
        return read_qrels(chosen[0])


def read_qrels(path: Path) -> Qrels:
    """Judgements as BEIR writes them (three columns, a heading) or as TREC does (four).

    Raises:
        DatasetMissing: a line is neither.
    """
    qrels: Qrels = {}
    for number, line in enumerate(lines_of(path), start=1):
        fields = line.split()
        try:
            query, document, relevance = [fields[0], *fields[-2:]] if len(fields) == 4 else fields
            qrels.setdefault(query, {})[document] = int(relevance)
        except ValueError:
            if number > 1:  # the first may be a heading
                raise DatasetMissing(
                    f"« {path} », ligne {number} : « {line.strip()[:80]} » n'est pas un jugement "
                    "(question, document, note)."
                ) from None
    return qrels


def _lines(folder: Path, *names: str) -> Iterator[str]:
    """The lines of the first of these files that there is, plain or gzipped."""
    for path in (folder / f"{name}{end}" for name in names for end in ("", ".gz")):
        if path.exists():
            yield from lines_of(path)
            return
    raise DatasetMissing(
        f"« {folder} » n'est pas un jeu de questions (BEIR ou TREC) : il y manque {names[0]}."
    )


def _query(row: dict[str, Any]) -> Query:
    intent = str(row.get("intent", row["_id"]))
    kind, synthetic = str(row.get("kind", "")), bool(row.get("synthetic"))
    answers = tuple(map(str, row.get("answers", ())))
    return Query(str(row["_id"]), str(row["text"]), intent, kind, synthetic, answers)


def spread(rows: list[Row], most: int | None) -> list[Row]:
    """At most so many of the rows, taken evenly; all without a limit."""
    return rows[:: -(-len(rows) // most)] if rows and most else rows


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
