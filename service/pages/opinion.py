"""An opinion given from a page: one press, then why, if one likes; withdrawn by another press."""

from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from service.api import Engine
from service.feedback import About, Opinion, Reason
from service.feedback.given import Given, Why, first_party, kept_by
from service.links import search_link
from service.pages.render import render

SAID = {  # in the order in which they are offered
    Reason.WRONG: "Ce qui est dit est faux",
    Reason.UNSUPPORTED: "La citation ne le dit pas",
    Reason.INCOMPLETE: "Il manque quelque chose",
    Reason.OUTDATED: "C’est périmé : un acte plus récent l’a changé",
    Reason.OFF_TOPIC: "Cela parle d’autre chose",
    Reason.EXISTS: "La réponse est pourtant dans les documents",
    Reason.PASSAGE: "C’est le bon document, mais pas le bon passage",
    Reason.DUPLICATE: "C’est un doublon",
}
OFFERED: dict[About, list[Reason]] = {
    About.ANSWER: [r for r in SAID if r not in (Reason.PASSAGE, Reason.DUPLICATE, Reason.EXISTS)],
    About.RESULT: [Reason.OFF_TOPIC, Reason.PASSAGE, Reason.OUTDATED, Reason.DUPLICATE],
}
DECLINED = [Reason.EXISTS, Reason.OFF_TOPIC]  # of an answer that cites nothing


def router(engine: Engine) -> APIRouter:
    """The routes under `/avis`."""
    pages = APIRouter(dependencies=[Depends(first_party)])

    def kept(id: str) -> Opinion:
        if opinion := kept_by(engine.opinions).get(id):
            return opinion
        raise HTTPException(404, f"avis = « {id[:40]} » : il n'existe pas, ou plus.")

    @pages.post("/avis")
    def give(given: Annotated[Given, Form()]) -> Response:
        """An opinion is kept; a page of its own thanks and asks why."""
        opinion = kept_by(engine.opinions).keep(given.opinion(engine.index))
        return RedirectResponse(f"/avis/{opinion.id}", 303)

    @pages.get("/avis/{id}")
    def show(request: Request, id: str) -> Response:
        """What was kept, with why."""
        opinion = kept(id)
        offered = OFFERED[opinion.about]
        if opinion.about is About.ANSWER and not opinion.cited:
            offered = DECLINED
        return render(
            request,
            "opinion.html",
            q=opinion.question,
            opinion=opinion,
            reasons=[] if opinion.useful else [(reason, SAID[reason]) for reason in offered],
            back=_back(opinion),
            days=kept_by(engine.opinions).days,
        )

    @pages.post("/avis/{id}")
    def explain(id: str, why: Annotated[Why, Form()]) -> Response:
        """Why, in a word and in one's own words."""
        kept_by(engine.opinions).explain(kept(id), why.reason, why.comment.strip())
        return RedirectResponse(f"/avis/{id}", 303)

    @pages.post("/avis/{id}/retrait")
    def withdraw(request: Request, id: str) -> Response:
        """The opinion is deleted, and that is said."""
        opinion = kept(id)
        kept_by(engine.opinions).withdraw(id)
        return render(
            request, "withdrawn.html", q=opinion.question, opinion=opinion, back=_back(opinion)
        )

    return pages


def _back(opinion: Opinion) -> str:
    """The results that the opinion is about."""
    return search_link(opinion.question, parse_qsl(opinion.parameters))
