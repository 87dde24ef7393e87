"""What several commands take, and how all of them print JSON."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

StoreOption = Annotated[
    Path | None, typer.Option("--store", metavar="DIR", readable=False, help="The index; RAG_STORE or vectorstore.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else, on stdout.")]


def print_json(value: object) -> None:
    """Print a value as one line of JSON."""
    print(json.dumps(value, ensure_ascii=False), flush=True)


def say(message: str) -> None:
    """Tell something on stderr, where it is in nobody's way."""
    print(f"rag: {message}", file=sys.stderr, flush=True)
