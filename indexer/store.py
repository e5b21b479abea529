"""Documents and passages in one SQLite file: what is shown and cited of an index."""

import json
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.card.model import Period
from corpus.card.record import dump, load
from corpus.document import Document, Metadata, Page, Section
from corpus.errors import UnknownDocument
from indexer.acts import Tie, party_keys, periods, ties
from indexer.passages import Passage
from indexer.versions import Sketch, Version
from indexer.vocabulary import words

SCHEMA = """
CREATE TABLE documents (
    id TEXT PRIMARY KEY, path TEXT NOT NULL, fingerprint TEXT NOT NULL, paged INTEGER NOT NULL,
    title TEXT NOT NULL, kind TEXT NOT NULL, date TEXT NOT NULL, number TEXT NOT NULL,
    parties TEXT NOT NULL, text TEXT NOT NULL, pages TEXT NOT NULL, sections TEXT NOT NULL,
    card TEXT NOT NULL, own_title TEXT NOT NULL, reader TEXT NOT NULL, revision TEXT NOT NULL,
    party_keys TEXT NOT NULL,
    begins TEXT NOT NULL, ends TEXT NOT NULL, last TEXT NOT NULL,
    sketch BLOB NOT NULL, newest TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE TABLE passages (
    key INTEGER PRIMARY KEY AUTOINCREMENT, document TEXT NOT NULL, start INTEGER NOT NULL,
    "end" INTEGER NOT NULL, page INTEGER, section TEXT NOT NULL, text TEXT NOT NULL,
    attendance INTEGER NOT NULL, confidence REAL, digest BLOB NOT NULL
);
CREATE TABLE words (word TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE ties (source TEXT NOT NULL, relation TEXT NOT NULL, target TEXT NOT NULL);
CREATE INDEX ties_by_source ON ties (source);
CREATE INDEX ties_by_target ON ties (target);
CREATE INDEX passages_by_document ON passages (document);
CREATE INDEX passages_by_digest ON passages (digest);
"""
DESCRIPTION = (
    "id, path, fingerprint, paged, title, kind, date, number, parties, own_title, reader, "
    "revision, begins, ends, last"
)
COLUMNS = f"{DESCRIPTION}, text, pages, sections, card, party_keys, sketch"
PASSAGE = 'key, document, start, "end", page, section, text, attendance, confidence'
Unread = dict[str, list[int]]  # numbers of pages, by path
Problems = dict[str, list[str]]  # of cards given by hand, by path


