"""The file of a document, if its bytes are still those that were indexed."""

import hashlib
from pathlib import Path

from starlette.exceptions import HTTPException

from corpus.document import Document
from service.links import text_link


def source(document: Document, library: Path) -> tuple[Path, bytes]:
    """Where the source of a document is, and its bytes.

    Raises:
        HTTPException: 409, it has changed or vanished.
    """
    root = library.resolve()
    path = (root / document.path).resolve()
    try:
        data = path.read_bytes() if path.is_relative_to(root) and path.is_file() else b""
    except OSError:
        data = b""
    if hashlib.sha256(data).hexdigest() != document.fingerprint:
        raise HTTPException(
            409,
            f"La source {document.path} a changé ou disparu depuis son indexation : relancez la "
            f"mise à jour de l'index ; le texte indexé reste à l'adresse {text_link(document)}.",
        )
    return path, data
