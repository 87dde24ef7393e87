"""The commands about the people who use the chat: `rag user` and `rag feedback`."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from rag.errors import RagError, UserError
from rag.options import JsonOption, StoreOption, print_json
from rag.settings import load_settings

AuthOption = Annotated[
    Path | None, typer.Option("--auth", metavar="FILE", readable=False, help="The file of users; RAG_AUTH.")
]
NameArgument = Annotated[str, typer.Argument(metavar="NAME")]

users = typer.Typer(
    help="Say who may open the chat: a file of names and hashed passwords.", no_args_is_help=True, rich_markup_mode=None
)


def add_commands(app: typer.Typer) -> None:
    """Give the command line these commands."""
    app.add_typer(users, name="user")
    app.command()(feedback)


@users.command()
def add(name: NameArgument, auth: AuthOption = None) -> None:
    """Add a user, or give one another password, which is asked for, or read from standard input."""
    from rag.users import add_user

    path = _file(auth)
    if sys.stdin.isatty():
        password: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    known = add_user(path, name, password)
    print(f"{name} has another password in {path}" if known else f"{name} is in {path}")


@users.command()
def remove(name: NameArgument, auth: AuthOption = None) -> None:
    """Take a user out; what the user asked stays in the store."""
    from rag.users import remove_user

    path = _file(auth)
    remove_user(path, name)
    print(f"{name} is no longer in {path}")


@users.command("list")
def list_users(auth: AuthOption = None, as_json: JsonOption = False) -> None:
    """List the users."""
    from rag.users import read_users

    names = list(read_users(_file(auth)))
    if as_json:
        print_json(names)
    else:
        print("\n".join(names))


def feedback(
    store: StoreOption = None,
    output: Annotated[
        Path | None,
        typer.Option(metavar="FILE", readable=False, help="Write there; questions.feedback.jsonl is usual."),
    ] = None,
) -> None:
    """Print what people thought of answers as candidates for questions.jsonl, or write it to a file beside the documents."""
    from rag.conversations.candidates import as_lines, candidates
    from rag.conversations.saved import all_rated
    from rag.index.files import base_of, source_of

    settings = load_settings(store=store)
    beside = "" if output is None else source_of(Path(os.path.abspath(output)).parent, base_of(settings.store))  # noqa: PTH100
    rows = candidates(all_rated(settings.store), beside)
    if output is None:
        sys.stdout.write(as_lines(rows))
        return
    try:
        with output.open("x", encoding="utf-8") as file:
            file.write(as_lines(rows))
    except FileExistsError:
        raise RagError(
            f"{output} is there already and may hold your work: move it away, or give another --output"
        ) from None
    print(
        f'{len(rows)} questions in {output}: look at each, give those thumbed down an answer, and set "verified": true'
    )


def _file(auth: Path | None) -> Path:
    path = load_settings(auth=auth).auth
    if path is None:
        raise UserError("no file of users is named: give --auth FILE, or set RAG_AUTH")
    return path
