"""The command of the service: `python -m service --help`."""

import errno
import gc
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import structlog
import typer
import uvicorn

from corpus.errors import EntenteError, LibraryMissing
from indexer import LocalIndex, SentenceEncoder, current
from indexer.command import Index, explained, settle_libraries
from indexer.settings import Settings
from indexer.snapshot import manifest
from indexer.tokens import rotation
from indexer.usage import App
from service.answers.suggestions import suggester
from service.app import create_app
from service.batching import model_thread
from service.listing import acts
from service.live import Live
from service.sites import read_sites
from service.spelling import lexicon

app = App()
log = structlog.get_logger()
REFUSALS = {
    errno.EADDRINUSE: "un autre programme l'occupe, arrêtez-le",
    errno.EADDRNOTAVAIL: "elle n'est pas celle de cette machine",
    errno.EACCES: "les ports au-dessous de 1024 demandent des droits d'administrateur",
    socket.EAI_NONAME: "ce nom est inconnu",
}
PATIENCE = 30  # seconds that requests in flight have to end when the service is told to stop


class AddressRefused(EntenteError):
    """The service cannot listen where it was told to."""


class Server(uvicorn.Server):
    """Tells when it listens."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        log.info("service.ready", url=f"http://{self.config.host}:{self.config.port}/recherche")


@app.command()
@explained
def serve(
    index: Index = None,
    host: Annotated[str | None, typer.Option(help="Adresse d'écoute (127.0.0.1).")] = None,
    port: Annotated[int | None, typer.Option(help="Port d'écoute (8000).")] = None,
    documents: Annotated[Path | None, typer.Option(help="Dossier des sources.")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Vérifie seulement que l'adresse est libre.")
    ] = False,
) -> None:
    """Répond aux questions sur un index, par une page de recherche et une API HTTP."""
    given: dict[str, Any] = {"index": index, "host": host, "port": port, "documents": documents}
    settings = Settings(**{k: v for k, v in given.items() if v is not None})
    if check:
        return bind(settings.host, settings.port).close()
    settle_libraries()
    configure_logging()
    # What is wrong with the index or the address is told before the model is loaded.
    manifest(settings.index, current(settings.index))
    read_sites(settings.sites)
    if settings.documents and not settings.documents.is_dir():
        raise LibraryMissing(
            f"Le dossier des sources « {settings.documents} » n'existe pas : vérifiez --documents "
            "ou ENTENTE_DOCUMENTS."
        )
    bound = bind(settings.host, settings.port)
    gc.disable()  # what is loaded now stays: to look through it for garbage costs a second
    thread = model_thread()
    encoder = thread.submit(load, settings).result()
    live = Live(settings.index, encoder.fingerprint, prepare)
    lexicon()  # .5 s, which the first word that no document says would wait for
    gc.freeze()
    gc.enable()
    config = uvicorn.Config(
        create_app(settings, live, encoder, thread=thread),
        host=settings.host,
        port=settings.port,
        access_log=False,  # it would keep the questions
        log_level="warning",
        timeout_graceful_shutdown=PATIENCE,
    )
    with suppress(KeyboardInterrupt):
        Server(config).run([bound])
    return None


def load(settings: Settings) -> SentenceEncoder:
    """The model, after its first call, which is slow, and what late interaction needs once."""
    encoder = SentenceEncoder(settings.model, settings.cache)
    encoder.encode_queries(["prête"])
    rotation(encoder.dimension)  # 43 ms, which the first question would wait for
    return encoder


def prepare(index: LocalIndex) -> None:
    """Make what is kept of a generation, which its first reader would wait for."""
    suggester(index)
    acts(index)


def configure_logging() -> None:
    """Events on stdout; a traceback without its variables, which would tell the questions."""
    renderer = structlog.dev.ConsoleRenderer(
        colors=sys.stdout.isatty(), exception_formatter=structlog.dev.plain_traceback
    )
    stamp = structlog.processors.TimeStamper("iso")
    structlog.configure(processors=[structlog.processors.add_log_level, stamp, renderer])


def bind(host: str, port: int) -> socket.socket:
    """A socket that holds the address; nobody can connect before the server listens.

    Raises:
        AddressRefused: another program listens there, or the address is not this machine's.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        bound = socket.socket(family, kind, protocol)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind(address)
        except OSError:
            bound.close()
            raise
    except OSError as error:
        reason = REFUSALS.get(error.errno or 0, f"le système la refuse, erreur {error.errno}")
        raise AddressRefused(
            f"Impossible d'écouter à l'adresse {host}, port {port} ({reason}) : donnez-en une "
            "autre avec --host et --port, ou avec ENTENTE_HOST et ENTENTE_PORT."
        ) from error
    return bound


if __name__ == "__main__":
    app()
