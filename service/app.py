"""The application: API, pages, metrics, and what runs beside them."""

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, nullcontext
from functools import partial

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from prometheus_fastapi_instrumentator import Instrumentator
from starlette.middleware.gzip import GZipMiddleware

from indexer.encoder import Encoder, embed_documents, embed_queries
from indexer.settings import Settings
from service import api, openapi, pages, problems
from service.answers import routes
from service.answers.readers import reader_of
from service.answers.written.endpoint import Endpoint
from service.batching import Batcher, Places
from service.beside import beside, repeated
from service.edge import Edge
from service.feedback import Opinions
from service.feedback import routes as feedback
from service.live import Live
from service.pages.narrowing import LABELS
from service.recipe import Recipe
from service.sites import Origins, read_sites

HOUR = 3600  # seconds between two looks for opinions that were kept long enough


def create_app(
    settings: Settings,
    live: Live,
    encoder: Encoder,
    recipe: Recipe | None = None,
    thread: ThreadPoolExecutor | None = None,
) -> FastAPI:
    """The application over an open index and a model that was loaded in `thread`."""
    recipe = recipe or Recipe().without(settings.off)
    batcher = Batcher(partial(embed_queries, encoder), settings.waiting, thread)
    endpoint = Endpoint(settings) if settings.llm_url else None
    sites = read_sites(settings.sites)
    sites.check(live.index)
    opinions = Opinions(settings.feedback, settings.feedback_days) if settings.feedback else None

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        forgetting = beside(repeated(HOUR, opinions.forget)) if opinions else nullcontext()
        async with batcher.running(), live.following(settings.poll), forgetting:
            yield
        if endpoint:
            await endpoint.close()

    app = FastAPI(title="Entente", version="1", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.add_middleware(GZipMiddleware, compresslevel=6)  # a page of results: 83 kB, then 12
    app.add_middleware(Edge, url=settings.url)
    app.add_middleware(Origins, sites=sites)
    openapi.install(app)
    problems.install(app, pages.show_problem, LABELS)
    read, embed = batcher.run(partial(reader_of, encoder)), partial(embed_documents, encoder)
    engine = api.Engine(
        live,
        batcher,
        Places(settings.answering),
        recipe,
        read,
        embed,
        settings.documents,
        endpoint,
        sites,
        opinions,
    )
    app.include_router(api.router(engine))
    app.include_router(routes.router(engine))
    app.include_router(feedback.router(engine))
    app.include_router(pages.router(engine, settings))
    app.mount("/static", StaticFiles(directory=pages.HERE / "static"))
    Instrumentator(excluded_handlers=["/metrics"]).instrument(app).expose(
        app, include_in_schema=False
    )
    return app
