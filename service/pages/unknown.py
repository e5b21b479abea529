"""What a page says of parameters that it does not have."""

from corpus.errors import listed
from indexer.known import Known
from service.parameters import Fields

FEW = 3  # that are told by name


def unknown(asked: Fields) -> list[str]:
    """What to say of parameters that the page does not have."""
    names, known = asked.unknown, Known((name, name) for name in type(asked).model_fields)
    notes = []
    for name in names[:FEW]:
        near = known.near(name)
        meant = f" ; voyez {listed(near)}" if near else ""
        notes.append(f"Le paramètre « {name[:80]} » est inconnu : il n'a pas été appliqué{meant}.")
    if (others := len(names) - FEW) > 0:
        s = "s" if others > 1 else ""
        notes.append(
            f"{others} autre{s} paramètre{s} de l'adresse {'sont' if s else 'est'} inconnu{s}."
        )
    return notes
