"""Reads the files in `prompts/`."""

import tomllib
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).resolve().parent.parent / "prompts"


@cache
def _refusals() -> dict[str, str]:
    return {
        language: str(text) for language, text in tomllib.loads((_FOLDER / "refusal.toml").read_text("utf-8")).items()
    }


def refusal(language: str) -> str:
    """Return what is said, in this language or else in English, when the documents do not answer.

    >>> refusal("fr")
    'Les documents disponibles ne répondent pas à cette question.'
    >>> refusal("und")
    'The documents do not answer this question.'
    """
    return _refusals().get(language, _refusals()["en"])
