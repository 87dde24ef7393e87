"""Files become documents: text, title, language, date and pages. One small module reads each format."""

from rag.documents.finding import Found, find_documents
from rag.documents.reading import SUPPORTED_SUFFIXES, read_document

__all__ = ["SUPPORTED_SUFFIXES", "Found", "find_documents", "read_document"]
