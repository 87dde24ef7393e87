"""The chat: a Gradio page with the question and its answer on one side and the answer's sources on the other."""

from rag.ui.page import build
from rag.ui.server import launch

__all__ = ["build", "launch"]
