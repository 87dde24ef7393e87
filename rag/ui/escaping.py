"""Shim."""

from rag.ui.view import text  # noqa: F401
