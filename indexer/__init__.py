"""From Documents to an Index: splitting, French analysis, embedding, and atomic snapshots."""

from indexer.encoder import Encoder, SentenceEncoder
from indexer.facets import Filters
from indexer.index import Index, LocalIndex
from indexer.passages import Passage
from indexer.report import Report
from indexer.snapshot import Manifest, current, open_index, rollback, verify
from indexer.splitting import Splitter
from indexer.update import update

__all__ = [
    "Encoder",
    "Filters",
    "Index",
    "LocalIndex",
    "Manifest",
    "Passage",
    "Report",
    "SentenceEncoder",
    "Splitter",
    "current",
    "open_index",
    "rollback",
    "update",
    "verify",
]
