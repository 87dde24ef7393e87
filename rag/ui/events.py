"""What every event of the page has in common."""

from typing import Any

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
"""Without Gradio's veil over what changes, and not for programs: `rag.ui.programs` is for them."""
