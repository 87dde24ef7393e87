"""`read_dataset`: a path → documents and gold questions, whichever of three shapes it has."""

from pathlib import Path

from rag.errors import DatasetError
from rag.evaluation.beir import CORPUS, read_beir
from rag.evaluation.gold import Dataset
from rag.evaluation.questions import read_questions
from rag.evaluation.squad import read_squad

QUESTIONS = "questions.jsonl"
SHAPES = (
    "a SQuAD-style .json file, a BEIR folder (corpus.jsonl, queries.jsonl, qrels/), "
    f"or {QUESTIONS} (or another .jsonl file of questions) in a folder of documents"
)


def read_dataset(path: Path) -> Dataset:
    """Read a data set.

    Raises:
        DatasetError: if it is none of the shapes known, or is broken; the message says where.
    """
    if path.is_dir():
        if (path / CORPUS).is_file():
            return read_beir(path)
        if (path / QUESTIONS).is_file():
            return read_questions(path / QUESTIONS, name=path.as_posix())
        raise DatasetError(f"{path} is a folder of {_contents(path)}: expected {SHAPES}")
    if not path.exists():
        raise DatasetError(f"there is no {path}: expected {SHAPES}")
    if path.suffix == ".jsonl":
        return read_questions(path)
    if path.suffix == ".json":
        return read_squad(path)
    raise DatasetError(f"{path} is a {path.suffix or 'nameless'} file: expected {SHAPES}")


def _contents(folder: Path) -> str:
    try:
        names = sorted(item.name for item in folder.iterdir())
    except OSError as error:
        raise DatasetError(f"{folder} cannot be listed ({error.strerror}): give yourself permission to") from error
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "") if names else "nothing"
