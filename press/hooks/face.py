"""The site's one stylesheet, and what the theme's templates must know of Material's files.

docs/assets/styles/*.css, in the order of their names, are joined after Material's own stylesheet into
assets/styles/site.css: one request, and no rule for what this book does not use.
"""

import re
from pathlib import Path

from mkdocs.structure.files import Files

SOURCES = "assets/styles/"
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
EMPTY = re.compile(r"@(?:media|supports)[^{}]*\{\s*\}")
DECLARED = re.compile(r"""(--[\w-]+)\s*:(?:"[^"]*"|\((?:"[^"]*"|[^()])*\)|[^;{}"()])*(?:;|(?=\}))""")
COMMENT = re.compile(r"/\*.*?\*/", re.S)
SELECTORS = re.compile(r",(?![^()]*\))")
# Parts of Material that the book has no use for: a rule that asks for one of these never applies here.
UNUSED = (
    "[dir=rtl]",
    *(".keys", ".critic", ".footnote", ".task-list", ".grid", ".mermaid", ".emojione", ".twemoji", ".gemoji"),
    *(".md-annotation", ".md-author", ".md-banner", ".md-blog", ".md-consent", ".md-feedback"),
    *(".md-meta", ".md-pagination", ".md-path", ".md-post", ".md-progress", ".md-rating", ".md-select"),
    *(
        ".md-social",
        ".md-source-file",
        ".md-source__fact",
        ".md-status",
        ".md-tabs",
        ".md-tag",
        ".md-tooltip",
        ".md-version",
    ),
    *("giscus", "linenodiv", ".highlighttable"),
    *(".md-button", ".md-clipboard", ".md-draft", ".md-header--lifted", ".md-input", ".md-nav--integrated"),
    *(".md-nav--lifted", ".md-nav__item--section", ".md-option", ".md-pin", ".md-profile", ".md-sidebar--post"),
    *(".abstract", ".bug", ".danger", ".failure", ".quote"),  # kinds of boxes
    *("[role=columnheader]", "[data-md-type=select]"),  # tables to be sorted, lines to be chosen
    *(f":nth-child({tab})" for tab in range(9, 21)),  # of the tabs in a set; the first eight are enough
    # Stops transitions while the palette changes; it matches every element, so a page of math is styled twice more.
    "[data-md-color-switching]",
)


def on_config(config):
    """The bundle's name carries a hash of Material's version: templates/main.html asks for it."""
    config.extra["bundle"] = _of_material(config, "assets/javascripts", "bundle.*.min.js")
    return config


def _of_material(config, folder: str, pattern: str) -> str:
    found = [path for directory in config.theme.dirs for path in Path(directory, folder).glob(pattern)]
    if len(found) != 1:
        raise SystemExit(f"Material should have one {folder}/{pattern}, but has {len(found)}")
    return f"{folder}/{found[0].name}"


def on_files(files, config):
    """The sources of the stylesheet are not pages' files."""
    return Files([file for file in files if not file.src_uri.startswith(SOURCES)])


def on_post_build(config):
    site = Path(config.site_dir)
    material = site / _of_material(config, "assets/stylesheets", "main.*.min.css")
    own = sorted((Path(config.docs_dir).parent / SOURCES).glob("*.css"))
    bundle = (site / config.extra["bundle"]).read_text(encoding="utf-8")
    sheet = used(material.read_text(encoding="utf-8"))
    sheet = asked_for(sheet + "".join(compact(path.read_text(encoding="utf-8")) for path in own), bundle)
    target = site / SOURCES / "site.css"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(sheet, encoding="utf-8")


def used(css: str) -> str:
    """Material's stylesheet without the rules for UNUSED.

    >>> used(".md-nav{color:red}.md-tabs,.md-top{margin:0}@media print{.md-tabs{display:none}}")
    '.md-nav{color:red}.md-top{margin:0}'
    """

    def rule(match):
        kept = [one for one in SELECTORS.split(match[1]) if not any(part in one for part in UNUSED)]
        return f"{','.join(kept)}{{{match[2]}}}" if kept else ""

    return EMPTY.sub("", RULE.sub(rule, css))


def asked_for(css: str, scripts: str) -> str:
    """A stylesheet without the custom properties that no rule and no script asks for: icons, most of them.

    >>> asked_for('a{--x:url("b;(c");--y:var(--z);color:var(--y)}b{--z:1;--w:2}', scripts="")
    'a{--y:var(--z);color:var(--y)}b{--z:1;}'
    """
    wanted = set(re.findall(r"var\((--[\w-]+)", css)) | set(re.findall(r"--md-(?!mermaid)[\w-]+", scripts))
    kept = DECLARED.sub(lambda declared: declared[0] if declared[1] in wanted else "", css)
    return kept if kept == css else asked_for(kept, scripts)  # a property may have been wanted by one that is gone


def compact(css: str) -> str:
    """Our own stylesheet without comments and indentation.

    >>> compact("/* why */\\na {\\n  color: red;\\n}\\n")
    'a {color: red;}'
    """
    return "".join(line.strip() for line in COMMENT.sub("", css).splitlines())
