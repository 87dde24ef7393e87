"""The persisted index: documents, chunks and sentences in SQLite; chunk vectors in FAISS, and postings, to search fast.

SQLite holds the truth, vectors and terms included; the other files are made from it and can be made again at any time. Nothing
is pickled. A run that writes is one transaction; what stands in each row is told by a checksum (`verifying`), and what was
forgotten is looked for in every byte of every file (`forgetting`).
"""

from rag.index.base import Among, Filter, Hit, Index, Ranked, Snapshot
from rag.index.build import IndexReport, index_paths
from rag.index.filters import make_filter
from rag.index.store import Store

__all__ = [
    "Among",
    "Filter",
    "Hit",
    "Index",
    "IndexReport",
    "Ranked",
    "Snapshot",
    "Store",
    "index_paths",
    "make_filter",
]
