"""`python -m eval answers`."""

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from eval.answers import ABSTENTION, DECLINED, MEASURES, answers
from eval.asking import Answerer
from eval.commands.retrieval import Judged, Own
from eval.dataset import Dataset
from eval.first_sentence import FirstSentence
from eval.indexed import index_of, remembering
from eval.kinds import KINDS
from eval.parting import parted
from eval.quoting import Quoting
from eval.reporting import plotting
from eval.telling import WIDE, tell_absent
from indexer import Index, SentenceEncoder, open_index
from indexer.command import Json, explained
from indexer.notes import decimal, many
from indexer.settings import Settings
from service.recipe import Recipe


@explained
def answers_command(
    dataset: Judged,
    index: Own = None,
    elsewhere: Annotated[
        Path | None,
        typer.Option(
            metavar="DOSSIER",
            help="Index d'un fonds qui ne répond à aucune question : elles lui sont posées aussi.",
        ),
    ] = None,
    most: Annotated[
        int | None, typer.Option(min=1, help="Questions à poser, au plus ; toutes par défaut.")
    ] = None,
    given: Annotated[
        bool, typer.Option("--given", help="Ne pose chaque question qu'aux actes qui y répondent.")
    ] = False,
    withheld: Annotated[
        bool,
        typer.Option(
            "--withheld",
            help="Pose aussi chaque question au fonds privé des actes qui y répondent.",
        ),
    ] = False,
    unseen: Annotated[
        bool, typer.Option("--unseen", help="Sans les questions dont le lecteur a appris.")
    ] = False,
    simple: Annotated[
        bool, typer.Option("--simple", help="La plus simple des réponses, qui est à battre.")
    ] = False,
    per_query: Annotated[bool, typer.Option("--per-query", help="Détail par question.")] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Page HTML à écrire aussi.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Note les réponses ; sort en 1 si une citation n'est pas ce que dit son document.

    Extraits attendus, citations, listes, abstention, nature de la question et durée.
    """
    if output:
        output.parent.stat()  # a folder that is missing is told before the work
        with plotting():
            from eval.answers_page import render
    settings, judged = Settings(), Dataset(dataset)
    encoder = SentenceEncoder(settings.model, settings.cache)
    recipe = Recipe().without(settings.off)
    home = index_of(judged, index, remembering(encoder, settings.cache), settings.cache)
    away = open_index(elsewhere, encoder.fingerprint) if elsewhere else None

    def make(index: Index) -> Answerer:
        return (FirstSentence if simple else Quoting)(index, encoder, recipe)

    among = {query.id for query in parted(judged, home)[1]} if unseen else None
    found = answers(judged, make, home, away, most, given, withheld, among)
    if output:
        output.write_text(render(found, date.today()), encoding="utf-8")
        print(f"Rapport écrit : {output}", file=sys.stderr)
    if not per_query:
        found.pop("per_query")
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        _tell(found)
    if found["citations"]["unfaithful"]:
        raise typer.Exit(1)


def _tell(found: dict[str, Any]) -> None:
    none = found["questions"] - found["answerable"]
    states = found["statuses"]
    print(
        f"{found['dataset']} : {many(found['questions'], 'question')}, dont {none} sans réponse ; "
        f"{states.get('answered', 0)} répondues, {states.get('partial', 0)} en partie, "
        f"{many(states.get('no_evidence', 0), 'abstention')}."
    )
    for part, (title, names) in MEASURES.items():
        _tell_means(title, found[part], names)
    _tell_faith(found["citations"])
    if none:
        print(f"Abstention : {_said(found['abstention'], ABSTENTION)}")
    _tell_kinds(found["abstention_by_kind"], found["kinds"])
    _tell_risk(found["risk_coverage"])
    _tell_confidence(found["confidence"])
    latency = found["latency_ms"]
    print(f"Durée : p50 {decimal(latency['p50'], '')} ms, p95 {decimal(latency['p95'], '')} ms")
    for line in (*found["citations"]["unfaithful"], *found["lost"]):
        print(line, file=sys.stderr)
    tell_absent(found["absent"])
    for row in found.get("per_query", ()):
        _tell_answer(row)


def _tell_confidence(found: dict[str, Any]) -> None:
    if not found["count"]:
        return
    said = " ; ".join(
        f"{decimal(b['said'], '.2f')} dite, {decimal(b['is'], '.2f')} juste" for b in found["bins"]
    )
    print(f"Confiance : écart moyen {decimal(found['ece'], '.3f')} ({said})")


def _said(values: Mapping[str, float], names: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {decimal(values[key], '.3f')}" for key, name in names.items())


def _tell_means(title: str, found: dict[str, Any], names: Mapping[str, str]) -> None:
    if not found["questions"]:
        return
    counted = f"{title}, {many(found['questions'], 'question')}"
    table = Table("", *names.values(), title=counted, title_justify="left")
    ends = [[found["intervals"][key][n] for key in names] for n in (0, 1)]
    rows: dict[str, Sequence[float]] = {
        "par question": [found["overall"][key] for key in names],
        "par besoin": [found["per_intent"][key] for key in names],
        **dict(zip(("de (95 %)", "à"), ends, strict=True)),
        **{kind: [values[key] for key in names] for kind, values in found["by_kind"].items()},
    }
    for name, values in rows.items():
        table.add_row(name, *(decimal(value, ".3f") for value in values))
    WIDE.print(table)


def _tell_faith(citations: dict[str, Any]) -> None:
    checked, wrong = citations["checked"], len(citations["unfaithful"])
    print(f"Au mot près : {checked - wrong} sur {many(checked, 'citation')}")


def _tell_kinds(declined: dict[str, dict[str, int]], kinds: dict[str, Any]) -> None:
    table = Table(*("", *DECLINED.values()), title="Abstentions selon la nature dite")
    for kind, counts in declined.items():
        table.add_row(KINDS.get(kind, kind), *(str(counts[key]) for key in DECLINED))
    WIDE.print(table)
    if kinds["questions"]:
        share = decimal(kinds["accuracy"], ".3f")
        wrong = (
            f"{KINDS.get(a, a)} prise pour {KINDS.get(b, b)} ({n})" for a, b, n in kinds["confused"]
        )
        print(
            f"Nature de la question, {many(kinds['questions'], 'question')} : {share} justes ; "
            f"{', '.join(wrong) or 'aucune confusion'}"
        )


def _tell_risk(found: dict[str, Any]) -> None:
    served = found["served"]
    table = Table("couverture", "risque", title="Risque et couverture", title_justify="left")
    for coverage, risk in found["curve"][1::2]:
        table.add_row(decimal(coverage, ".0%"), decimal(risk, ".3f"))
    WIDE.print(table)
    print(
        f"AURC {decimal(found['aurc'], '.3f')}, dont {decimal(found['excess'], '.3f')} faute d'un "
        f"ordre parfait ; servi : couverture {decimal(served['coverage'], '.1%')}, "
        f"risque {decimal(served['risk'], '.3f')}"
    )


def _tell_answer(row: dict[str, Any]) -> None:
    mark = "juste" if row["right"] else "abstention" if not row["sentences"] else "faux"
    if not row["answerable"]:
        mark += " (sans réponse)"
    text = " ".join(" ".join(s["text"].split()) for s in row["sentences"]) or row["reason"]
    print(f"{row['id']} « {row['question']} » : {mark}, {decimal(row['confidence'])} – {text}")
