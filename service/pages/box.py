"""The search box for other pages: its script, the page of its iframe, and how to put it there."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException

from service.api import Engine
from service.box import NAME, STABLE, Script, current, released
from service.pages.render import policy, render
from service.parameters import SITE, Name

HOUR, YEAR = 3600, 365 * 24 * 3600  # seconds
SCRIPTED = {"script_src": "'self'", "connect_src": "'self'"}
THEME = [
    ("encre", "Texte", "#1b1f24", "#e4e7ea"),
    ("discret", "Texte secondaire", "#52606d", "#a9b4c0"),
    ("papier", "Fond du champ et des propositions", "#ffffff", "#15181c"),
    ("survol", "Fond de la proposition choisie", "#eaf1f7", "#26313c"),
    ("trait", "Traits du volet", "#d5dbe1", "#3a424b"),
    ("bord", "Bord du champ", "#52606d", "#a9b4c0"),
    ("accent", "Bouton, focus, repère du choix", "#0b4f8a", "#8cc2f0"),
    ("surligne", "Fond des mots trouvés", "#fff0bf", "#4d4015"),
    ("arrondi", "Arrondi des angles", ".375em", ".375em"),
    ("police", "Police, taille et interligne", "max(1rem, 16px)/1.5 system-ui", "la même"),
    ("schema", "Clair ou sombre sans égard à la page", "light", "dark"),
]


class OfSite(BaseModel):
    """Which site's box; other parameters do no harm."""

    model_config = ConfigDict(extra="ignore")

    site: Name = SITE


def router(engine: Engine) -> APIRouter:
    """The routes of the box."""
    pages = APIRouter()

    @pages.get(STABLE)
    def stable_script(request: Request) -> Response:
        """The script of this version of the service."""
        return _script(request, current(), f"public, max-age={HOUR}")

    @pages.get(f"/box/v1/{NAME}.{{digest}}.js")
    def versioned_script(request: Request, digest: str) -> Response:
        """A release, which never changes under its address."""
        script = released().get(digest)
        if script is None:
            raise HTTPException(
                404,
                f"La version « {digest[:80]} » de la boîte n'est pas ici : reprenez l'adresse et "
                "l'empreinte de la page /integration.",
            )
        return _script(request, script, f"public, max-age={YEAR}, immutable")

    @pages.get("/embed")
    def embed_page(request: Request, asked: Annotated[OfSite, Query()]) -> Response:
        """The box as a page for the iframes of a site."""
        site = engine.sites.site(asked.site)
        allowed = policy(frame_ancestors=" ".join(["'self'", *site.origins]), **SCRIPTED)
        return render(
            request,
            "embed.html",
            headers=allowed,
            script=current(),
            site=asked.site,
            folders=site.folders,
        )

    @pages.get("/integration")
    def integration_page(
        request: Request,
        asked: Annotated[OfSite, Query()],
        script: Annotated[Script, Depends(current)],
    ) -> Response:
        """For who puts the box on a page: live examples, code, and what to do where."""
        engine.sites.site(asked.site)
        return render(
            request,
            "integration.html",
            headers=policy(frame_src="'self'", **SCRIPTED),
            script=script,
            stable=STABLE,
            theme=THEME,
            site=asked.site,
            service=str(request.base_url).rstrip("/"),
        )

    return pages


def _script(request: Request, script: Script, kept: str) -> Response:
    """A release; any page may load it, with its digest checked, as it is public."""
    headers = {
        "Cache-Control": kept,
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "X-Content-Type-Options": "nosniff",
        "Vary": "Accept-Encoding",
    }
    data = script.data
    if "gzip" in request.headers.get("accept-encoding", ""):
        data, headers["Content-Encoding"] = script.packed, "gzip"
    return Response(data, media_type="text/javascript", headers=headers)
