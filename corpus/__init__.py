"""From a file to a Document: readers, cleaning, structure, metadata, and the sample documents."""

from corpus.document import Block, Document, Page, Section
from corpus.library import Library
from corpus.source import Source

__all__ = ["Block", "Document", "Library", "Page", "Section", "Source"]
