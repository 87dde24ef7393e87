"""Characters that are no text: what a terminal or a page would obey instead of showing it."""

import regex

# Overrides make letters run against their own direction: `exe.fdp` is read where `pdf.exe` is written. No honest text needs them.
# Embeddings and isolates stay: texts in two directions need them.
_CONTROLS = regex.compile(r"[\p{Cc}--[\n\t]]|[\u202d\u202e]", regex.V1)


def without_controls(text: str) -> str:
    r"""Return a text without control characters and overrides of its direction, line ends as line feeds.

    >>> without_controls("open\x1b]52;c;x\x07ed\r\nin annual\u202efdp.exe")
    'open]52;c;xed\nin annualfdp.exe'
    """
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
