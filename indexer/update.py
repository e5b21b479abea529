"""An index brought in step with its sources; the work grows with what changed."""

import sqlite3
from collections.abc import Container, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from corpus.errors import CannotRead, IndexMismatch, IndexMissing, LibraryMissing
from corpus.isolation import Limits, Outcome, Reader, read_here
from corpus.readers import ocr
from indexer import lexical, snapshot, tries
from indexer.encoder import Encoder
from indexer.failures import readers
from indexer.plan import Base, Found, Plan
from indexer.report import Progress, Report
from indexer.snapshot import Manifest
from indexer.splitting import Splitter
from indexer.store import Store
from indexer.writer import Done, Writer


def update(
    sources: Iterable[Found],
    index: Path,
    encoder: Encoder,
    splitter: Splitter | None = None,
    *,
    rebuild: bool = False,
    folder: str = "",
    progress: Progress | None = None,
    read: Reader = read_here,
    limits: Limits | None = None,
    retry: Container[str] = (),
) -> Report:
    """Publish a generation that holds exactly the sources; none if nothing changed.

    A document that was published and cannot be read any more stays as it was, and is reported.
    One that failed is tried again when its bytes, the readers or their limits have changed, or
    when its path is in `retry`; `limits` are those of `read`.

    Raises:
        IndexMismatch: the index was built by another model, splitter or format, and `rebuild`
            was not asked for.
        IndexCorrupted: the published generation is damaged: nothing is built on it.
        IndexLocked: another process is updating the index.
        LibraryMissing: there is no source at all and the index has documents: a share that is
            not mounted looks so; or another folder was given, which has none of the documents.
            `rebuild` says that it is meant.
    """
    splitter = splitter or Splitter()
    ocr.engine()  # asks Tesseract once: a process that starts under the lock may outlive us with it
    with snapshot.locked(index), closing(_open(index, encoder, splitter, rebuild)) as base:
        plan = Plan(base, readers(limits), retry)
        plan.make(sources)
        if base.states and not plan.seen:
            raise LibraryMissing(
                f"Le dossier ne contient plus aucun document, l'index en a {len(base.states)} : "
                "si c'est voulu, relancez avec --rebuild."
            )
        if folder != base.folder and base.folder and len(plan.gone) == len(base.states):
            raise LibraryMissing(
                f"L'index suit le dossier « {base.folder} », et « {folder} » n'a aucun de ses "
                "documents : indiquez un autre index avec --index, ou relancez avec --rebuild si "
                "c'est voulu."
            )
        report, progress = Report(), progress or Progress()
        if base.generation and plan.work:
            snapshot.check(index, base.generation)  # else new checksums would seal the damage
        if len(plan):
            progress.planned(len(plan))
        done = _done(plan, base, read, progress)
        first = next(done, None)
        if base.generation and not (first or plan.differs):
            tries.count(index, plan.tried, plan.failures)
            return _reported(report, plan, snapshot.manifest(index, base.generation))
        with snapshot.new_draft(index) as (number, draft):
            start = snapshot.folder_of(index, base.generation) if base.generation else None
            writer = Writer(draft, start, base.states, encoder, report)
            writer.run(chain([first] if first else [], done), splitter, progress)
            writer.delete(plan.gone)
            description = writer.seal(Manifest(
                generation=number,
                created=datetime.now(UTC).isoformat(timespec="seconds"),
                model=encoder.fingerprint,
                splitter=splitter.fingerprint,
                analyzer=lexical.ANALYZER_FINGERPRINT,
                folder=folder,
                failures=dict(sorted(plan.failures.items())),
            ))  # fmt: skip
            snapshot.complete(index, draft, description)
        snapshot.publish(index, number)
        snapshot.prune(index)
        tries.count(index, plan.tried, plan.failures)
        return _reported(report, plan, description)


def _reported(report: Report, plan: Plan, published: Manifest) -> Report:
    """The report, with what is published now."""
    report.unchanged += plan.unchanged
    return replace(
        report,
        generation=published.generation,
        documents=published.documents,
        passages=published.passages,
        failures={path: failure.reason for path, failure in published.failures.items()},
        kept=[path for path, failure in published.failures.items() if failure.kept],
        unsettled=plan.unsettled,
        unread=published.unread,
        problems=published.problems,
    )


def _open(index: Path, encoder: Encoder, splitter: Splitter, rebuild: bool) -> Base:
    """The published generation to start from, if there is one that fits."""
    try:
        generation = 0 if rebuild else snapshot.current(index)
    except IndexMissing:
        generation = 0
    if not generation:
        return Base()
    found = snapshot.manifest(index, generation)
    for what, built, given in (
        ("le modèle", found.model, encoder.fingerprint),
        ("le découpage", found.splitter, splitter.fingerprint),
        ("l'analyse", found.analyzer, lexical.ANALYZER_FINGERPRINT),
    ):
        if built != given:
            raise IndexMismatch(
                f"L'index « {index} » a été construit avec {what} {built}, et non {given} : "
                "relancez la commande avec --rebuild."
            )
    try:
        store = Store(snapshot.folder_of(index, generation) / "store.sqlite")
        states = {state.id: state for state in store.states()}
    except sqlite3.DatabaseError:
        snapshot.check(index, generation)
        raise
    return Base(generation, store, states, found.failures, found.unread, found.folder)


def _done(plan: Plan, base: Base, read: Reader, progress: Progress) -> Iterator[Done]:
    """The documents of a plan, done; not those that are as they were in every respect."""
    for source, outcome in _outcomes(plan, read, progress):
        if isinstance(outcome, CannotRead):
            plan.fail(source, outcome)
            continue
        stored = base.stored(source.id)
        if stored:  # what other acts do to it is worked out below, from all of them
            stored = replace(stored, period=outcome.period)
        new = stored is None or outcome != replace(
            stored, reader=outcome.reader, revision=outcome.revision
        )
        plan.unchanged += not new
        if stored != outcome:
            yield Done(outcome, new)


def _outcomes(plan: Plan, read: Reader, progress: Progress) -> Iterator[Outcome]:
    """What is due, then the cards of what turned out to be kept."""
    for source, outcome in read(plan.due()):
        progress.read(source.path)
        yield source, outcome
    yield from read(plan.kept())