@dataclass(frozen=True, slots=True)
class State:
    """What tells whether a document is still in step with its source."""

    id: str
    path: str
    fingerprint: str
    number: str
    reader: str
    revision: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What filters and facets know of a document; `date` is ISO 8601."""

    document: str
    kind: str
    date: str
    number: str
    parties: tuple[str, ...]
    party_keys: tuple[str, ...]  # of all their names
    themes: tuple[str, ...]
    path: str
    period: Period


class Store:
    """The file, open for reading; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )

    def _rows(self, query: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        with self._lock:
            return self._connection.execute(query, values).fetchall()

    def keys(self) -> tuple[NDArray[np.int64], NDArray[np.str_], NDArray[np.bool_]]:
        """Keys of all passages, ascending; the document of each; whether it lists who was there.

        The r-th key belongs to row r of the dense index.
        """
        rows = self._rows("SELECT key, document, attendance FROM passages ORDER BY key")
        keys, documents, attendance = zip(*rows, strict=True) if rows else ((), (), ())
        return np.array(keys, np.int64), np.array(documents, np.str_), np.array(attendance, bool)

    def passages(self, keys: Sequence[int]) -> list[Passage]:
        """The passages with these keys, in this order."""
        marks = ",".join("?" * len(keys))
        rows = self._rows(f"SELECT {PASSAGE} FROM passages WHERE key IN ({marks})", list(keys))
        found = {row[0]: _passage(row) for row in rows}
        return [found[key] for key in keys]

    def stating(self, facts: Sequence[str], keys: Sequence[int]) -> list[int]:
        """Those of these passages that hold whole a place where a card read one of these facts."""
        marks = ",".join("?" * len(keys))
        rows = self._rows(
            "SELECT DISTINCT p.key FROM passages p JOIN documents d ON d.id = p.document, "
            "json_each(?) fact, json_each(d.card, '$.' || fact.value || '.evidence') place "
            "WHERE p.start <= json_extract(place.value, '$.start') "
            f"AND json_extract(place.value, '$.end') <= p.\"end\" AND p.key IN ({marks})",
            [json.dumps(facts), *keys],
        )
        return [int(str(key)) for (key,) in rows]

    def document(self, identifier: str) -> Document:
        """One document, whole.

        Raises:
            UnknownDocument: no document has this id.
        """
        query = f"SELECT {DESCRIPTION}, card, text, pages, sections FROM documents WHERE id = ?"
        rows = self._rows(query, [identifier])
        if not rows:
            raise UnknownDocument(
                f"Aucun document n'a l'identifiant « {identifier[:200]} » : "
                "la liste est à l'adresse /v1/documents."
            )
        return _document(rows[0])

    def describe(self, identifiers: Sequence[str]) -> dict[str, Document]:
        """Documents with their cards and without their text, by id."""
        marks = ",".join("?" * len(identifiers))
        query = f"SELECT {DESCRIPTION}, card FROM documents WHERE id IN ({marks})"
        return {d.id: d for d in map(_document, self._rows(query, list(identifiers)))}

    def facts(self) -> list[Facts]:
        """What filters and facets know of all documents, in the order of their paths."""
        rows = self._rows(
            "SELECT id, kind, date, number, parties, party_keys, (SELECT json_group_array("
            "json_extract(theme.value, '$.value')) FROM json_each(card, '$.themes') theme), "
            "path, begins, ends, last FROM documents ORDER BY path"
        )
        return [
            Facts(
                str(document),
                str(kind),
                str(date),
                str(number),
                tuple(json.loads(str(parties))),
                tuple(json.loads(str(keys))),
                tuple(json.loads(str(themes))),
                str(path),
                Period(*map(str, days)),
            )
            for document, kind, date, number, parties, keys, themes, path, *days in rows
        ]

    def aliases(self) -> list[tuple[str, str]]:
        """Each other name of a party, after its name."""
        rows = self._rows(
            "SELECT DISTINCT json_extract(party.value, '$.value.name'), alias.value "
            "FROM documents, json_each(card, '$.parties') party, "
            "json_each(party.value, '$.value.aliases') alias ORDER BY 1, 2"
        )
        return [(str(name), str(alias)) for name, alias in rows]

    def words(self) -> dict[str, int]:
        """How often the documents say each word, in small letters."""
        return {str(w): int(str(n)) for w, n in self._rows("SELECT word, count FROM words")}

    def list(self) -> list[Document]:
        """All documents without their text and cards, in the order of their paths."""
        return [
            _document(row)
            for row in self._rows(f"SELECT {DESCRIPTION} FROM documents ORDER BY path")
        ]

    def slices(self, keys: Sequence[int]) -> dict[int, str]:
        """`document.text[start:end]` for these passages, from the text of their documents."""
        marks = ",".join("?" * len(keys))
        query = (
            'SELECT p.key, substr(d.text, p.start + 1, p."end" - p.start) FROM passages p '
            f"JOIN documents d ON d.id = p.document WHERE p.key IN ({marks})"
        )
        return {int(str(key)): str(text) for key, text in self._rows(query, list(keys))}

    def newest(self) -> dict[str, str]:
        """The newest version of each document that has several."""
        rows = self._rows("SELECT id, newest FROM documents WHERE newest != ''")
        return {str(document): str(newest) for document, newest in rows}

    def ties(self, act: str) -> tuple[Tie, ...]:
        """The ties of an act to others, those that it makes first, in the order of the ids."""
        query = (
            "SELECT source, relation, target FROM ties WHERE source = ?1 OR target = ?1 "
            "ORDER BY source != ?1, relation, target, source"
        )
        return tuple(Tie(*map(str, row)) for row in self._rows(query, [act]))

    def unread(self) -> Unread:
        """The pages that could not be read, by path of their document."""
        rows = self._rows(
            "SELECT d.path, json_extract(page.value, '$[0]') "
            "FROM documents d, json_each(d.pages) page "
            "WHERE json_extract(page.value, '$[3]') = 0 ORDER BY d.path, page.key"
        )
        pages: Unread = {}
        for path, number in rows:
            pages.setdefault(str(path), []).append(int(str(number)))
        return pages

    def problems(self) -> Problems:
        """What could not be understood of cards given by hand, by path of the document."""
        rows = self._rows(
            "SELECT path, json_extract(card, '$.problems') AS found FROM documents "
            "WHERE found IS NOT NULL ORDER BY path"
        )
        return {str(path): json.loads(str(found)) for path, found in rows}

    def states(self) -> tuple[State, ...]:
        """The state of every document."""
        rows = self._rows("SELECT id, path, fingerprint, number, reader, revision FROM documents")
        return tuple(State(*map(str, row)) for row in rows)

    def count(self) -> tuple[int, int]:
        """The number of documents and of passages."""
        query = "SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM passages)"
        ((documents, passages),) = self._rows(query)
        return int(str(documents)), int(str(passages))

    def close(self) -> None:
        with self._lock:
            self._connection.close()


class StoreWriter:
    """Adds, deletes and looks up documents in a file that no reader has open."""

    def __init__(self, path: Path) -> None:
        new = not path.exists()
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = OFF")  # a draft needs no recovery
        self._connection.execute("PRAGMA synchronous = OFF")  # it is synced once, when complete
        if new:
            self._connection.executescript(SCHEMA)
        self._connection.execute("BEGIN")
        self._words: Counter[str] = Counter()  # more or fewer than were said

    def delete(self, document: str) -> None:
        query = f"SELECT {DESCRIPTION}, card, text FROM documents WHERE id = ?"
        for row in self._connection.execute(query, [document]):
            self._words.subtract(words(_document(row)))
        self._connection.execute("DELETE FROM passages WHERE document = ?", [document])
        self._connection.execute("DELETE FROM documents WHERE id = ?", [document])

    def add(self, document: Document, sketch: Sketch) -> None:
        self._words.update(words(document))
        m = document.metadata
        values = [
            document.id, document.path, document.fingerprint, document.paged,
            m.title, m.kind, m.date, m.number, json.dumps(m.parties, ensure_ascii=False),
            document.own_title, document.reader, document.revision, *document.period,
            document.text,
            json.dumps([(p.number, p.start, p.end, p.confidence) for p in document.pages]),
            json.dumps(
                [(s.title, s.level, s.start, s.end, s.path) for s in document.sections],
                ensure_ascii=False,
            ),
            dump(document.card),
            json.dumps(sorted(party_keys(document.card)), ensure_ascii=False),
            sketch.tobytes(),
        ]  # fmt: skip
        marks = ",".join("?" * len(values))
        self._connection.execute(f"INSERT INTO documents ({COLUMNS}) VALUES ({marks})", values)

    def revise(self, document: Document) -> None:
        """Note by what a document was made, where that left it as it is."""
        query = "UPDATE documents SET reader = ?, revision = ? WHERE id = ?"
        self._connection.execute(query, [document.reader, document.revision, document.id])

    def versions(self) -> list[Version]:
        """All documents, without their text, in the order of their ids."""
        rows = self._connection.execute(f"SELECT sketch, {DESCRIPTION} FROM documents ORDER BY id")
        return [Version(_document(row), np.frombuffer(sketch, np.uint32)) for sketch, *row in rows]

    def set_newest(self, newest: Mapping[str, str]) -> None:
        """Say of each of these documents which is the newest version of its act."""
        self._connection.execute("UPDATE documents SET newest = '' WHERE newest != ''")
        query = "UPDATE documents SET newest = ? WHERE id = ?"
        self._connection.executemany(query, [(lead, document) for document, lead in newest.items()])

    def set_ties(self) -> None:
        """Say how the acts are tied to each other, and how long each lasts then."""
        query = f"SELECT {DESCRIPTION}, card FROM documents WHERE newest IN ('', id) ORDER BY id"
        acts = [_document(row) for row in self._connection.execute(query)]
        found = ties(acts)
        self._connection.execute("DELETE FROM ties")
        self._connection.executemany(
            "INSERT INTO ties VALUES (?, ?, ?)", [(t.source, t.relation, t.target) for t in found]
        )
        lasting = periods(acts, found)
        query = "SELECT iif(newest = '', id, newest), id, begins, ends, last FROM documents"
        moved = [
            (*lasting[act], document)
            for act, document, *days in self._connection.execute(query)
            if lasting[act] != tuple(days)
        ]
        query = "UPDATE documents SET begins = ?, ends = ?, last = ? WHERE id = ?"
        self._connection.executemany(query, moved)

    def add_passages(self, passages: Iterable[tuple[Passage, bytes]]) -> Iterator[int]:
        """Add passages with the digests of their embedded texts; gives their new keys."""
        for p, digest in passages:
            cursor = self._connection.execute(
                f"INSERT INTO passages ({PASSAGE.removeprefix('key, ')}, digest) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    p.document, p.start, p.end, p.page,
                    json.dumps(p.section, ensure_ascii=False), p.text, p.attendance,
                    p.confidence, digest,
                ],
            )  # fmt: skip
            yield cursor.lastrowid or 0

    def key_with(self, digest: bytes) -> int | None:
        """The smallest key of a passage whose embedded text had this digest."""
        query = "SELECT min(key) FROM passages WHERE digest = ?"
        (key,) = self._connection.execute(query, [digest]).fetchone()
        return None if key is None else int(key)

    def keys(self) -> NDArray[np.int64]:
        rows = self._connection.execute("SELECT key FROM passages ORDER BY key")
        return np.array([key for (key,) in rows], np.int64)

    def commit(self) -> None:
        self._connection.executemany(
            "INSERT INTO words VALUES (?, ?) "
            "ON CONFLICT (word) DO UPDATE SET count = count + excluded.count",
            [(word, count) for word, count in self._words.items() if count],
        )
        self._connection.execute("DELETE FROM words WHERE count = 0")
        self._connection.execute("COMMIT")
        self._connection.close()


