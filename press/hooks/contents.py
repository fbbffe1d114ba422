"""The navigation, from the curriculum; and the count of links to pages that are not written yet."""

import logging

from press import curriculum, links

log = logging.getLogger("mkdocs.hooks.contents")


def on_config(config):
    if config.nav is None:  # a small book of a test brings its own
        config.nav = curriculum.navigation(config.theme["language"])
    return config


def on_nav(nav, config, files):
    """A part's opening page has its title before it is read, so that its neighbours can name it."""
    titles = {f"{entry.page}.md": entry.titles for entry in curriculum.entries() if entry.kind == "index"}
    for page in nav.pages:
        if page.file.src_uri in titles:
            page.title = titles[page.file.src_uri][config.theme["language"]]
    return nav


def on_pre_build(config):
    links.turned.clear()


def on_page_markdown(markdown, page, **kwargs):
    links.rendering(page.file.src_uri)
    return markdown


def on_post_build(config):
    pages = len({target for _, target in links.turned})
    counted = (config.theme["language"], len(links.turned), pages)
    log.info("docs/%s: %d links lead to %d pages that are not written yet; they are plain text", *counted)
