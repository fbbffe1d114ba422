"""Give each page with snippets its stamp: when, and with which versions, this very text last passed.

`passed` in the templates: {date, versions} from the record of the test run; None where the text that passed was another
one, or none. A page without snippets has no `passed`.
"""

from pathlib import Path

from press import passed


def on_page_context(context, page, config, nav):
    if page.file.src_uri.endswith(".md") and "language-py" in page.content:
        file = Path(page.file.abs_src_path)
        name = f"docs/{config.theme['language']}/{page.file.src_uri}"
        context["passed"] = stamp(passed.read().get(name), passed.digest(file))
    return context


def stamp(record: dict | None, digest: str) -> dict | None:
    """The part of a record that the page shows, if it is about the text with this digest."""
    if not record or record["sha256"] != digest:
        return None
    return {"date": record["date"], "versions": record["versions"]}
