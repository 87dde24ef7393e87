"""Draw the pictures of the page in this folder: its main states, over `seeds/`, in the real app."""

import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "browser"))

from asking import ARABIC, ENGLISH, OFF_TOPIC, ask  # noqa: E402
from playwright.sync_api import Browser, Page, expect  # noqa: E402
from running import running_app, running_browser  # noqa: E402

expect.set_options(timeout=60_000)  # a busy machine is no failure
_COLOURS = 96  # enough for letters and plain surfaces, at a third of the size


@dataclass(frozen=True)
class Picture:
    """A picture: its name, what to do on the page before it is taken, and the browser that it is taken in."""

    name: str
    do: Callable[[Page], Any]
    locale: str = "en"
    scheme: str = "light"
    width: int = 1280
    height: int = 800


def answered(question: str) -> Callable[[Page], Any]:
    """Return what asks a question."""
    return lambda page: ask(page, question)


def opened(page: Page) -> None:
    """Ask, and open the Arabic source of the English answer: the page of a PDF."""
    ask(page, ENGLISH).locator("p[dir=rtl] a.marker").first.click()
    expect(page.locator(".source.open .sheet img")).to_be_visible()


PICTURES = [
    Picture("screenshot", answered(ARABIC)),
    Picture("screenshot-arabic", answered(ARABIC), locale="ar"),
    Picture("screenshot-two-languages", answered(ENGLISH)),
    Picture("screenshot-source", opened),
    Picture("screenshot-refused", answered(OFF_TOPIC)),
    Picture("screenshot-dark", opened, locale="ar", scheme="dark"),
    Picture("screenshot-phone", answered(ARABIC), locale="ar", width=390, height=844),
    Picture("screenshot-documents", lambda page: page.get_by_role("tab").nth(1).click()),
]


def main() -> None:
    """Index the seeds, and take each picture in a browser of its own."""
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        subprocess.run([sys.executable, "-m", "rag", "index", "seeds", "--store", str(store)], cwd=ROOT, check=True)
        with running_app(store) as app, running_browser() as browser:
            for picture in PICTURES:
                take(picture, browser, app.url)


def take(picture: Picture, browser: Browser, address: str) -> None:
    """Take a picture, and write it into this folder."""
    window: Any = {"width": picture.width, "height": picture.height}
    context = browser.new_context(viewport=window, locale=picture.locale, color_scheme=picture.scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(address)
    expect(page.locator("#chat .example").first).to_be_visible()
    picture.do(page)
    page.mouse.move(2, picture.height - 2)
    page.wait_for_timeout(1500)  # for what moves to come to rest
    path = ROOT / "docs" / f"{picture.name}.png"
    page.screenshot(path=path)
    context.close()
    with Image.open(path) as taken:
        taken.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


if __name__ == "__main__":
    main()
