"""Messages that go on from what was said before ("and in 2022?"): which they are, and what they ask, standing alone."""

from rag.followups.joining import join
from rag.followups.needing import needs_context
from rag.followups.rewriting import join_or_rewrite

__all__ = ["join", "join_or_rewrite", "needs_context"]
