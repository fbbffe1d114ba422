"""The built book: both languages tied page to page, and every link inside it leads somewhere."""

import posixpath
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from press import LANGUAGES
from press.build import build
from press.settings import PREFIXES

ADDRESS = "https://book.example/mount/"


class Read(HTMLParser):
    """What a built page says about its language, its address, its twins, its anchors and its links."""

    def __init__(self, text):
        super().__init__()
        self.lang, self.canonical, self.switch, self.moved = None, None, None, False
        self.neighbours = {}
        self.alternates, self.ids, self.links = [], set(), []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        if "id" in found:
            self.ids.add(found["id"])
        if tag == "html":
            self.lang = found["lang"]
        elif tag == "meta" and found.get("http-equiv") == "refresh":
            self.moved = True
        elif tag == "link" and "alternate" in found["rel"].split():
            self.alternates.append((found["hreflang"], found["href"]))
        elif tag == "link" and found["rel"] == "canonical":
            self.canonical = found["href"]
        elif tag == "link" and found["rel"] in ("prev", "next"):
            self.neighbours[found["rel"]] = found["href"]
        elif tag == "a" and "language" in found.get("class", "").split():
            self.switch = found["href"]
        self.links += [found[name] for name in ("href", "src") if found.get(name)]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """path below the site: the page there, of the whole book built for ADDRESS; and the folder."""
    into = tmp_path_factory.mktemp("site") / "site"
    build(into, env={"SITE_URL": ADDRESS}, strict=False)
    paths = sorted(into.rglob("*.html"))
    return into, {path.relative_to(into).as_posix(): Read(path.read_text(encoding="utf-8")) for path in paths}


@pytest.fixture(scope="module")
def pages(site):
    """address: page, for real pages: no 404, no redirect."""
    return {
        ADDRESS + path.removesuffix("index.html"): page
        for path, page in site[1].items()
        if not path.endswith("404.html") and not page.moved
    }


def language(address):
    return "en" if address.startswith(ADDRESS + PREFIXES["en"]) else "ko"


def test_every_page_says_its_language_and_address(pages):
    assert len(pages) >= 4
    for address, page in pages.items():
        assert page.lang == language(address), address
        assert page.canonical == address


def test_every_page_names_both_languages_and_is_named_back(pages):
    for address, page in pages.items():
        twins = dict(page.alternates)
        assert sorted(twins) == sorted([*LANGUAGES, "x-default"]) == sorted(name for name, _ in page.alternates), (
            address
        )
        assert twins[language(address)] == address
        assert twins["x-default"] == twins["ko"]
        for twin in twins.values():
            assert pages[twin].alternates == page.alternates, f"{address} and {twin}"


def test_every_switch_leads_to_the_twin(pages):
    for address, page in pages.items():
        other = next(name for name in LANGUAGES if name != language(address))
        assert urljoin(address, page.switch) == dict(page.alternates)[other]
        assert not urlsplit(page.switch).netloc
        assert not page.switch.startswith("/"), "an absolute path breaks at another mount point"


def test_pages_follow_each_other(pages):
    """From each home page `next` leads through every page of the language, and `prev` back."""
    for prefix in PREFIXES.values():
        address, seen = ADDRESS + prefix, []
        while "next" in pages[address].neighbours:
            seen.append(address)
            following = urljoin(address, pages[address].neighbours["next"])
            assert urljoin(following, pages[following].neighbours["prev"]) == address
            address = following
        in_language = [one for one in pages if language(one) == language(address)]
        assert sorted([*seen, address]) == sorted(in_language)


def test_other_files_name_no_twin(site):
    others = [page for path, page in site[1].items() if path.endswith("404.html") or page.moved]
    assert len(others) >= 2
    assert [page.alternates for page in others] == [[]] * len(others)


def test_every_link_leads_somewhere(site):
    into, found = site
    broken = []
    for path, page in found.items():
        for link in page.links:
            whole = urljoin(ADDRESS + path, link)
            if urlsplit(whole).netloc != urlsplit(ADDRESS).netloc:
                continue
            place, _, anchor = whole.removeprefix(ADDRESS).partition("#")
            target = unquote(place.partition("?")[0])
            if target == "" or target.endswith("/"):
                target = posixpath.join(target, "index.html")
            if not (into / target).is_file():
                broken.append(f"{path}: {link}")
            elif anchor and target in found and unquote(anchor) not in found[target].ids:
                broken.append(f"{path}: {link}: no such anchor")
    assert sum(len(page.links) for page in found.values()) > 50
    assert broken == []
