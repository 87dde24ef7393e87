"""Documents, what became of files that were handed in, and certificates of what was forgotten, as HTML."""

from collections.abc import Sequence

from rag.index.forgetting import Certificate
from rag.models import Document
from rag.text.controls import without_controls
from rag.text.languages import direction
from rag.ui.escaping import text
from rag.ui.opening import address
from rag.ui.sources import language_name
from rag.ui.words import Words
from rag.uploads import Outcome, shown_name

_SIGNS = {"added": "✓", "duplicate": "="}
_BEGINNING = 700  # characters of a document's text, shown to know it by


def row_of(document: Document, language: str) -> list[str]:
    """Return a document as it is listed: title, language, date, the end of its name, and, not shown, its id."""
    named = language_name(document.language, language)
    return [
        without_controls(document.title),
        named,
        document.date or "",
        without_controls(_short(document.source)),
        document.id,
    ]


def outcomes_html(outcomes: Sequence[Outcome], say: Words) -> str:
    """Return what became of each file: first what was not taken, as that needs looking at."""
    if not outcomes:
        return told_html(say("nothing_handed_in"), "wrong")
    added = sum(one.kind == "added" for one in outcomes)
    head = f"<p><strong>{text(say('taken', f'{added:,}', f'{len(outcomes):,}'))}</strong></p>"
    lines = "".join(_outcome(one, say) for one in sorted(outcomes, key=lambda one: one.kind == "added"))
    return f'<div class="outcomes">{head}<ul>{lines}</ul></div>'


def told_html(said: str, kind: str = "") -> str:
    """Return a line that tells something."""
    return f'<p class="told {kind}" dir="{direction(said)}">{text(said)}</p>'


def about_html(document: Document, say: Words) -> str:
    """Return what a document is known by, a way to open it, and its beginning."""
    facts = [document.date, language_name(document.language, say.language), _short(document.source)]
    line = "".join(f"<bdi>{text(fact)}</bdi>" for fact in facts if fact)
    beginning, more = document.text[:_BEGINNING].strip(), " …" if len(document.text) > _BEGINNING else ""
    way = direction(document.text)
    return (
        f'<article class="source" dir="{way}" lang="{text(document.language)}"><h3 dir="{direction(document.title)}">'
        f'{text(document.title)}</h3><p class="facts" title="{text(document.source)}">{line}</p>'
        f"<blockquote>{text(beginning)}{more}</blockquote>"
        f'<p class="actions"><button type="button" class="open" aria-expanded="false" value="{address(document.id, 0, 0)}">'
        f"{text(say('open'))}</button></p></article>"
    )


def certificate_html(found: Certificate, say: Words) -> str:
    """Return a certificate: what was searched for and where, and that nothing was found; or what was."""
    name = f"<bdi>{text(shown_name(found.source))}</bdi>"
    head = text(say("forgotten" if found.gone else "not_forgotten"))
    searched = say("certificate_for", f"{found.pieces:,}", f"{found.vectors:,}")
    where = say("certificate_in", f"{found.files:,}", f"{found.bytes:,}")
    lines = [searched, where]
    if found.shared or found.shared_vectors:
        lines.append(say("certificate_shared", f"{found.shared:,}", f"{found.shared_vectors:,}"))
    if found.rounds:
        lines.append(say("certificate_rounds", f"{found.rounds:,}"))
    lines.append(say("certificate_nothing") if found.gone else say("certificate_found", str(found.found[0])))
    if found.file:
        lines.append(say("certificate_file", found.file))
    body = "".join(f"<li>{text(line)}</li>" for line in lines)
    return f'<div class="outcomes {"" if found.gone else "wrong"}"><p><strong>{head}</strong> {name}</p><ul>{body}</ul></div>'


def _outcome(one: Outcome, say: Words) -> str:
    detail = _short(one.detail) if one.kind == "duplicate" else one.detail
    said = say(f"outcome_{one.kind}", f"\N{FIRST STRONG ISOLATE}{detail}\N{POP DIRECTIONAL ISOLATE}")
    if one.kind == "added" and one.detail:
        said = f"{said} {say('outcome_partly', one.detail)}"
    sign = _SIGNS.get(one.kind, "✗")
    return f'<li class="{one.kind}"><span>{sign}</span> <bdi>{text(one.name)}</bdi>: {text(said)}</li>'


def _short(source: str) -> str:
    """Return the end of a name, enough to know the file by."""
    return "/".join(shown_name(source).split("/")[-2:])
