"""How good are retrieval, answers and refusals, on anybody's own documents? Data sets, measures, a report; no judge model."""

from rag.evaluation.datasets import read_dataset
from rag.evaluation.evaluate import Evaluation, SystemResult, evaluate
from rag.evaluation.systems import SYSTEMS, make_retriever

__all__ = ["SYSTEMS", "Evaluation", "SystemResult", "evaluate", "make_retriever", "read_dataset"]
