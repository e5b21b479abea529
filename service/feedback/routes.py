"""The HTTP API of opinions: given and withdrawn; nobody reads them over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Path, Query
from pydantic import BaseModel, Field

from service.api import Engine, described
from service.feedback.given import Given, first_party, kept_by
from service.parameters import Nothing

Id = Annotated[str, Path(description="Celui que l'avis a reçu.", examples=["x"], max_length=100)]
REFUSED = {
    403: "Demandé par la page d'un autre site",
    404: "Document inconnu, ou service qui ne garde pas d'avis",
}
READ = {400: "Corps illisible", 413: "Corps trop long", 507: "Le fichier des avis est plein"}


class Kept(BaseModel):
    """An opinion was kept."""

    id: str = Field(
        description="À garder pour retirer l'avis : rien d'autre ne dit de qui il est.",
        examples=["k3J0f0X2n6Xo2m5y8Jb1TQ"],
    )


def router(engine: Engine) -> APIRouter:
    """The routes under `/v1/feedback`."""
    api = APIRouter(
        generate_unique_id_function=lambda route: route.name,
        dependencies=[Depends(first_party)],
        tags=["avis"],
    )

    @api.post(
        "/v1/feedback",
        status_code=201,
        responses=described({**REFUSED, **READ}),
        response_description="L'avis est gardé",
    )
    def give_feedback(given: Given) -> Kept:
        """Dire d'une réponse ou d'un résultat s'il est utile, et pourquoi."""
        opinions = kept_by(engine.opinions)
        return Kept(id=opinions.keep(given.opinion(engine.index)).id)

    @api.delete(
        "/v1/feedback/{id}",
        status_code=204,
        responses=described({403: REFUSED[403], 404: "Avis inconnu"}),
        response_description="L'avis est retiré",
    )
    def withdraw_feedback(id: Id, _: Annotated[Nothing, Query()]) -> None:
        """Retirer un avis : il est effacé du fichier."""
        if not kept_by(engine.opinions).withdraw(id):
            raise HTTPException(404, f"Aucun avis « {id[:40]} » : il est peut-être déjà effacé.")

    return api
