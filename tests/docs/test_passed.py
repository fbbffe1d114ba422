"""A page's foot says when its very text last passed, or that it has not been run."""

import hashlib
import json
from types import SimpleNamespace

import jinja2
import pytest

from press import ROOT, passed
from press.hooks import passed as stamp

TEXT = "# Title\n\n```python\nprint(1)\n```\n"
VERSIONS = {"Python": "3.11.7", "numpy": "2.4.6"}


@pytest.fixture
def foot(monkeypatch, tmp_path):
    """The foot of a page in a language, when a text of this digest passed last."""

    def render(language, digest, code=True):
        file = tmp_path / "a.md"
        file.write_text(TEXT, encoding="utf-8")
        record = {f"docs/{language}/a.md": {"sha256": digest, "date": "2026-11-21", "versions": VERSIONS}}
        monkeypatch.setattr(passed, "FILE", tmp_path / "passed.json")
        passed.FILE.write_text(json.dumps(record if digest else {}), encoding="utf-8")
        page = SimpleNamespace(
            file=SimpleNamespace(src_uri="a.md", abs_src_path=str(file)),
            content='<div class="language-python highlight">' if code else "<p>words</p>",
        )
        config = SimpleNamespace(theme={"language": language})
        context = stamp.on_page_context({"config": {"theme": {"language": language}}}, page, config, None)
        theme = jinja2.Environment(loader=jinja2.FileSystemLoader(ROOT / "press/theme"))
        html = theme.get_template("partials/page_foot.html").render(context, report="#")
        return " ".join(html.split())

    return render


DIGEST = hashlib.sha256(TEXT.encode()).hexdigest()
DATE = '<time datetime="2026-11-21">2026-11-21</time>'


def test_a_text_that_passed_shows_when_and_with_what(foot):
    assert f"The code of this page last passed on {DATE}, with Python 3.11.7, numpy 2.4.6." in foot("en", DIGEST)
    assert f"이 페이지의 코드는 {DATE}에 모두 실행되어 통과했습니다(Python 3.11.7, numpy 2.4.6)." in foot("ko", DIGEST)


@pytest.mark.parametrize("digest", ["0" * 64, None], ids=["another text passed", "nothing passed"])
def test_a_text_that_did_not_pass_says_so(foot, digest):
    english, korean = foot("en", digest), foot("ko", digest)
    assert "has not been run yet" in english
    assert "아직 실행하지 않았습니다" in korean
    assert "2026" not in english + korean


def test_a_page_without_code_says_nothing(foot):
    assert "page-foot__passed" not in foot("en", DIGEST, code=False)
