"""A Markdown extension: a link to a page of the curriculum that is not written yet becomes plain text.

The page that is being rendered is told by `rendering`; the links that were turned are counted in `turned`.
"""

import posixpath
import xml.etree.ElementTree as etree

from markdown import Extension
from markdown.treeprocessors import Treeprocessor

from press import curriculum

turned: list[tuple[str, str]] = []  # (page, target) of every link turned into text since the list was cleared
_page = ""


def rendering(src_uri: str) -> None:
    """Say which page (its path below docs/<language>/) is rendered next; its relative links start there."""
    global _page
    _page = src_uri


def target(href: str) -> str:
    """The page (without suffix) that a relative link of the current page leads to."""
    path = href.partition("#")[0]
    joined = posixpath.normpath(posixpath.join(posixpath.dirname(_page), path))
    return joined.removesuffix(".md").removesuffix(".py")


class _Unwritten(Treeprocessor):
    def run(self, root: etree.Element) -> None:
        for parent in root.iter():
            for link in parent.findall("a"):
                href = link.get("href", "")
                if href.partition("#")[0].endswith((".md", ".py")):
                    page = target(href)
                    if page in curriculum.unwritten():
                        turned.append((_page, page))
                        link.tag = "span"
                        link.attrib = {"class": "unwritten"}


class UnwrittenLinks(Extension):
    def extendMarkdown(self, md):
        # After inline Markdown (20) has made the links, before MkDocs (0) checks that their targets exist.
        md.treeprocessors.register(_Unwritten(md), "unwritten", 5)


def makeExtension(**kwargs):
    return UnwrittenLinks(**kwargs)
