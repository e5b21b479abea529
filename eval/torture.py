"""How each document of a folder of awkward files ends, and what the run took.

`python -m eval.torture FOLDER` prints a JSON line for each; it loads no model, so that the memory
is that of reading.
"""

import json
import resource
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

from corpus import Library
from corpus.errors import CannotRead

ADDRESSES = 4 * 2**30  # bytes that the process, or one of Tesseract, may map


@dataclass(frozen=True)
class Outcome:
    """What became of a document. `memory` is the peak until then, of this process and of the
    largest one it started, in bytes."""

    path: str
    state: str
    words: int
    reason: str
    seconds: float
    memory: int


def torture(folder: Path) -> list[Outcome]:
    """Read the documents of a folder one by one, in a process of their own."""
    command = [sys.executable, "-m", "eval.torture", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [Outcome(**json.loads(line)) for line in done.stdout.splitlines()]


def _read_all(folder: Path) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
    for source in Library(folder).scan():
        start = perf_counter()
        path, words, state, reason = "", 0, "indexé", ""
        try:
            if isinstance(source, tuple):
                path = source[0]
                raise source[1]
            path = source.path
            document = source.read()
            words = len(document.text.split())
            if any(page.confidence for page in document.pages):
                state = "indexé par OCR"
        except CannotRead as refused:
            reason = str(refused)
            state = "vide" if "aucun texte" in reason else refused.state
        seconds = round(perf_counter() - start, 3)
        outcome = Outcome(path, state, words, reason, seconds, _peak())
        print(json.dumps(asdict(outcome), ensure_ascii=False), flush=True)


def _peak() -> int:
    """Of this process by /proc: its `ru_maxrss` begins at the size of the one that started it."""
    status = Path("/proc/self/status").read_text()
    own = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return 1024 * (int(own.split()[1]) + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)


if __name__ == "__main__":
    _read_all(Path(sys.argv[1]))
