"""A file of a library: what tells it from others, and the way from its bytes to its document."""

import hashlib
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from corpus import rules
from corpus.card.extract import extract
from corpus.card.given import decisive
from corpus.card.model import Fact
from corpus.card.sidecar import Given
from corpus.card.territories import Authority, territories
from corpus.clean import clean
from corpus.document import Document, compose
from corpus.errors import CannotRead, Unsettled
from corpus.looks import explained
from corpus.metadata import metadata_of, title_of
from corpus.readers import FORMATS, ocr, read_blocks
from corpus.structure import join_pages, mark_headings

LARGEST = 512 * 2**20  # bytes of a file, at the most: one process holds them while it reads
LONGEST = 20_000_000  # characters of a document: some 6,000 pages


@dataclass(frozen=True, slots=True)
class Source:
    """Something to index: its id, the fingerprint of its bytes, and how to read it.

    `parse` is the work, and can be sent to a worker; `given` is what lies beside the file.
    """

    id: str
    path: str
    fingerprint: str
    parse: Callable[[], Document]
    given: Given | None = None

    def read(self) -> Document:
        """The document, its card with what is given by hand."""
        return self.finish(self.parse())

    def finish(self, document: Document) -> Document:
        """A parsed document with what is given by hand, and by what rules it was made."""
        if self.given is None:
            return document
        reader = document.reader or self.reader(bool(document.unread))
        card = self.given.apply(document.card)
        if told := decisive(card, document.card):
            again = _carded(document, self.given.authority, told)
            card = self.given.apply(again.card)
        metadata = metadata_of(document.own_title, card)
        revision = self.given.revision(metadata.number)
        return replace(document, card=card, metadata=metadata, reader=reader, revision=revision)

    def reader(self, unread: bool) -> str:
        """The rules that read the file now; with the OCR, where pages were left unread by it."""
        if self.given is None:
            return ""
        return f"{rules.reading()} {ocr.engine()}" if unread else rules.reading()

    def revision(self, number: str) -> str:
        """What the revision of the document of this number is by now."""
        return self.given.revision(number) if self.given else ""

    def again(self, document: Document) -> "Source":
        """The same, its card made again from the text that was read before."""
        known = self.given.authority if self.given else None
        return replace(self, parse=partial(_carded, document, known))


def read_file(
    path: Path, identifier: str, relative: str, fingerprint: str, known: Authority | None
) -> Document:
    """The document of a file, with the card of its text.

    Raises:
        Unsettled: the file has vanished or has changed since the scan.
        CannotRead: it holds no text, or more than can be indexed.
    """
    with explained(relative):
        refuse(path, relative)
        data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != fingerprint:
        raise Unsettled(f"{relative} a changé pendant la lecture : relancez la mise à jour.")
    if not data:
        raise CannotRead(f"{relative} est vide : remplacez-le ou retirez-le du dossier.")
    blocks, declared = read_blocks(relative, data)
    unread = [block.page for block in blocks if block.confidence == 0]
    blocks = join_pages(mark_headings(clean(blocks)))
    if not blocks:
        raise CannotRead(
            f"{relative} ne contient que des éléments de navigation : vérifiez que c'est le bon "
            "fichier."
        )
    text, pages, sections = compose(blocks, unread)
    if len(text) > LONGEST:
        raise CannotRead(
            f"{relative} contient {len(text) // 10**6} millions de caractères, plus que les "
            f"{LONGEST // 10**6} admis : découpez-le."
        )
    read = Document(
        id=identifier,
        path=relative,
        text=text,
        fingerprint=fingerprint,
        pages=pages,
        sections=sections,
        paged=FORMATS[path.suffix.lower()].paged,
        own_title=title_of(blocks, declared),
    )
    return _carded(read, known)


def refuse(path: Path, relative: str) -> None:
    """Raise CannotRead for what is not worth opening."""
    if path.is_symlink() and not path.exists():
        raise CannotRead(f"{relative} est un lien qui ne mène à aucun fichier : retirez-le.")
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise CannotRead(f"Le dossier {relative} ne peut pas être listé : donnez-en le droit.")
    if not stat.S_ISREG(status.st_mode):
        raise CannotRead(f"{relative} n'est pas un fichier ordinaire : retirez-le du dossier.")
    if status.st_size > LARGEST:
        raise CannotRead(
            f"{relative} pèse {status.st_size / 2**20:.0f} Mo, plus que les "
            f"{LARGEST // 2**20} Mo admis : découpez-le."
        )


def _carded(
    document: Document,
    known: Authority | None,
    told: Mapping[str, Fact[str] | None] = {},
) -> Document:
    """A document with the card of its text, read by what is told of it."""
    title = document.own_title
    card = extract(document.text, title, document.sections, territories(known), told)
    return replace(document, card=card, metadata=metadata_of(title, card))
