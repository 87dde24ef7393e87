"""The command line: `rag index`, `ask`, `show`, `list`, `check`, `evaluate`, `serve`, and those of `rag.upkeep` and `rag.people`.

`python -m rag` is the same.

Exit codes: 0 fine, 1 an error told in one line on stderr, 2 wrong usage, 3 (`rag check`) something is not supported. With
`--json` only JSON goes to stdout.
"""

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from rag import people, upkeep
from rag.answers import answer_as_json, print_answer
from rag.errors import QuestionError, RagError
from rag.options import JsonOption, ModelOption, StoreOption, StrictOption, print_json, say
from rag.settings import load_settings

app = typer.Typer(
    help="Ask questions of your own documents; every sentence of the answer shows its source.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.command()
def index(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", readable=False, help="Files and folders to index.")],
    store: StoreOption = None,
    as_json: JsonOption = False,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Index PATH... anew, in place of all that is in the index.")
    ] = False,
) -> None:
    """Add documents to the index; those already there and unchanged cost nothing."""
    from rag.chain import index_recipe
    from rag.index import index_paths

    settings = load_settings(store=store)
    recipe = index_recipe(settings)
    report = index_paths(paths, settings.store, recipe, rebuild=rebuild, show_progress=not as_json, on_wait=say)
    counts = report.documents
    if as_json:
        print_json(report.as_json())
    else:
        print(
            f"{counts.added} added, {counts.updated} updated, {counts.unchanged} unchanged, {counts.removed} removed, "
            f"{len(counts.failed)} failed; {report.chunks} chunks in {settings.store} ({report.seconds:.1f} s)"
        )
        for failure in counts.failed:
            print(f"rag: {failure['source']}: {failure['error']}", file=sys.stderr)
        for part in counts.partly:
            print(f"rag: {part['source']}: {part['note']}", file=sys.stderr)
    if counts.failed and as_json:
        raise RagError(f"{len(counts.failed)} of the files could not be read: `documents.failed` tells why")
    if counts.failed:
        raise typer.Exit(1)


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(metavar="[QUESTION]", help="What you want to know.")] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
    questions: Annotated[
        Path | None,
        typer.Option(
            "--questions", metavar="FILE.jsonl", readable=False, help="One question a line: `q`, and perhaps `id`."
        ),
    ] = None,
    source: Annotated[
        list[str] | None, typer.Option(help="Search this document only: its source, or the end of it; repeatable.")
    ] = None,
    language: Annotated[
        list[str] | None, typer.Option(help="Search documents in this language only, such as ar; repeatable.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="Search documents of 2025-03-09, 2025-03 or 2025 on.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="DATE", help="Search documents up to such a date, it included.")
    ] = None,
    model: ModelOption = None,
    strict: StrictOption = None,
) -> None:
    """Answer a question, or a file of them, with citations."""
    if (question is None) == (questions is None):
        raise typer.BadParameter("give one question, or --questions FILE.jsonl")
    if questions is not None and not as_json:
        raise typer.BadParameter("--questions prints JSON Lines: add --json")
    from rag.questions import read_questions

    settings = load_settings(store=store, model=model, strict=strict)
    asked = [{"q": question}] if questions is None else read_questions(questions)
    from rag.chain import Assistant
    from rag.index import make_filter

    assistant = Assistant.load(settings)
    where = make_filter(
        assistant.retriever.store, sources=source or (), languages=language or (), since=since, until=until
    )
    if questions is None:
        answer = assistant.ask(question or "", where)
        if as_json:
            print_json(answer_as_json(answer))
        else:
            print_answer(answer)
        return
    failed = 0
    for row in asked:
        kept = {"id": row["id"]} if "id" in row else {}
        try:
            print_json(kept | answer_as_json(assistant.ask(str(row.get("q", row.get("question"))), where)))
        except QuestionError as error:
            failed += 1
            print_json(kept | {"question": row.get("q", row.get("question")), "error": str(error)})
    if failed:
        raise RagError(f"{failed} of {len(asked)} questions could not be asked: their lines have an `error`")


@app.command()
def show(
    source: Annotated[str, typer.Argument(help="A document's source, or the end of it.")],
    store: StoreOption = None,
) -> None:
    """Print a document's text exactly as it is indexed: the text that citations' offsets count in."""
    from rag.embeddings import model_name
    from rag.index import Store

    settings = load_settings(store=store)
    sys.stdout.write(Store(settings.store, model_name(settings)).document(source).text)


@app.command("list")
def list_documents(store: StoreOption = None, as_json: JsonOption = False) -> None:
    """List the documents in the index."""
    from rag.embeddings import model_name
    from rag.index import Store

    settings = load_settings(store=store)
    documents = Store(settings.store, model_name(settings)).documents()
    if as_json:
        keys = ("id", "source", "title", "language", "date")
        print_json([{key: getattr(document, key) for key in keys} for document in documents])
        return
    for document in documents:
        print(f"{document.source}\t{document.language}\t{document.date or '-'}\t{document.title}")


