"""Any text → what shows it as it is, whoever reads it: HTML, Markdown, Gradio's templates, and Unicode's own reordering."""

import string

from rag.text.controls import without_controls

# A line feed too: a blank line would end the HTML block, and Markdown would begin again.
_REFERENCES = {ord(c): f"&#{ord(c)};" for c in string.punctuation + "\t\n"}


def text(value: str) -> str:
    """Return `value` so that HTML, Markdown and Gradio's templates all show it as it is, line breaks included.

    >>> text("<b>*سند*</b>")
    '&#60;b&#62;&#42;سند&#42;&#60;&#47;b&#62;'
    """
    return without_controls(value).translate(_REFERENCES)
