"""Shim."""

import babel


def language_name(language: str, reader: str) -> str:
    return str(babel.Locale(reader).languages.get(language, ""))
