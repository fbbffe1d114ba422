"""The pages of the built site, as addresses below its root. The site is built first if it is not there."""

from functools import cache

from bs4 import BeautifulSoup

from press import SITE, build


@cache
def files() -> dict[str, str]:
    """Every HTML file by its address: "" is the Korean home, "en/intro/" a page, "404.html" itself."""
    if not (SITE / "index.html").exists():
        build.build()
    found = {
        path.relative_to(SITE).as_posix(): path.read_text(encoding="utf-8") for path in sorted(SITE.rglob("*.html"))
    }
    return {name.removesuffix("index.html"): html for name, html in found.items()}


@cache
def pages() -> tuple[str, ...]:
    """The addresses of all pages that have the theme: everything but the redirects."""
    return tuple(address for address, html in files().items() if 'http-equiv="refresh"' not in html)


def formulas(address: str) -> int:
    return files()[address].count('class="katex"')


@cache
def kinds() -> dict[str, str]:
    """One page of each template: home, the index of a part, the lesson with the most formulas, a lab, 404."""
    lessons = [address for address in pages() if address.count("/") == 2 and not address.startswith(("en/", "labs/"))]
    labs = [address for address in pages() if address.startswith("labs/") and address.count("/") == 2]
    chosen = {"home": "", "index": "intro/", "lesson": max(lessons, key=formulas), "404": "404.html"}
    return chosen | ({"lab": labs[0]} if labs else {})


def soup(address: str) -> BeautifulSoup:
    return BeautifulSoup(files()[address], "html.parser")
