"""How much a file may cost to read: its size, what it unpacks to, its pages, time and memory."""

import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from rag.settings import Settings, load_settings


def _nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may cost. `ocr_languages` are Tesseract's, joined by `+`; none turns the reading of scans off.

    `progress` is called after each page that took long, so that one who waits knows that the work goes on: `seconds` are
    the longest silence.
    """

    file_mb: int = 100
    unpacked_mb: int = 500
    pages: int = 5_000
    seconds: int = 120
    memory_mb: int = 2_048
    ocr_languages: str = "ara+eng"
    ocr_pages: int = 200
    progress: Callable[[], None] = field(default=_nothing, compare=False, repr=False)

    @classmethod
    def of(cls, settings: Settings) -> "Limits":
        """Return the limits that the settings give."""
        return cls(
            file_mb=settings.max_file_mb,
            unpacked_mb=settings.max_unpacked_mb,
            pages=settings.max_pages,
            seconds=settings.read_seconds,
            memory_mb=settings.read_memory_mb,
            ocr_languages=settings.ocr_languages,
            ocr_pages=settings.max_ocr_pages,
        )

    @classmethod
    def in_force(cls, limits: "Limits | None") -> "Limits":
        """Return `limits`, or those of the environment and `rag.toml` where none are given."""
        return limits or _set(_state())

    def as_json(self) -> dict[str, Any]:
        """Return the figures, without `progress`: `Limits(**limits.as_json()) == limits`."""
        return {name: value for name, value in asdict(self).items() if name != "progress"}


@lru_cache(maxsize=1)
def _set(state: object) -> Limits:
    return Limits.of(load_settings())


def _state() -> object:
    """Return what the settings are made from: to read them anew for each small file would take longer than the file."""
    variables = tuple(sorted((name, value) for name, value in os.environ.items() if name.startswith("RAG_")))
    path = Path("rag.toml").absolute()
    try:
        status = path.stat()
    except OSError:
        return variables, path
    return variables, path, status.st_mtime_ns, status.st_size
