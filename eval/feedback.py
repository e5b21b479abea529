"""What people thought of answers and results, as candidate judgements that a judge confirms."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import EntenteError
from eval.judgements import Judgement, write_evidence
from eval.pool import Target
from eval.runs import Run, write_run
from service.feedback import About, Opinion, Reason

UNLIKE = {  # reasons that tell what was shown to be irrelevant, and not only of no use
    About.ANSWER: (Reason.UNSUPPORTED, Reason.OFF_TOPIC),
    About.RESULT: (None, Reason.UNSUPPORTED, Reason.OFF_TOPIC),
}
Pair = tuple[str, str]  # a question's id and a document


@dataclass(frozen=True, slots=True)
class Candidates:
    """Questions by id, votes on documents, and passages quoted as relevant."""

    questions: dict[str, Opinion]  # as it was first asked
    votes: dict[Pair, int]  # for, less those against
    quotes: dict[Pair, list[str]]
    declined: frozenset[str]  # questions that were rightly declined, as people say

    @property
    def grades(self) -> dict[Pair, int]:
        """1 where most find a document relevant, 0 where most do not."""
        return {pair: int(more > 0) for pair, more in self.votes.items() if more}

    @property
    def disputed(self) -> list[Pair]:
        """What as many are for as against."""
        return [pair for pair, more in self.votes.items() if not more]


def candidates(opinions: Iterable[Opinion]) -> Candidates:
    """Candidate judgements, by the majority of the opinions on each document.

    A question is one, whatever its case and spaces. Whoever found an answer useful vouches for all
    that it cites; of what was of no use, only what is said to speak of something else counts.
    """
    questions: dict[str, Opinion] = {}
    votes: dict[Pair, Counter[int]] = defaultdict(Counter)
    quotes: dict[Pair, Counter[str]] = defaultdict(Counter)
    declined: Counter[str] = Counter()
    for opinion in opinions:
        query = identifier(opinion.question)
        questions.setdefault(query, opinion)
        if opinion.about is About.ANSWER and not opinion.cited:
            declined[query] += 1 if opinion.useful else -1
        for document in {cited.document for cited in opinion.cited}:
            if grade := _vote(opinion):
                votes[query, document][grade] += 1
        for cited in opinion.cited:
            quotes[query, cited.document][cited.quote] += 1 if opinion.useful else -1
    net = {pair: given[1] - given[-1] for pair, given in votes.items()}
    return Candidates(
        questions=questions,
        votes=net,
        quotes={
            pair: [quote for quote, more in found.items() if quote and more > 0]
            for pair, found in quotes.items()
            if net.get(pair, 0) > 0
        },
        declined=frozenset(query for query, more in declined.items() if more > 0),
    )


def identifier(question: str) -> str:
    """The id of a question, the same whoever asks it."""
    words = " ".join(question.casefold().split())
    return f"avis-{hashlib.sha256(words.encode()).hexdigest()[:10]}"


def _vote(opinion: Opinion) -> int:
    """Whether an opinion speaks for the relevance of a document (1), against it (-1), or not."""
    if opinion.useful or opinion.reason is Reason.PASSAGE:
        return 1
    return -1 if opinion.reason in UNLIKE[opinion.about] else 0


def write(found: Candidates, folder: Path) -> None:
    """Write a dataset of the candidates, and `candidates.run` for `judge` to go through.

    Raises:
        EntenteError: the folder holds a dataset already, which nothing may overwrite.
    """
    if (folder / "queries.jsonl").exists():
        raise EntenteError(
            f"« {folder} » contient déjà un jeu de questions : nommez un dossier neuf."
        )
    (folder / "qrels").mkdir(parents=True, exist_ok=True)
    queries = (
        {
            "_id": query,
            "text": opinion.question,
            "kind": "none" if query in found.declined else "feedback",
            "intent": query,
        }
        for query, opinion in found.questions.items()
    )
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in queries)
    (folder / "queries.jsonl").write_text(lines, encoding="utf-8")
    rows = [f"{q}\t{document}\t{grade}\n" for (q, document), grade in found.grades.items()]
    qrels = "".join(["query-id\tcorpus-id\tscore\n", *rows])
    (folder / "qrels/candidates.tsv").write_text(qrels, encoding="utf-8")
    evidence = (
        Judgement(query, Target(document), 1, "avis", "", quote)
        for (query, document), quotes in found.quotes.items()
        for quote in quotes
    )
    write_evidence(evidence, folder / "evidence.jsonl")
    run: Run = defaultdict(dict)
    for (query, document), more in sorted(found.votes.items(), key=lambda pair: -pair[1]):
        run[query][document] = float(more)
    write_run(run, folder / "candidates.run", "avis")
