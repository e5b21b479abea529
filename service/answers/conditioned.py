"""A list of acts by what their cards say: every act that fulfils the conditions of a question."""

from dataclasses import replace

from indexer.notes import many
from service.answers import cards
from service.answers.conditions import conditions
from service.answers.inquiry import Draft, Inquiry, Row
from service.answers.lists import listed, set_aside
from service.answers.names import plain
from service.answers.said import LOOKED_AT
from service.answers.standing import concerned, kinds_named


def every(inquiry: Inquiry) -> Draft:
    """The acts that fulfil a question's conditions; where it has none, those that likely answer."""
    return conditioned(inquiry) or listed(_of_kind(inquiry))


def _of_kind(inquiry: Inquiry) -> Inquiry:
    """The same, asked of the kind of acts that the question names: « quelles délibérations »."""
    kinds = kinds_named(plain(inquiry.question.text))
    if not kinds or inquiry.filters.kind:
        return inquiry
    return replace(inquiry, filters=replace(inquiry.filters, kind=kinds), _found={})


def conditioned(inquiry: Inquiry) -> Draft | None:
    """The acts whose cards fulfil all conditions; those that do not tell are counted.

    None where the question has no condition, or no act is of the kind, party and subject.
    """
    index = inquiry.index
    asked, words = conditions(inquiry.question.text, inquiry.filters.day)
    if not asked or set_aside(words):
        return None
    results = inquiry.search(LOOKED_AT)
    acts = concerned(inquiry, words)
    if not acts:
        return None
    said = [(act, [one.of(act, index) for one in asked]) for act in acts]
    told = [(act, values) for act, values in said if all(value is not None for value in values)]
    kept = [
        (act, values)
        for act, values in told
        if all(one.holds(value) for one, value in zip(asked, values, strict=True))
    ]
    kept.sort(key=lambda pair: (*pair[1], pair[0].path))
    facts = [name for one in asked for name in one.facts]
    rows = []
    for act, _ in kept:
        stated = cards.stated(facts, act, index)
        rows.append(Row(act, stated[0] if stated else None, 1.0))
    silent = _silent(len(said) - len(told), " ou ".join(one.called for one in asked))
    if not rows:
        return Draft(results, reason=" ".join(["Aucun acte connu n'y répond.", *silent]))
    notes = ("Ce sont tous les actes qui le disent.", *silent)
    quotes = [row.quote for row in rows if row.quote]
    return Draft(results, quotes, 1.0, rows=rows, notes=notes)


def _silent(count: int, facts: str) -> list[str]:
    """How many acts do not tell, in French."""
    says = "ne dit pas" if count == 1 else "ne disent pas"
    return [f"{many(count, 'autre document')} {says} {facts}."] if count else []
