"""The two addresses of the book, read from mkdocs.yml, where each stands once; and the links made from them."""

import os
import subprocess
from functools import cache
from urllib.parse import quote, urlencode, urlsplit

from mkdocs.utils.yaml import yaml_load

from press import LANGUAGES, ROOT

PREFIXES = {"ko": "", "en": "en/"}  # where each language lives below the root of the site
BRANCH = "main"  # as in edit_uri of mkdocs.yml
REPORT = {
    "ko": "페이지: {file}\n주소: {address}\n언어: {name}\n커밋: {commit}\n\n무엇이 틀렸고, 무엇이 맞습니까?\n\n",
    "en": "Page: {file}\nAddress: {address}\nLanguage: {name}\nCommit: {commit}\n\nWhat is wrong? What is right?\n\n",
}


@cache
def _settings() -> dict:
    with (ROOT / "mkdocs.yml").open(encoding="utf-8") as file:
        return yaml_load(file)


def site_url() -> str:
    """The address of the site, with a slash at its end; the environment's SITE_URL overrides mkdocs.yml."""
    return _settings()["site_url"].rstrip("/") + "/"


def repo_url() -> str:
    """The address of the repository, without a slash at its end; REPO_URL overrides mkdocs.yml."""
    return _settings()["repo_url"].rstrip("/")


@cache
def commit() -> str | None:
    """The commit that this is built from: git's, else GITHUB_SHA, else None (a build of an unpacked archive)."""
    if (ROOT / ".git").exists():
        try:
            asked = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True)
        except OSError:  # no git here
            asked = None
        if asked and asked.returncode == 0:
            return asked.stdout.strip()
    return os.environ.get("GITHUB_SHA") or None


def report_url(language: str, path: str, address: str) -> str:
    """A new issue about docs/<language>/<path>, which readers meet at `address`; it carries the commit, if known."""
    file = f"docs/{language}/{path}"
    text = REPORT[language].format(file=file, address=address, name=LANGUAGES[language], commit=commit())
    if commit() is None:
        text = "\n".join(line for line in text.split("\n") if not line.endswith(": None"))
    return f"{repo_url()}/issues/new?{urlencode({'title': f'{file}: ', 'body': text}, quote_via=quote)}"


def colab_url(language: str, path: str) -> str:
    """Colab with the notebook docs/<language>/<path>, an .ipynb; Colab reads it from the repository on GitHub."""
    repository = urlsplit(repo_url()).path.strip("/")
    return f"https://colab.research.google.com/github/{repository}/blob/{BRANCH}/docs/{language}/{quote(path)}"
