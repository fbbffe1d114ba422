"""Build both languages side by side into site/: Korean at the root, English under en/.

    python -m press.build [--into FOLDER]

Each language is built strictly into a folder of its own, so that neither empties the other's, and the two are put
together at the end. Warnings (a missing twin, a broken link or anchor, a bad formula) fail the build.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from press import CACHE, ROOT, SITE

CONFIGS = {"ko": ROOT / "mkdocs.yml", "en": ROOT / "mkdocs.en.yml"}


def build(into: Path = SITE, env: dict[str, str] | None = None) -> float:
    """Build the site into `into` and return the seconds it took; SystemExit if a language fails."""
    started = time.perf_counter()
    staged = {language: CACHE / "built" / language for language in CONFIGS}
    running = {
        language: subprocess.Popen(
            [sys.executable, "-m", "mkdocs", "build", "--strict", "-q", "-f", str(config), "-d", str(staged[language])],
            cwd=ROOT,
            env={**os.environ, "NO_MKDOCS_2_WARNING": "1", **(env or {})},
        )
        for language, config in CONFIGS.items()
    }
    failed = [language for language, process in running.items() if process.wait() != 0]
    if failed:
        raise SystemExit(f"the build failed: {', '.join(failed)}")
    shutil.rmtree(into, ignore_errors=True)
    shutil.copytree(staged["ko"], into)
    shutil.copytree(staged["en"], into / "en")
    return time.perf_counter() - started


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--into", type=Path, default=SITE)
    print(f"built both languages in {build(parser.parse_args().into):.1f} s")
