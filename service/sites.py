"""Sites whose pages hold a search box: the origins they are served from, the folders they search.

This selects; it is no access control: who can reach the service can ask it without a site.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated
from urllib.parse import parse_qs, urlencode

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel, ValidationError
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from corpus.errors import EntenteError, UnknownValue
from indexer import Filters, Index
from indexer.facets import Facets
from indexer.faults import explain
from indexer.known import Known

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
ORIGIN = re.compile(rf"https?://{LABEL}(?:\.{LABEL})*(?::[1-9]\d{{0,4}})?")
SHARED = ("/v1/search", "/v1/suggestions")  # what the pages of a site may read


class BadSites(EntenteError):
    """The file of sites cannot be used."""


def _origin(text: str) -> str:
    if not ORIGIN.fullmatch(text):
        raise ValueError(
            "une origine comme https://intranet.exemple.fr est attendue, en minuscules, "
            "sans chemin, sans barre finale et sans joker"
        )
    return text


def _folder(text: str) -> str:
    if not text.strip("/"):
        raise ValueError("le dossier est vide, nommez-en un des sources")
    return text.strip("/")


class Site(BaseModel):
    """Which pages may hold the box of a site, and which folders it searches; none is all."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    origins: list[Annotated[str, AfterValidator(_origin)]] = Field(default=[], alias="origines")
    folders: list[Annotated[str, AfterValidator(_folder)]] = Field(default=[], alias="dossiers")

    def narrowed(self, filters: Filters) -> Filters:
        """Filters that were resolved, within the site's folders.

        Raises:
            UnknownValue: they ask for folders of which none is the site's.
        """
        if not self.folders:
            return filters
        kept = [f for f in filters.folder if self._holds(f)]
        kept += [f for f in self.folders if any(_within(f, asked) for asked in filters.folder)]
        if filters.folder and not kept:
            fault = "ce dossier n'est pas de ceux que ce site cherche"
            raise UnknownValue("folder", filters.folder[0], fault, self.folders[:3])
        return replace(filters, folder=tuple(dict.fromkeys(kept or self.folders)))

    def counted(self, facets: Facets) -> Facets:
        """Facets without the folders of others."""
        if not self.folders:
            return facets
        return replace(facets, folder={f: n for f, n in facets.folder.items() if self._holds(f)})

    def _holds(self, folder: str) -> bool:
        return any(_within(folder, own) for own in self.folders)


def _within(folder: str, other: str) -> bool:
    return f"{folder}/".startswith(f"{other}/")


class _File(RootModel[dict[str, Site]]):
    """What the file of sites holds: a table for each site."""


@dataclass(frozen=True, slots=True)
class Sites:
    """The sites, by name, in the order of the file."""

    named: Mapping[str, Site] = field(default_factory=dict)

    def site(self, name: str) -> Site:
        """The site of a name; without one, what is asked from no site's page.

        Raises:
            UnknownValue: no site has the name.
        """
        if not name:
            return Site()
        if name not in self.named:
            known = Known((known, known) for known in self.named)
            raise UnknownValue("site", name, "aucun site ne porte ce nom", known.near(name))
        return self.named[name]

    def of(self, origin: str) -> str:
        """The first site that is served from an origin; "" if none is."""
        return next((name for name, site in self.named.items() if origin in site.origins), "")

    def check(self, index: Index) -> None:
        """Refuse folders that the index does not have.

        Raises:
            BadSites: with the nearest that it has.
        """
        for name, site in self.named.items():
            for folder in site.folders:
                try:
                    found = index.resolve(Filters(folder=(folder,))).folder
                except UnknownValue as error:
                    raise BadSites(f"Site « {name} », dossiers : {error}") from None
                if found != (folder,):
                    raise BadSites(
                        f"Site « {name} », dossiers = « {folder} » : écrivez « {found[0]} »."
                    )


def read_sites(path: Path | None) -> Sites:
    """The sites of a TOML file; none without one.

    Raises:
        BadSites: it cannot be read or understood.
    """
    if path is None:
        return Sites()
    remedy = "corrigez le fichier que nomme ENTENTE_SITES"
    try:
        found = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise BadSites(
            f"Le fichier des sites « {path} » ne se lit pas ({error.strerror}) : {remedy}."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSites(
            f"Le fichier des sites « {path} » n'est pas du TOML en UTF-8 ({error}) : {remedy}."
        ) from None
    except ValidationError as error:
        faults = " ; ".join(
            explain(fault, ", ".join(str(part) for part in fault["loc"] if part != "root"))
            for fault in error.errors()
        ).replace("paramètre inconnu, retirez-le ou voyez /docs", "réglage inconnu, retirez-le")
        raise BadSites(
            f"Le fichier des sites « {path} » : {faults}. Réglages d'un site : origines, dossiers."
        ) from None
    for name in found.root:
        if not NAME.fullmatch(name):
            raise BadSites(
                f"Le fichier des sites « {path} » : « {name[:80]} » n'est pas un nom de site ; "
                "n'employez que des minuscules sans accent, des chiffres et des tirets."
            )
    return Sites(found.root)


class Origins:
    """ASGI middleware: lets the pages of a site read its searches, and no other page any.

    Starlette's has one list of origins for all; here each site has its own. What comes from the
    page of a site and names none is its own.
    """

    def __init__(self, app: ASGIApp, sites: Sites) -> None:
        self._app, self._sites = app, sites

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] not in SHARED:
            return await self._app(scope, receive, send)
        origin = Headers(scope=scope).get("origin", "")
        query = scope["query_string"].decode("latin-1")
        given = parse_qs(query, keep_blank_values=True).get("site", [""])[-1]
        name = given or self._sites.of(origin)
        if name and not given:
            added = [query, urlencode({"site": name})]
            scope = {**scope, "query_string": "&".join(filter(None, added)).encode("latin-1")}
        site = self._sites.named.get(name)
        allowed = site is not None and origin in site.origins

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.add_vary_header("Origin")
                if allowed:
                    headers["Access-Control-Allow-Origin"] = origin
            await send(message)

        return await self._app(scope, receive, marked)
