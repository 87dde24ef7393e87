"""The persisted index: documents, chunks and sentences in SQLite, chunk vectors in FAISS.

SQLite holds the truth, vectors included; the FAISS file is made from it and can be made again at any time. Nothing is pickled.
"""

from rag.index.base import DenseHit, Index
from rag.index.build import IndexReport, index_paths
from rag.index.store import Store

__all__ = ["DenseHit", "Index", "IndexReport", "Store", "index_paths"]
