"""The commands of the evaluation: options in, figures told."""

from pathlib import Path

from corpus import Library
from corpus.errors import EntenteError
from indexer.settings import Settings


def there(folder: Path) -> None:
    """Tell a missing folder of documents at once."""
    next(iter(Library(folder).scan()), None)


def whole_recipe(settings: Settings) -> None:
    """Refuse to fix figures of the whole recipe while stages of it are switched off."""
    if settings.off:
        raise EntenteError(
            f"ENTENTE_OFF = « {', '.join(settings.off)} » : cette commande vaut pour la recherche "
            "entière. Ôtez ce réglage ; retrieval et report mesurent sans ces étapes."
        )
