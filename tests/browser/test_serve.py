"""`make serve` in a browser: the open page shows what was written, under the site's own policy, without an error."""

import threading

import pytest
from playwright.sync_api import expect

from press import serve


@pytest.fixture
def desk(new_book):
    """A small book that is served from this process."""
    book = new_book()
    server = serve.Server("127.0.0.1", 0, book / "served")
    server.server_bind()
    address = f"http://127.0.0.1:{server.server_port}/"
    desk = serve.Desk(server, book / "served", address, book)
    desk.finish()
    desk.warm()
    server.server_activate()
    server.serve_thread.start()
    done = threading.Event()

    def look():
        while not done.wait(serve.PAUSE):
            desk.look()

    looking = threading.Thread(target=look)
    looking.start()
    yield desk
    done.set()
    looking.join()
    desk.stop()
    server.shutdown()


def test_a_changed_page_reloads_by_itself(tab, desk):
    tab.goto(desk.address + "en/a/#second")
    with (desk.root / "docs/en/a.md").open("a", encoding="utf-8") as file:
        file.write("\nwritten while it was open\n")
    tab.get_by_text("written while it was open").wait_for(timeout=10_000)
    tab.locator("a.language").click()
    tab.wait_for_url(desk.address + "a/#second")
    with (desk.root / "docs/assets/scripts/language.js").open("a", encoding="utf-8") as file:
        file.write("document.title = 'a new script';\n")
    expect(tab).to_have_title("a new script", timeout=10_000)
