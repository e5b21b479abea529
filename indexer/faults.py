"""What pydantic finds wrong with settings and parameters, in French."""

from collections.abc import Mapping
from typing import Any

from corpus.names import printable

RULES = {  # pydantic's error types, in French; {x} are pydantic's own values
    "missing": "obligatoire et absent, ajoutez-le",
    "extra_forbidden": "paramètre inconnu, retirez-le ou voyez /docs",
    "int_parsing": "un nombre entier est attendu",
    "int_parsing_size": "un nombre plus petit est attendu",
    "int_type": "un nombre entier est attendu",
    "bool_parsing": "true ou false est attendu",
    "bool_type": "true ou false est attendu",
    "string_type": "du texte est attendu",
    "string_unicode": "du texte Unicode bien formé est attendu",
    "list_type": "une liste est attendue",
    "greater_than_equal": "au moins {ge}",
    "less_than_equal": "au plus {le}",
    "string_too_long": "{max_length} caractères au plus",
    "too_long": "{max_length} valeurs au plus",
    "literal_error": "valeurs admises : {expected}",
    "enum": "valeurs admises : {expected}",
    "json_invalid": "ce n'est pas du JSON, corrigez-en la syntaxe",
    "value_error": "{error}",
    "path_type": "un chemin est attendu",
    "float_parsing": "un nombre est attendu",
    "greater_than": "plus que {gt}",
    "model_attributes_type": "un objet JSON de type application/json est attendu",
}


def explain(fault: Mapping[str, Any], where: str) -> str:
    """One of pydantic's errors: where, which value, which rule."""
    rule = RULES.get(fault["type"], "valeur incorrecte")
    text = f"{where} : {rule.format_map(_French(fault.get('ctx', {})))}"
    value = fault.get("input")
    if fault["type"] == "missing" or not isinstance(value, str | int | float):
        return text
    shown = printable(str(value)[:80])
    return text.replace(" : ", f" = « {shown} » : ", 1)


class _French(dict[str, Any]):
    def __getitem__(self, key: str) -> str:
        value = super().__getitem__(key)
        if isinstance(value, float):
            return f"{value:g}".replace(".", ",")
        return str(value).replace(" or ", " ou ").replace("'", "")
