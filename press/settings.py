"""The two addresses of the book, read from mkdocs.yml, where each stands once."""

from functools import cache

from mkdocs.config import load_config

from press import ROOT


@cache
def _config():
    return load_config(str(ROOT / "mkdocs.yml"))


def site_url() -> str:
    """The address of the site, with a slash at its end; the environment's SITE_URL overrides mkdocs.yml."""
    return _config().site_url.rstrip("/") + "/"


def repo_url() -> str:
    """The address of the repository, without a slash at its end; REPO_URL overrides mkdocs.yml."""
    return _config().repo_url.rstrip("/")
