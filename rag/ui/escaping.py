"""Any text → what shows it as it is, whoever reads it: HTML, Markdown, Gradio's templates, and Unicode's own reordering."""

import string

# Overrides make letters run against their own direction: `exe.fdp` is read where `pdf.exe` is written. No honest text needs them.
# Embeddings and isolates stay: texts in two directions need them, and what shows a text ends with it.
_DROPPED = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), 0x202D, 0x202E], "")
_PLAIN = {code: nothing for code, nothing in _DROPPED.items() if chr(code) not in "\t\n"}
# A line feed too: a blank line would end the HTML block, and Markdown would begin again.
_REFERENCES = _DROPPED | {ord(c): f"&#{ord(c)};" for c in string.punctuation + "\t\n"}


def plain(value: str) -> str:
    r"""Return `value` for what shows text as text: without control characters, and without overrides of its direction.

    >>> plain("annual\u202efdp.exe")
    'annualfdp.exe'
    """
    return value.replace("\r\n", "\n").replace("\r", "\n").translate(_PLAIN)


def text(value: str) -> str:
    """Return `value` so that HTML, Markdown and Gradio's templates all show it as it is, line breaks included.

    >>> text("<b>*سند*</b>")
    '&#60;b&#62;&#42;سند&#42;&#60;&#47;b&#62;'
    """
    return value.replace("\r\n", "\n").replace("\r", "\n").translate(_REFERENCES)
