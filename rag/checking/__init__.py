"""Does the cited source say this? A verdict on every sentence of an answer."""

from rag.checking.checker import Checker
from rag.checking.claims import Claim, Evidence

__all__ = ["Checker", "Claim", "Evidence"]
