"""What several commands take, and how all of them print JSON."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

StoreOption = Annotated[
    Path | None, typer.Option("--store", metavar="DIR", readable=False, help="The index; RAG_STORE or vectorstore.")
]
ModelOption = Annotated[
    str | None, typer.Option("--model", metavar="NAME", help="The language model that writes; RAG_MODEL or none.")
]
StrictOption = Annotated[
    bool | None, typer.Option("--strict/--no-strict", help="Quote in place of what is not supported; RAG_STRICT.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else, on stdout.")]


def print_json(value: object) -> None:
    """Print a value as one line of JSON."""
    print(json.dumps(value, ensure_ascii=False), flush=True)


def say(message: str) -> None:
    """Tell something on stderr, where it is in nobody's way."""
    print(f"rag: {message}", file=sys.stderr, flush=True)
