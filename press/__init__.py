"""The press: everything that turns docs/ into a tested site. The library in src/ knows nothing of it."""

from pathlib import Path

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
CACHE = ROOT / ".cache"
SITE = ROOT / "site"
LANGUAGES = {"ko": "한국어", "en": "English"}  # the first one is the root of the site
