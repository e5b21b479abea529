"""Settings of the service: the environment variables `ENTENTE_…`."""

from pathlib import Path

from pydantic import Field

from indexer.settings import IndexSettings


class ServiceSettings(IndexSettings):
    """What `python -m service` reads; its options take precedence."""

    host: str = Field(default="127.0.0.1", description="Adresse d'écoute.")
    port: int = Field(default=8000, ge=1, le=65535, description="Port d'écoute.")
    documents: Path | None = Field(
        default=None, description="Dossier des sources ; par défaut, celui que l'index a lu."
    )
    waiting: int = Field(default=256, ge=1, description="Questions en attente du modèle, au plus.")
    poll: float = Field(default=1.0, gt=0, description="Secondes entre deux regards sur l'index.")
