"""How much memory a process of ours may take, where the system can hold it to that."""

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

MB = 1 << 20


def memory_in_use() -> int:
    """Return the bytes of address space in use; 0 where the system does not tell."""
    with contextlib.suppress(OSError):
        return int(Path("/proc/self/statm").read_text("ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")
    return 0


def _memory_limiter() -> Callable[[int], None]:
    try:
        import resource
    except ImportError:  # Windows has none: there the time alone is limited
        return lambda size: None

    def limit(size: int) -> None:
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        size = size if hard == resource.RLIM_INFINITY else min(size, hard)
        with contextlib.suppress(ValueError, OSError):  # macOS refuses a limit below what is in use
            resource.setrlimit(resource.RLIMIT_AS, (size, hard))

    return limit


limit_memory = _memory_limiter()
"""Hold this process to so many bytes of address space."""
