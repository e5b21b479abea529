"""What the commands of all rooms share: options, and errors in French with exit code 2."""

import logging
import sqlite3
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, ParamSpec

import typer
from pydantic import ValidationError
from rich.console import Console
from threadpoolctl import threadpool_limits

from corpus.errors import EntenteError
from corpus.system import told
from indexer.faults import explain
from indexer.settings import PREFIX, Settings

Index = Annotated[
    Path | None, typer.Option("--index", help="Dossier de l'index (ENTENTE_INDEX, « index »).")
]
Json = Annotated[bool, typer.Option("--json", help="Écrit du JSON, pour une machine.")]
console = Console(stderr=True)
P = ParamSpec("P")


def settle_libraries() -> None:
    """Set the process up for the libraries that it uses; each entry point calls it once.

    What the model's libraries say of how they were loaded is kept to ourselves. numpy's BLAS has
    one thread: helpers of its own would wait awake beside torch's, and a question take twice as
    long.
    """
    threadpool_limits(1, user_api="blas")
    for name in ("transformers", "sentence_transformers"):
        logging.getLogger(name).setLevel(logging.ERROR)


def explained(command: Callable[P, None]) -> Callable[P, None]:
    """Turn what a person can mend into a message and exit code 2."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            return command(*args, **kwargs)
        except EntenteError as error:
            refuse(str(error))
        except (OSError, sqlite3.Error) as error:
            refuse(told(error))
        except ValidationError as error:
            for fault in error.errors():
                name = "".join(map(str, fault["loc"][:1])).upper()  # not which part of its list
                refuse(explain(fault, PREFIX + name if name else "réglages"))
        raise typer.Exit(2)

    return run


def refuse(message: str) -> None:
    """Tell an error on stderr."""
    text = f"Erreur : {message}"
    console.print(text, style="red", markup=False, highlight=False, soft_wrap=True)


def settings_for(index: Path | None) -> Settings:
    """The settings, with an option of the command in place of its variable."""
    given: dict[str, Any] = {} if index is None else {"index": index}
    return Settings(**given)
