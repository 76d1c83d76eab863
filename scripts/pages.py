#!/usr/bin/env python3
"""Prints the guides of docs/zh and docs/en: one sheet of A4 each, as HTML and, where CHROMIUM names one, as PDF.

make pages        # into build/pages/
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path

from markdown_it import MarkdownIt
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
TO = ROOT / "build" / "pages"
LANGUAGES: Mapping[str, str] = {"zh": "zh-CN", "en": "en"}
ROLES = ("elder", "family", "courier", "worker", "coordinator")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
A_PAGE = re.compile(rb"/Type\s*/Page\b(?!s)")


def guides() -> Iterator[tuple[str, str]]:
    """Language and role of each guide."""
    for language in LANGUAGES:
        for role in ROLES:
            yield language, role


def html(language: str, role: str) -> str:
    """A guide as a page of its own; its pictures are where they are in docs/."""
    words = (DOCS / language / f"{role}.md").read_text("utf-8")
    body = str(MarkdownIt("commonmark").enable("table").render(words))
    title = words.partition("\n")[0].removeprefix("# ")
    here = (DOCS / language).as_uri()
    return (
        f'<!doctype html>\n<html lang="{LANGUAGES[language]}">\n<head>\n<meta charset="utf-8">\n'
        f'<title>{escape(title)}</title>\n<base href="{here}/">\n'
        f"<style>\n{(DOCS / 'print.css').read_text('utf-8')}</style>\n</head>\n"
        f'<body class="{role}">\n{body}</body>\n</html>\n'
    )


def write_html() -> None:
    """All of them."""
    for language, role in guides():
        path = TO / language / f"{role}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(html(language, role), "utf-8")


def write_pdfs(chromium: str) -> dict[tuple[str, str], int]:
    """All of them, by Chromium; how many sheets each takes."""
    sheets = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page()
        for language, role in guides():
            path = TO / language / f"{role}.html"
            page.goto(path.as_uri())
            pdf = page.pdf(path=path.with_suffix(".pdf"), prefer_css_page_size=True)
            sheets[language, role] = len(A_PAGE.findall(pdf))
        browser.close()
    return sheets


def main() -> None:
    """Write them; 1 where one takes more than its sheet."""
    write_html()
    print(f"{TO.relative_to(ROOT)}: a page of HTML for each guide; print it from any browser.")  # noqa: T201
    chromium = os.environ.get("CHROMIUM")
    if not chromium:
        return
    sheets = write_pdfs(chromium)
    print("PDFs beside them.")  # noqa: T201
    too_long = [f"{language}/{role}.md takes {count} sheets" for (language, role), count in sheets.items() if count > 1]
    if too_long:
        sys.exit("\n".join(too_long))


if __name__ == "__main__":
    main()
