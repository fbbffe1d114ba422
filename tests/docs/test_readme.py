"""What stands around the book - README and CONTRIBUTING - names commands that exist, alike in both languages."""

import re

import pytest
from sybil import Document

from press import ROOT, blocks, parity

TOPICS = ("README", "CONTRIBUTING")
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))


def code(text: str) -> list[tuple[str, str]]:
    """The fences of a Markdown file: language, text."""
    found = blocks.fences(Document(text, "README.md"))
    return [(blocks.language_of(fence), fence.lexemes["source"]) for fence in found]


def unknown_targets(text: str, targets: set[str]) -> set[str]:
    """Targets of make that a text names, in code, and the Makefile lacks."""
    spans = re.findall(r"`([^`\n]+)`", text) + [source for _, source in code(text)]
    named = {word for span in spans for word in re.findall(r"\bmake ([a-z]+)\b", re.sub(r"#.*", "", span))}
    return named - targets


def unlike(ko: str, en: str) -> list[str]:
    """How the code of two language versions differs."""
    pairs = list(zip(code(ko), code(en), strict=False))
    found = [said for (language, a), (_, b) in pairs if (said := parity.code_difference(language, a, b))]
    return found + ([] if len(code(ko)) == len(code(en)) else [f"{len(code(ko))} and {len(code(en))} blocks of code"])


@pytest.mark.parametrize("name", [f"{topic}{end}" for topic in TOPICS for end in (".md", ".ko.md")])
def test_every_named_command_exists(name):
    assert unknown_targets((ROOT / name).read_text(encoding="utf-8"), TARGETS) == set()


@pytest.mark.parametrize("topic", TOPICS)
def test_both_languages_show_the_same_code(topic):
    ko, en = ((ROOT / f"{topic}{end}").read_text(encoding="utf-8") for end in (".ko.md", ".md"))
    assert unlike(ko, en) == []


def test_the_makefile_says_what_each_target_does():
    head = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\n\n")[0]
    assert set(re.findall(r"make ([a-z]+) ", head)) == TARGETS - {"setup", "clean"}


def test_an_unknown_command_is_named():
    text = (
        "Run `make serve`, `make coffee`.\n\n```sh\nmake tea    # make milk\nmake PYTHON=python3 test\n```\n\nmake do"
    )
    assert unknown_targets(text, {"serve", "test"}) == {"coffee", "tea"}


def test_different_code_is_named():
    en = "```sh\nmake test   # all checks\n```"
    assert unlike(en.replace("all checks", "모든 검사"), en) == []
    assert unlike(en.replace("test", "serve"), en) == ["Korean has 'make serve', English has 'make test'"]
    assert unlike("", en) == ["0 and 1 blocks of code"]


def test_the_press_says_what_each_file_is_for():
    text = (ROOT / "press/README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `([\w./]+)` \|", text, re.M))
    there = {path.name for path in (ROOT / "press").glob("*.py")} - {"__init__.py"}
    there |= {f"{path.name}/" for path in (ROOT / "press").iterdir() if path.is_dir() and path.name[0] not in "_."}
    assert named == there


@pytest.mark.parametrize("name", ["README.md", "README.ko.md", "CONTRIBUTING.md", "CONTRIBUTING.ko.md", "CITATION.cff"])
def test_addresses_are_those_of_mkdocs_yml(name):
    settings = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    site, repository = (re.search(rf'{key}, "(.+?)/?"\]', settings)[1] for key in ("SITE_URL", "REPO_URL"))
    found = re.findall(
        r"https://(?:github\.com|[\w-]+\.github\.io)/[^\s)>]*", (ROOT / name).read_text(encoding="utf-8")
    )
    assert found
    assert [address for address in found if not address.startswith((site, repository))] == []