def _path_option(metavar: str, help: str) -> Any:
    return typer.Option(metavar=metavar, readable=False, help=help)


_SUGGESTING = frozenset({"suggest", "output", "count", "as_json"})
_CHECKING = frozenset({"checking", "as_json"})


def _refuse_beside(context: typer.Context, which: str, fitting: frozenset[str]) -> None:
    """Refuse options that were given and that what is asked for would pass over."""
    given = {name: context.get_parameter_source(name) for name in context.params if name not in fitting}
    for name, source in given.items():
        if source is not None and source.name == "COMMANDLINE":
            raise typer.BadParameter(f"--{name.replace('_', '-')} does nothing beside {which}: leave it away")


@app.command()
def evaluate(
    context: typer.Context,
    datasets: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="DATASET...", readable=False, help="SQuAD-style .json, BEIR folder, or folder with questions.jsonl."
        ),
    ] = None,
    systems: Annotated[
        str, typer.Option(metavar="NAMES", help="Systems, between commas; all against the first.")
    ] = "default",
    as_json: JsonOption = False,
    report: Annotated[Path | None, _path_option("DIR", "Write one HTML page with plots to DIR.")] = None,
    store: Annotated[Path | None, _path_option("DIR", "Keep the index in DIR; temporary by default.")] = None,
    hold_out: Annotated[float, typer.Option(metavar="SHARE", help="Leave this share of the articles out.")] = 0.0,
    limit: Annotated[int | None, typer.Option(metavar="N", help="Ask only N questions, drawn at random.")] = None,
    seed: Annotated[int, typer.Option(help="The same seed draws the same.")] = 0,
    suggest: Annotated[Path | None, _path_option("FOLDER", "Write first questions on your documents, to edit.")] = None,
    output: Annotated[Path | None, _path_option("FILE", "Where --suggest writes them.")] = None,
    count: Annotated[int, typer.Option(metavar="N", help="How many --suggest writes.")] = 30,
    checking: Annotated[Path | None, _path_option("FILE.jsonl", "Measure verdicts on claims with a `label`.")] = None,
    model: ModelOption = None,
) -> None:
    """Measure retrieval, answers and refusals on questions whose answers are known, or verdicts on claims."""
    if [bool(datasets), suggest is not None, checking is not None].count(True) != 1:
        raise typer.BadParameter("give data sets to evaluate, or --suggest FOLDER, or --checking FILE.jsonl")
    if checking is not None:
        _refuse_beside(context, "--checking", _CHECKING)
    elif suggest is not None:
        _refuse_beside(context, "--suggest", _SUGGESTING)
    else:
        _refuse_beside(context, "data sets", frozenset(context.params) - {"output", "count"})
    from rag.evaluation import command

    if checking is not None:
        for block in command.evaluate_verdicts(checking, load_settings(), as_json=as_json):
            print(block, flush=True)
        return
    if suggest is not None:
        print(command.suggest(suggest, output, count, as_json=as_json))
        return
    options = command.Options(systems, as_json, report, store, hold_out, limit, seed)
    for block in command.evaluate_all(datasets or [], load_settings(model=model), options):
        print(block, flush=True)


@app.command()
def check(
    answer: Annotated[Path | None, _path_option("FILE", "The answer to check, with markers such as [1].")] = None,
    sources: Annotated[Path | None, _path_option("DIR", "The documents that it must rest on.")] = None,
    question: Annotated[str, typer.Option(help="What it answers, for sentences that do not stand alone.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Check each sentence of an answer against its sources, or claims in JSON Lines on standard input.

    Exit code 3: something is not supported.
    """
    if (answer is None) != (sources is None):
        raise typer.BadParameter("--answer FILE and --sources DIR go together; without both, JSON Lines are read")
    from rag.checking import command

    settings = load_settings()
    if answer is None or sources is None:
        raise typer.Exit(command.check_stream(sys.stdin.buffer, settings))
    raise typer.Exit(command.check_answer(answer, sources, settings, question=question, as_json=as_json))


@app.command()
def serve(
    store: StoreOption = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    auth: people.AuthOption = None,
) -> None:
    """Open the chat; with --auth only for the users of that file, who are added by `rag user add`."""
    from rag.ui import launch

    launch(load_settings(store=store, host=host, port=port, auth=auth))


upkeep.add_commands(app)
people.add_commands(app)


def main() -> None:
    """Run the command line; errors become one line on stderr."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    try:
        app()
    except RagError as error:
        print(f"rag: {' '.join(str(error).split())}", file=sys.stderr)
        sys.exit(1)
    except OSError as error:
        if isinstance(error, BrokenPipeError):  # the reader of our output has gone: nothing more to say
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        else:
            print(f"rag: {error.filename or 'system'}: {error.strerror or error}", file=sys.stderr)
        sys.exit(1)