def _passage(row: Sequence[object]) -> Passage:
    key, document, start, end, page, section, text, attendance, confidence = row
    return Passage(
        document=str(document),
        start=int(str(start)),
        end=int(str(end)),
        text=str(text),
        page=None if page is None else int(str(page)),
        section=tuple(json.loads(str(section))),
        key=int(str(key)),
        attendance=bool(attendance),
        confidence=None if confidence is None else float(str(confidence)),
    )


def _document(row: Sequence[object]) -> Document:
    identifier, path, fingerprint, paged, title, kind, date, number, parties, *more = row
    own_title, reader, revision, begins, ends, last, *more = more
    missing: Sequence[object] = ("{}", "", "[]", "[]")[len(more) :]
    card, text, pages, sections = [*more, *missing]
    return Document(
        id=str(identifier),
        path=str(path),
        text=str(text),
        fingerprint=str(fingerprint),
        metadata=Metadata(
            str(title), str(kind), str(date), str(number), tuple(json.loads(str(parties)))
        ),
        pages=tuple(Page(*page) for page in json.loads(str(pages))),
        sections=tuple(
            Section(title, level, start, end, tuple(path))
            for title, level, start, end, path in json.loads(str(sections))
        ),
        paged=bool(paged),
        card=load(str(card)),
        own_title=str(own_title),
        reader=str(reader),
        revision=str(revision),
        period=Period(str(begins), str(ends), str(last)),
    )
