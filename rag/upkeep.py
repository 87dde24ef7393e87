"""The commands that look after an index: `rag forget`, `rag verify`, `rag export`, `rag import`."""

from pathlib import Path
from typing import Annotated

import typer

from rag.embeddings import model_name
from rag.errors import RagError
from rag.options import JsonOption, StoreOption, print_json, say
from rag.settings import load_settings

FileArgument = Annotated[
    Path, typer.Argument(metavar="FILE", readable=False, help="The one file that holds the index.")
]


def add_commands(app: typer.Typer) -> None:
    """Give the command line these commands."""
    app.command()(forget)
    app.command()(verify)
    app.command("export")(export_index)
    app.command("import")(import_index)


def forget(
    source: Annotated[str, typer.Argument(help="A document's source, or the end of it.")],
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a document out of the index, and prove that nothing of it is left in any file."""
    from rag.index import Store
    from rag.index.forgetting import Certificate, forget

    settings = load_settings(store=store)
    certificate: Certificate = forget(Store(settings.store, model_name(settings)), source, say)
    if as_json:
        print_json(certificate.as_json())
    else:
        print("\n".join(_certificate_lines(certificate.as_json())))
    if not certificate.gone:
        first = certificate.found[0]
        raise RagError(
            f"{certificate.source} is out of the index, but {first['what']} is still in {first['file']} at byte "
            f"{first['byte']}: run `rag index --rebuild`, and please report this"
        )


def _certificate_lines(found: dict[str, object]) -> list[str]:
    lines = [
        f"{found['source']} (id {found['document']}) is forgotten" + ("" if found["gone"] else ", but not all of it"),
        f"  searched for: its id, {found['pieces']:,} pieces of its text and names, {found['vectors']:,} vectors",
        f"  searched in:  every byte of {found['files']} files ({found['bytes']:,} bytes), as {', '.join(found['encodings'])}",  # type: ignore[arg-type]
        f"  found:        {len(found['found']) or 'nothing'}",  # type: ignore[arg-type]
    ]
    if found["shared"] or found["shared_vectors"]:
        lines.append(
            f"  left out:     {found['shared']:,} pieces and {found['shared_vectors']:,} vectors that other documents hold too"
        )
    if found["rounds"]:
        lines.append(f"  taken out of: {found['rounds']:,} saved answers that quoted it")
    if found["file"]:
        lines.append(f"  its file is still there: {found['file']}; the next `rag index` of it would add it again")
    return lines


def verify(
    store: StoreOption = None,
    as_json: JsonOption = False,
    repair: Annotated[bool, typer.Option("--repair", help="Mend what is wrong; embed only what is lost.")] = False,
) -> None:
    """Check that the index holds together: every row and file against its checksum and what it was made from."""
    from rag.chain import index_recipe
    from rag.index.repairing import repair as mend
    from rag.index.verifying import verify

    settings = load_settings(store=store)
    report = (
        mend(settings.store, index_recipe(settings), say) if repair else verify(settings.store, model_name(settings))
    )
    if as_json:
        print_json(report.as_json())
    else:
        for problem in report.mended:
            print(f"mended: {problem.where}: {problem.found}")
        for problem in report.problems:
            print(f"wrong:  {problem.where}: {problem.found}")
        print(
            f"{report.documents} documents, {report.chunks} chunks, {report.sentences} sentences in {report.store}: "
            + (f"{len(report.problems)} problems" if report.problems else "all is well")
            + (f"; {report.embedded} texts embedded" if report.mended else "")
        )
    if report.problems:
        remedy = "put the files back and run `rag index` on them, or `rag forget` them" if repair else "add --repair"
        raise RagError(f"the index in {report.store} has {len(report.problems)} problems: {remedy}")


def export_index(file: FileArgument, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """Write the index to one file with a checksum, to be moved to another machine."""
    from rag.index import Store
    from rag.index.archive import export_store

    settings = load_settings(store=store)
    archive = export_store(Store(settings.store, model_name(settings)), file)
    if as_json:
        print_json({"file": str(file), **archive.as_json()})
    else:
        print(f"{archive.documents} documents, {archive.chunks} chunks in {file} (SHA-256 {archive.sha256})")


def import_index(
    file: FileArgument,
    store: StoreOption = None,
    as_json: JsonOption = False,
    replace: Annotated[bool, typer.Option("--replace", help="Take the place of an index that is there.")] = False,
) -> None:
    """Make an index of an exported file, once all of it was found whole."""
    from rag.index.archive import import_store

    settings = load_settings(store=store)
    archive = import_store(file, settings.store, model_name(settings), replace=replace, on_wait=say)
    if as_json:
        print_json({"store": str(settings.store), **archive.as_json()})
    else:
        print(f"{archive.documents} documents, {archive.chunks} chunks in {settings.store}")
