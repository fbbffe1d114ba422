"""Links between lessons go both ways: a page names at its foot the pages that link to it."""

import posixpath

from press import built, curriculum

LESSONS = [
    f"{prefix}{entry.page}/"
    for prefix in ("", "en/")
    for entry in curriculum.entries()
    if entry.written and entry.kind == "page" and entry.part != "reference"
]


def targets(address: str, where: str) -> set[str]:
    links = [link["href"] for link in built.soup(address).select(where)]
    return {posixpath.normpath(posixpath.join(address, link.partition("#")[0])) + "/" for link in links}


def test_a_link_is_named_where_it_leads():
    own = ".md-content__inner > :not(.page-foot) a:not(.term):not(.headerlink):not(.md-content__button)"
    followed = {address: targets(address, own) for address in LESSONS}
    named = {address: targets(address, ".page-foot__from a") for address in LESSONS}
    wanted = {address: {other for other in LESSONS if address in followed[other]} - {address} for address in LESSONS}
    assert any(wanted.values())
    for address in LESSONS:
        assert named[address] == wanted[address], address
