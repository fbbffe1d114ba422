"""What a page holds, as the site itself renders it: headings, formulas, code, images, links."""

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import markdown
from bs4 import BeautifulSoup
from mkdocs.config import load_config

from press import DOCS, LANGUAGES, ROOT, links

FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.S)


@dataclass
class Page:
    """A rendered page. Headings are (level, id); code is (language, text)."""

    headings: list[tuple[str, object]] = field(default_factory=list)
    formulas: list[str] = field(default_factory=list)
    code: list[tuple[str, str]] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    alts: list[str] = field(default_factory=list)  # of each image
    links: list[str] = field(default_factory=list)
    soup: BeautifulSoup | None = None


def pages(language: str | None = None, docs: Path = DOCS) -> list[Path]:
    """Every Markdown page of the book, sorted."""
    return sorted(path for name in ([language] if language else LANGUAGES) for path in (docs / name).rglob("*.md"))


def html(path: Path, docs: Path = DOCS) -> str:
    """The page's HTML by the site's own Markdown settings, without the theme around it."""
    config = _config()
    converter = markdown.Markdown(extensions=config.markdown_extensions, extension_configs=config.mdx_configs or {})
    links.rendering("/".join(path.relative_to(docs).parts[1:]))
    return converter.convert(FRONT_MATTER.sub("", path.read_text(encoding="utf-8")))


@cache
def _config():
    return load_config(str(ROOT / "mkdocs.yml"))


def read(path: Path, docs: Path = DOCS) -> Page:
    before = len(links.turned)
    soup = BeautifulSoup(html(path, docs), "html.parser")
    unwritten = [f"{target} (not written yet)" for _, target in links.turned[before:]]
    del links.turned[before:]
    page = Page(soup=soup)
    for tag in soup.find_all(re.compile("^h[1-6]$")):
        page.headings.append((tag.name, tag.get("id")))
    for tag in soup.select(".arithmatex"):
        # \text{...} holds words, which are translated
        page.formulas.append(re.sub(r"\\text\{[^}]*\}", r"\\text{}", " ".join(tag.get_text().split())))
    for tag in soup.select("[class*=language-] > pre, [class*=language-] > table"):
        classes = tag.parent.get_attribute_list("class") if tag.parent else []
        language = next(str(c).removeprefix("language-") for c in classes if str(c).startswith("language-"))
        page.code.append((language, tag.find_all("code")[-1].get_text()))
    for tag in soup.find_all("img"):
        page.images.append(str(tag.get("src")))
        page.alts.append(" ".join(str(tag.get("alt") or "").split()))
    page.links = [str(tag["href"]) for tag in soup.select("a[href]") if _counts(tag)] + unwritten
    return page


def _counts(link) -> bool:
    return "headerlink" not in link.get("class", []) and not link["href"].startswith("#__")
