"""The navigation, from the curriculum; and the count of links to pages that are not written yet."""

from press import curriculum, links


def on_config(config):
    if config.nav is None:  # a small book of a test brings its own
        config.nav = curriculum.navigation(config.theme["language"])
    return config


def on_pre_build(config):
    links.turned.clear()


def on_page_markdown(markdown, page, **kwargs):
    links.rendering(page.file.src_uri)
    return markdown


def on_post_build(config):
    pages = len({target for _, target in links.turned})
    where = f"docs/{config.theme['language']}"
    # Printed, not logged: `mkdocs build -q` hides what is no warning.
    print(f"{where}: {len(links.turned)} links lead to {pages} pages that are not written yet; they are plain text")
