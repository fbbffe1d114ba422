"""Code without the marks that colour nothing: Pygments wraps every name and every space in a span of its own."""

import re

COLOURLESS = re.compile(r'<span class="[nw]">([^<]*)</span>')


def on_page_content(html, page, config, files):
    return lean(html)


def lean(html: str) -> str:
    """
    >>> lean('<span class="n">y</span><span class="w"> </span><span class="o">=</span>')
    'y <span class="o">=</span>'
    """
    return COLOURLESS.sub(r"\1", html)
