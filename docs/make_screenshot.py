"""Draw `docs/screenshot.png`: an Arabic question, answered from `seeds/` in the real app."""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "browser"))

from running import running_app, running_browser  # noqa: E402

QUESTION = "من افتتح محطة رأس الزمرد لتحلية المياه؟"


def main() -> None:
    """Index the seeds, ask, wait for the answer and its sources, and draw."""
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        subprocess.run([sys.executable, "-m", "rag", "index", "seeds", "--store", str(store)], cwd=ROOT, check=True)
        with running_app(store) as app, running_browser() as browser:
            page = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme="light")
            page.goto(app.url)
            page.locator("#question textarea").fill(QUESTION)
            page.keyboard.press("Enter")
            page.wait_for_selector("#chat .answer")
            page.wait_for_timeout(1500)  # for what moves to come to rest
            page.screenshot(path=ROOT / "docs" / "screenshot.png")


if __name__ == "__main__":
    main()
