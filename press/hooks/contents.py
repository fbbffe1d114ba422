"""The navigation, from the curriculum; and the count of links to pages that are not written yet."""

import logging

from press import curriculum, links

log = logging.getLogger("mkdocs.hooks.contents")


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
    counted = (config.theme["language"], len(links.turned), pages)
    log.info("docs/%s: %d links lead to %d pages that are not written yet; they are plain text", *counted)
