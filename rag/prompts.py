"""Reads the files in `prompts/`."""

import string
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from rag.errors import SettingsError

FOLDER = Path(__file__).resolve().parent.parent / "prompts"


@cache
def _read(task: str) -> Mapping[str, Any]:
    path = FOLDER / f"{task}.toml"
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(f"prompts/{task}.toml cannot be read ({error}): mend it, or put it back") from error


def refusal(language: str) -> str:
    """Return what is said, in this language or else in English, when the documents do not answer.

    >>> refusal("fr")
    'Les documents disponibles ne répondent pas à cette question.'
    >>> refusal("und")
    'The documents do not answer this question.'
    """
    return str(_read("refusal").get(language, _read("refusal")["en"]))


def stops(task: str, language: str) -> list[str]:
    """Return what a model's text ends at, for a task in a language or else in English."""
    return list(_part(task, language).get("stop", ()))


def fill(task: str, language: str, part: str, /, **values: object) -> str:
    """Return a part of a task's prompt, in this language or else in English, its variables filled in.

    What the values hold is never read as a variable.

    Raises:
        SettingsError: if the file has no such part, or names a variable that there is not.

    >>> fill("complete", "fr", "passage", number=1, text="Ouvert le {jour}.")
    '[1] Ouvert le {jour}.'
    """
    parts = _part(task, language)
    if part not in parts:
        raise SettingsError(f"prompts/{task}.toml has no `{part}` for {language!r}: add it")
    template = str(parts[part]).strip("\n")
    try:
        named = {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}
    except ValueError as error:
        raise SettingsError(f"prompts/{task}.toml, `{part}`: {error}: write {{{{ for a brace that is meant") from error
    if unknown := named - values.keys():
        known = ", ".join(f"{{{name}}}" for name in values)
        raise SettingsError(f"prompts/{task}.toml, `{part}`: there is no {{{min(unknown)}}}: use {known}")
    return template.format(**values)


def _part(task: str, language: str) -> Mapping[str, Any]:
    parts: Mapping[str, Any] = _read(task).get(language, _read(task)["en"])
    return parts
