"""Runs as TREC's tools write and read them: query, Q0, document, rank, score, tag."""

from pathlib import Path

from corpus.errors import EntenteError
from eval.files import lines_of

Run = dict[str, dict[str, float]]  # score by document, best first, by query


class NoRun(EntenteError):
    """The file is no TREC run."""


def write_run(run: Run, path: Path, tag: str = "entente") -> None:
    """Write a run so that its readers see the order that it has."""
    # a tie would be broken by the reader, and trec_eval reads float32: a place costs a millionth
    lines = (
        f"{query} Q0 {document} {place} {score - place * 1e-6 * max(1.0, score):.6f} {tag}\n"
        for query, documents in run.items()
        for place, (document, score) in enumerate(documents.items(), start=1)
    )
    path.write_text("".join(lines), encoding="utf-8")


def read_run(path: Path) -> Run:
    """A run in the order of its scores, whatever that of its lines; a document counts once.

    Raises:
        NoRun: there is no line, one has not the six fields, or a score is no number.
    """
    run: Run = {}
    for number, line in enumerate(lines_of(path), start=1):
        try:
            query, _, rest = line.split(maxsplit=2)
            document, _, score, _ = rest.rsplit(maxsplit=3)  # an id may have spaces
            ranked = run.setdefault(query, {})
            ranked[document] = max(float(score), ranked.get(document, float("-inf")))
        except ValueError:
            raise NoRun(
                f"« {path} », ligne {number} : « {line.strip()[:80]} » n'est pas une ligne de run "
                "TREC (question Q0 document rang score nom)."
            ) from None
    if not run:
        raise NoRun(f"« {path} » est vide : ce n'est pas un run TREC.")
    return {
        query: dict(sorted(documents.items(), key=lambda pair: -pair[1]))
        for query, documents in run.items()
    }
