"""Find a browser for the tests, or install one: Chrome, Chromium, Edge; else Playwright's Chromium; else apt's.

python -m press.browser        find or install, and say which
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge", "msedge", "chrome")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
# What keeps a test browser quiet and alike everywhere. The sandbox cannot start as root, as in most containers.
FLAGS = (
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    *(("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()),
)


def find() -> str | None:
    """The path of an installed browser, CHROME_PATH first; None if there is none."""
    if chosen := os.environ.get("CHROME_PATH"):
        if not shutil.which(chosen):
            raise SystemExit(f"CHROME_PATH names no program: {chosen}")
        return chosen
    for name in NAMES:
        if path := shutil.which(name):
            return path
    for place in PLACES:
        if Path(place).exists():
            return place
    return _playwrights_own()


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install() -> str:
    """Install Chromium by Playwright, or by apt where that fails and this user may; say what to do otherwise."""
    print("no Chrome, Chromium or Edge here: installing Chromium for the browser tests", flush=True)
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    playwright = [sys.executable, "-m", "playwright"]
    if subprocess.run([*playwright, "install", "chromium"]).returncode == 0 and (path := find()):
        if root and shutil.which("apt-get"):  # what the browser needs; for anyone else this would ask for a password
            subprocess.run([*playwright, "install-deps", "chromium"])
        return path
    if root and shutil.which("apt-get"):
        print("Playwright's Chromium cannot be had here: installing Debian's", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], env=environment)
        subprocess.run(["apt-get", "install", "-y", "-qq", "chromium", "fonts-noto-cjk"], env=environment, check=True)
        if path := find():
            return path
    raise SystemExit("no browser for the tests: install Chrome, Chromium or Edge, or set CHROME_PATH")


def ensure() -> str:
    return find() or install()


if __name__ == "__main__":
    print(f"browser: {ensure()}")
