"""The index of a dataset's corpus, kept in the user's cache beside the vectors of its texts."""

import hashlib
import sys
from pathlib import Path

from eval.dataset import Dataset
from eval.vectors import RememberingEncoder
from indexer import Encoder, LocalIndex, Splitter, open_index, update
from indexer.lexical import ANALYZER_FINGERPRINT
from indexer.progress import shown
from indexer.snapshot import FORMAT
from indexer.tokens import CODING


def remembering(encoder: Encoder, cache: Path) -> RememberingEncoder:
    """The encoder, with the vectors that any evaluation has made."""
    return RememberingEncoder(encoder, cache / "eval" / "vectors.sqlite")


def index_of(dataset: Dataset, folder: Path | None, encoder: Encoder, cache: Path) -> LocalIndex:
    """The index of a dataset's corpus: the given one, or one of its own, brought up to date."""
    if folder is None:
        made_of: list[object] = [
            dataset.folder.resolve(),
            encoder.fingerprint,
            Splitter().fingerprint,
        ]
        made_of += [ANALYZER_FINGERPRINT, CODING, FORMAT]
        place = hashlib.sha256(repr(made_of).encode()).hexdigest()[:8]
        folder = cache / "eval" / f"{dataset.name}-{place}"
        return indexed(dataset, folder, encoder)
    return open_index(folder, encoder.fingerprint)


def indexed(dataset: Dataset, folder: Path, encoder: Encoder) -> LocalIndex:
    """The index of a folder, brought up to date with a dataset's corpus; tells what is not read."""
    with shown() as progress:
        report = update(dataset.sources(), folder, encoder, progress=progress)
    for path, reason in report.failures.items():
        print(f"Non lu : {reason if path in reason else f'{path} – {reason}'}", file=sys.stderr)
    return open_index(folder, encoder.fingerprint)
