"""What the system says when a file cannot be used, in French and with what to do."""

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

REASONS = {
    errno.EACCES: "permission refusée : donnez-en le droit",
    errno.EPERM: "opération non permise : donnez-en le droit",
    errno.ENOENT: "introuvable : vérifiez le chemin",
    errno.EEXIST: "existe déjà : choisissez un autre chemin",
    errno.EISDIR: "est un dossier : indiquez un fichier",
    errno.ENOTDIR: "n'est pas dans un dossier : vérifiez le chemin",
    errno.ENOTEMPTY: "le dossier n'est pas vide : videz-le",
    errno.ENOSPC: "plus de place sur le disque : libérez-en",
    errno.EFBIG: "fichier trop grand pour ce disque : choisissez un autre dossier",
    errno.EDQUOT: "quota de disque atteint : libérez de la place",
    errno.EROFS: "le disque est en lecture seule : choisissez un autre dossier",
    errno.ENAMETOOLONG: "nom trop long : raccourcissez-le",
    errno.ELOOP: "lien qui tourne en rond : retirez-le",
    errno.EMFILE: "trop de fichiers ouverts : relevez la limite (ulimit -n)",
    errno.ENFILE: "trop de fichiers ouverts : fermez d'autres programmes",
    errno.ENOMEM: "plus de mémoire : fermez d'autres programmes",
    errno.EIO: "erreur du disque : vérifiez-le",
    errno.ESTALE: "le dossier partagé a changé : montez-le de nouveau",
    errno.ETIMEDOUT: "le dossier partagé ne répond pas : vérifiez le réseau",
    errno.EHOSTDOWN: "le dossier partagé ne répond pas : vérifiez le réseau",
    errno.ENOTCONN: "le dossier partagé n'est plus monté : montez-le de nouveau",
    errno.EADDRINUSE: "adresse déjà prise : choisissez un autre port",
}


@contextmanager
def as_os_errors(path: Path) -> Iterator[None]:
    """Turn what libraries say of the system in words of their own into an OSError of `path`."""
    try:
        yield
    except (RuntimeError, ValueError) as error:
        said = (number for number in REASONS if os.strerror(number) in str(error))
        if number := next(said, 0):
            raise OSError(number, os.strerror(number), str(path)) from error
        raise


def reason(error: OSError) -> str:
    """Why a file cannot be used, and the remedy; the number of a reason that has no French."""
    number = "inconnue" if error.errno is None else f"n° {error.errno}"
    return REASONS.get(error.errno or 0, f"erreur {number} du système : vérifiez le disque")


def told(error: OSError | sqlite3.Error) -> str:
    """The same with the path, as a sentence."""
    if isinstance(error, sqlite3.Error):
        return (
            "l'index ne peut être ni lu ni écrit : vérifiez la place et les droits de son dossier."
        )
    return f"{error.filename or 'système'} : {reason(error)}."
