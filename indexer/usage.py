"""A command line whose help and usage errors are in French; Typer's own are in English."""

import re
import sys
from collections.abc import Callable, Sequence
from typing import Any

import typer
from pydantic import ValidationError
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException
from typer.main import get_command

from indexer.command import refuse
from indexer.faults import explain

Rules = Sequence[tuple[str, str]]  # regular expressions, and what to write instead
HELP: Rules = [
    (r"\bUsage: ", "Usage : "),
    (r"(?m)^(Arguments|Options):", r"\1 :"),
    (r"(?m)^Commands:", "Commandes :"),
    (r"COMMAND \[ARGS\]\.\.\.", "COMMANDE [ARGUMENTS]"),
    (r"\{(\w+)\}", r"\1"),
    (r"\.\.\.", "…"),
    (r"Show this message and exit\.", "Affiche cette aide."),
    (r"\[required\]", "[obligatoire]"),
    (r"\[default:(\s[^;\]]*);", r"[par défaut :\1 ;"),
    (r"\[default:(\s)", r"[par défaut :\1"),  # a long value begins a line of its own
    (r"\b(par défaut : \d+)\.0\b", r"\1"),
    (r"\bx>=(\d+)(?:\.0)?\b", r"au moins \1"),
    (r"\b(au moins \d+)\.(\d)", r"\1,\2"),
]
TYPES = {"path": "CHEMIN", "str": "TEXTE", "int": "N", "float": "NOMBRE"}
ERRORS: Rules = [
    (r"No such option: (\S+)", r"l'option « \1 » est inconnue"),
    (r" \(Possible options: (.*)\)", r" ; voyez \1"),
    (r"No such command '(.*?)'\.?", r"la commande « \1 » est inconnue"),
    (r"\.? Did you mean '(.*)'\?", r" ; voyez \1"),
    (r"Missing command\.", "il manque une commande"),
    (r"Missing argument '(.*)'\.", r"il manque l'argument \1"),
    (r"Missing option '(.*)'\.", r"il manque l'option \1"),
    (r"Got unexpected extra argument\(s\) \((.*)\)", r"« \1 » est de trop"),
    (r"Option '(.*)' requires an argument\.", r"l'option \1 demande une valeur"),
    (r"Option '(.*)' does not take a value\.", r"l'option \1 ne prend pas de valeur"),
    (r"(?<= : ).* is not one of (.*)\.", r"valeurs admises : \1"),
]


def translated(text: str, rules: Rules) -> str:
    """A text of Typer's in French, as far as the rules know it."""
    for english, french in rules:
        text = re.sub(english, french, text)
    return text


def _help(text: str) -> str:
    """A help text in French; what stands in columns keeps its width."""

    def named(found: re.Match[str]) -> str:
        return TYPES.get(found[2], found[2]).ljust(len(found[0]))

    text = re.sub(r"(?m)(?<=^  )([A-Z]+) <\S+>", lambda m: m[1].ljust(len(m[0])), text)
    text = re.sub(r"<(list\[)?([\w|-]+)\]?(?: range)?>", named, text)
    return translated(text, HELP)


class Command(TyperCommand):
    """A command with its help in French."""

    def get_usage(self, ctx: Any) -> str:
        return _help(super().get_usage(ctx))

    def get_help(self, ctx: Any) -> str:
        return _help(super().get_help(ctx))


class Group(TyperGroup):
    """A group of commands with its help in French."""

    def get_usage(self, ctx: Any) -> str:
        return _help(super().get_usage(ctx))

    def get_help(self, ctx: Any) -> str:
        return _help(super().get_help(ctx))


class App(typer.Typer):
    """The commands of a room."""

    def __init__(self) -> None:
        super().__init__(
            cls=Group,
            no_args_is_help=True,
            add_completion=False,
            pretty_exceptions_enable=False,
            rich_markup_mode=None,
        )

    def command(self, name: str | None = None, **options: Any) -> Callable[..., Any]:
        return super().command(name, cls=Command, **options)

    def __call__(self, *args: Any, **options: Any) -> Any:
        """Run the command line; what is wrong with it ends it with a message and exit code 2."""
        try:
            options["standalone_mode"] = False
            sys.exit(get_command(self).main(*args, **options))
        except TyperException as error:
            _tell(error)
            sys.exit(2)


def _tell(error: TyperException) -> None:
    """A usage error on stderr: what is wrong, and how the command is used."""
    if type(error).__name__ == "NoArgsIsHelpError":  # its message is the help
        return print(error.format_message(), file=sys.stderr)
    refuse(f"{_wrong(error)}.")
    if context := getattr(error, "ctx", None):
        usage = [context.get_usage(), f"Aide : {context.command_path} --help"]
        print(*usage, sep="\n", file=sys.stderr)
    return None


def _wrong(error: TyperException) -> str:
    cause, param = error.__cause__, getattr(error, "param", None)
    if isinstance(cause, ValidationError) and param:
        return translated(explain(cause.errors()[0], param.opts[0]), ERRORS)
    return translated(error.format_message(), ERRORS)
