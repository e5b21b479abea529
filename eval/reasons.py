"""What an explanation says in words, in French."""

from collections.abc import Sequence
from textwrap import shorten

from corpus.errors import listed
from eval.explain import Explanation, Missing, Standing
from indexer.notes import decimal
from service.recipe import Method, Recipe

TITLE = 80  # characters of a title in a sentence


def ordinal(rank: int) -> str:
    """« 1er », « 12e »."""
    return f"{rank}{'er' if rank == 1 else 'e'}"


def cosine(value: float) -> str:
    return decimal(value, ".3f")


def bm25(value: float) -> str:
    return decimal(value, ".1f")


def reason(found: Explanation, recipe: Recipe) -> str:
    """Why the expected passage did not lead."""
    expected = found.expected
    if expected is None:
        return "Aucun document pertinent n'est dans l'index."
    if expected.fused is None:
        return _absent(expected, recipe)
    winner = found.first[0]
    if winner.passage.key == expected.passage.key:
        rank = ordinal(expected.fused)
        return f"Montré en premier, mais {rank} par le score : d'autres versions de l'acte devant."
    return _start(winner, expected) + _beaten(winner, expected, recipe)


def _start(winner: Standing, expected: Standing) -> str:
    rank = ordinal(expected.fused or 0)
    if winner.passage.document == expected.passage.document:
        return f"Bon document, par un autre passage : l'attendu n'est que {rank}, battu par lui"
    also = ", pertinent aussi" if winner.relevance else ""
    return f"{rank} passage, battu par « {shorten(winner.title, TITLE, placeholder='…')} »{also}"


def _absent(expected: Standing, recipe: Recipe) -> str:
    ways = []
    if recipe.method != Method.LEXICAL:
        ways.append(f"par le sens ({ordinal(expected.meaning)})")
    if recipe.method != Method.DENSE:
        rank = ordinal(expected.words) if expected.words else "aucun mot commun"
        ways.append(f"par les mots ({rank})")
    return f"Absent des {recipe.candidates} premiers {' et '.join(ways)}."


def _beaten(winner: Standing, expected: Standing, recipe: Recipe) -> str:
    """By what; a part that the method does not look at counts for nothing."""
    meaning = f"{cosine(expected.dense)} contre {cosine(winner.dense)}"
    words = f"{bm25(expected.lexical)} contre {bm25(winner.lexical)}"
    nearer = recipe.method != Method.LEXICAL and expected.dense < winner.dense
    fuller = recipe.method != Method.DENSE and expected.lexical < winner.lexical
    if nearer and fuller:
        return f" : ses mots pèsent {words} (BM25) et son sens {meaning} (cosinus)."
    if fuller:
        more = f", ce que son sens ne rattrape pas ({meaning})"
        return f" : ses mots pèsent {words} (BM25){more * (recipe.method != Method.LEXICAL)}."
    if nearer:
        more = f", ce que ses mots ne rattrapent pas ({words})"
        return f" : son sens pèse {meaning} (cosinus){more * (recipe.method != Method.DENSE)}."
    if expected.late is not None and expected.late < (winner.late or 0):
        likeness = f"{cosine(expected.late)} contre {cosine(winner.late or 0)}"
        return f" : mot à mot, il est moins proche de la question ({likeness})."
    return (
        f", que ni ses mots ({words}) ni son sens ({meaning}) n'expliquent : une référence de la "
        "question, la version montrée d'un acte ou une étape d'après a décidé."
    )


def lacking(missing: Sequence[Missing]) -> str:
    """« achètent », « ensemble » ; nulle part dans l'index : « pelures »."""
    here = listed(one.word for one in missing if one.holders)
    nowhere = listed(one.word for one in missing if not one.holders)
    return " ; ".join(
        [here] * bool(here) + [f"nulle part dans l'index : {nowhere}"] * bool(nowhere)
    )
