"""Typeset $...$ and $$...$$ with KaTeX while building, so that the reader needs no script.

KaTeX runs in QuickJS (the package quickjs-ng), cached by content. A bad formula is a warning, so a strict build fails.
"""

import hashlib
import html
import json
import logging
import re

import quickjs

from press import CACHE, ROOT

log = logging.getLogger("mkdocs.hooks.math")
KATEX = ROOT / "press/vendor/katex.min.js"  # 0.19.1, the version of docs/assets/katex
CACHED = CACHE / "katex.json"
FORMULA = re.compile(r'<(span|div) class="arithmatex">\\([(\[])(.*?)\\[)\]]</\1>', re.S)
# QuickJS cannot hand over a rope, which KaTeX builds: join() makes it a plain string.
# The TeX that KaTeX repeats in an annotation is for its own copy button, which the book does not have.
RENDER = """function render(tex, display) {
  const html = katex.renderToString(tex, {displayMode: display, output: 'htmlAndMathml', strict: 'ignore'})
  return [html.replace(/<annotation[^]*?<\\/annotation>/, '')].join('')
}"""

_engine = None
_cache: dict[str, str] | None = None


def render(tex: str, display: bool) -> str:
    """KaTeX's HTML and MathML for one formula; quickjs.JSException says what is wrong with a bad one."""
    global _engine, _cache
    if _cache is None:
        _cache = json.loads(CACHED.read_text(encoding="utf-8")) if CACHED.exists() else {}
    key = hashlib.sha256(f"{KATEX.stat().st_size}|{RENDER}|{display}|{tex}".encode()).hexdigest()
    if key not in _cache:
        if _engine is None:
            _engine = quickjs.Context()
            _engine.eval(KATEX.read_text(encoding="utf-8"))
            _engine.eval(RENDER)
        _cache[key] = _engine.get("render")(tex, display)
    return _cache[key]


def on_post_page(output, page, config):  # after the search plugin has taken its text
    def typeset(match):
        tag, opening, tex = match.groups()
        try:
            return f'<{tag} class="math">{render(html.unescape(tex).strip(), opening == "[")}</{tag}>'
        except quickjs.JSException as error:
            log.warning("%s: %s", page.file.src_uri, str(error).splitlines()[0])
            return match[0]

    return FORMULA.sub(typeset, output)


def on_post_build(config):
    if _engine:
        CACHE.mkdir(exist_ok=True)
        CACHED.write_text(json.dumps(_cache, ensure_ascii=False), encoding="utf-8")
