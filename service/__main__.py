"""The command of the service: `python -m service --help`."""

import logging
from pathlib import Path
from typing import Annotated, Any

import structlog
import typer
import uvicorn

from indexer.__main__ import Index, explained
from indexer.encoder import SentenceEncoder
from service.app import create_app
from service.live import Live
from service.settings import ServiceSettings

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
log = structlog.get_logger()


@app.command()
@explained
def serve(
    index: Index = None,
    host: Annotated[str | None, typer.Option(help="Adresse d'écoute (127.0.0.1).")] = None,
    port: Annotated[int | None, typer.Option(help="Port d'écoute (8000).")] = None,
    documents: Annotated[Path | None, typer.Option(help="Dossier des sources.")] = None,
) -> None:
    """Répond aux questions sur un index, par une page de recherche et une API HTTP."""
    given: dict[str, Any] = {"index": index, "host": host, "port": port, "documents": documents}
    settings = ServiceSettings(**{k: v for k, v in given.items() if v is not None})
    logging.getLogger("transformers").setLevel(logging.ERROR)
    encoder = SentenceEncoder(settings.model, settings.cache)
    live = Live(settings.index, encoder.fingerprint)
    encoder.encode_queries(["prête"])  # the first call of a model is slow
    log.info("service.ready", url=f"http://{settings.host}:{settings.port}/recherche")
    # No access log: it would keep the questions.
    uvicorn.run(
        create_app(settings, live, encoder),
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_level="warning",
    )


if __name__ == "__main__":
    app()
