"""The page to log in on: plain HTML, in the browser's language, without a script."""

import html

from rag.text.languages import direction
from rag.ui.words import words

_PAGE = """<!doctype html>
<html lang="{language}" dir="{way}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>
  :root {{ color-scheme: light dark; --accent: light-dark(#0d9488, #2dd4bf); --edge: light-dark(#d6d3d1, #44403c); }}
  * {{ box-sizing: border-box; }}
  body {{
    margin: 0; min-height: 100dvh; display: grid; place-items: center; padding: 24px;
    font: 17px/1.7 "Noto Sans", "Segoe UI", system-ui, "Noto Sans Arabic", "Noto Naskh Arabic", "Geeza Pro", Tahoma, sans-serif;
    color: light-dark(#292524, #e7e5e4); background: light-dark(#fafaf9, #0c0a09);
  }}
  form {{
    width: min(360px, 100%); padding: 28px; border: 1px solid var(--edge); border-radius: 16px;
    background: light-dark(#fff, #1c1917);
  }}
  h1 {{ margin: 0 0 20px; font-size: 24px; font-weight: 600; }}
  h1 [lang="ar"] {{ color: var(--accent); font-size: 28px; }}
  label {{ display: block; margin: 14px 0 4px; font-size: 15px; }}
  input {{
    width: 100%; padding: 10px 14px; border: 1px solid var(--edge); border-radius: 10px; font: inherit; color: inherit;
    background: light-dark(#fff, #0c0a09);
  }}
  button {{
    width: 100%; margin-top: 22px; padding: 10px; border: 0; border-radius: 10px; font: inherit; font-weight: 600;
    cursor: pointer; color: #fff; background: #0f766e;
  }}
  :is(input, button):focus-visible {{ outline: 2px solid var(--accent); outline-offset: 2px; }}
  [role="alert"] {{
    margin: 0; padding: 8px 14px; border-radius: 10px; color: light-dark(#b91c1c, #fca5a5); background: #b91c1c1a;
  }}
</style>
</head>
<body>
<main>
<form method="post" action="/login">
<h1><span lang="ar">سند</span> <span lang="en">Sanad</span></h1>
{failed}
<label for="username">{name}</label>
<input id="username" name="username" autocomplete="username" dir="auto" required autofocus>
<label for="password">{password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" dir="auto" required>
<button>{log_in}</button>
</form>
</main>
</body>
</html>
"""


def login_html(language: str, *, failed: bool = False) -> str:
    """Return the page in a language (ISO 639-1 code); `failed` says that a name or password was wrong."""
    say = words(language)

    def shown(key: str) -> str:
        return html.escape(say(key))

    return _PAGE.format(
        language=say.language,
        way=direction(say("log_in")),
        title=f"{shown('log_in')} · Sanad",
        failed=f'<p role="alert">{shown("log_in_failed")}</p>' if failed else "",
        name=shown("user_name"),
        password=shown("password"),
        log_in=shown("log_in"),
    )
