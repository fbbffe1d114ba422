"""The full sets: fetched from a server on this machine that holds small ones made here, and may misbehave."""

import gzip
import hashlib
import io
import logging
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pooch
import pytest

from gyeop import data
from gyeop.data.fetch import SOURCES, fetch

PARTS = [f"fashion-{part}-ubyte.gz" for part in ("train-images-idx3", "train-labels-idx1")] + [
    f"fashion-{part}-ubyte.gz" for part in ("t10k-images-idx3", "t10k-labels-idx1")
]


def npz(**arrays):
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def idx(array):
    """As its authors describe it, http://yann.lecun.com/exdb/mnist: big-endian, unsigned bytes are type 8."""
    header = bytes([0, 0, 8, array.ndim]) + b"".join(n.to_bytes(4, "big") for n in array.shape)
    return gzip.compress(header + array.tobytes())


rng = np.random.default_rng(0)
IMAGES = [rng.integers(0, 256, (n, 28, 28), dtype=np.uint8) for n in (6, 3)]
LABELS = [rng.integers(0, 10, n, dtype=np.uint8) for n in (6, 3)]
FILES = {"mnist.npz": npz(x_train=IMAGES[0], y_train=LABELS[0], x_test=IMAGES[1], y_test=LABELS[1])}
FILES |= dict(zip(PARTS, (idx(a) for pair in zip(IMAGES, LABELS, strict=True) for a in pair), strict=True))


class Server(ThreadingHTTPServer):
    """Serves FILES; the next `cut` answers break off halfway, the next `wrong` ones hold something else."""

    cut = wrong = 0
    asked: list[str]


class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        server, name = self.server, self.path.lstrip("/")
        server.asked.append(name)
        content = FILES[name]
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if server.cut:
            server.cut -= 1
            content = content[: len(content) // 2]
        elif server.wrong:
            server.wrong -= 1
            content = content[::-1]
        self.wfile.write(content)

    def log_message(self, *_):
        pass


@pytest.fixture
def server(monkeypatch, tmp_path):
    """A server with the addresses and hashes of its files in the place of the real ones, and an empty folder."""
    server = Server(("127.0.0.1", 0), Answer)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    for name, content in FILES.items():
        address = f"http://127.0.0.1:{server.server_port}/{name}"
        monkeypatch.setitem(SOURCES, name, (address, hashlib.sha256(content).hexdigest()))
    monkeypatch.setenv("GYEOP_DATA", str(tmp_path / "kept"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(pooch.core.time, "sleep", lambda seconds: None)  # between two tries
    pooch.get_logger().setLevel(logging.ERROR)
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def kept(server, tmp_path):
    return tmp_path / "kept"


def check(split):
    assert isinstance(split, data.Split)
    for x, y, images, labels in zip(split[::2], split[1::2], IMAGES, LABELS, strict=True):
        assert (x.dtype, y.dtype, x.shape) == (np.float32, np.int64, (len(images), 784))
        np.testing.assert_array_equal(x, images.reshape(-1, 784).astype(np.float32) / 255)
        np.testing.assert_array_equal(y, labels)


def test_mnist_is_fetched_once(server, kept):
    check(data.load_mnist(full=True))
    check(data.load_mnist(full=True))
    assert server.asked == ["mnist.npz"]
    assert [path.name for path in kept.iterdir()] == ["mnist.npz"]


def test_fashion_mnist_is_fetched_once(server, kept):
    check(data.load_fashion_mnist())
    check(data.load_fashion_mnist())
    assert server.asked == PARTS
    assert sorted(path.name for path in kept.iterdir()) == sorted(PARTS)
    assert len(data.FASHION_MNIST_CLASSES) == 10


def test_a_file_brought_by_other_means_needs_no_network(server, kept):
    kept.mkdir()
    (kept / "mnist.npz").write_bytes(FILES["mnist.npz"])
    kept.chmod(0o555)  # nor a folder that can be written
    try:
        check(data.load_mnist(full=True))
    finally:
        kept.chmod(0o755)
    assert server.asked == []


@pytest.mark.parametrize("damage", [lambda b: b[:-1], lambda b: b"", lambda b: bytes([b[0] ^ 1]) + b[1:]])
def test_a_damaged_file_is_fetched_anew(server, kept, damage):
    kept.mkdir()
    (kept / "mnist.npz").write_bytes(damage(FILES["mnist.npz"]))
    check(data.load_mnist(full=True))
    assert server.asked == ["mnist.npz"]
    assert (kept / "mnist.npz").read_bytes() == FILES["mnist.npz"]


@pytest.mark.parametrize("trouble", ["cut", "wrong"])
def test_a_broken_transfer_is_begun_anew(server, kept, trouble):
    setattr(server, trouble, 2)
    check(data.load_mnist(full=True))
    assert server.asked == ["mnist.npz"] * 3
    assert [path.name for path in kept.iterdir()] == ["mnist.npz"]


def refused(kept):
    """What a reader is told: the address, the file, the folder, the variable, the hash."""
    address, sha256 = SOURCES["mnist.npz"]
    with pytest.raises(OSError, match=r"mnist\.npz could not be fetched") as caught:
        data.load_mnist(full=True)
    for word in (address, str(kept / "mnist.npz"), "GYEOP_DATA", sha256):
        assert word in str(caught.value)


@pytest.mark.parametrize("trouble", ["cut", "wrong"])
def test_a_transfer_that_stays_broken_leaves_nothing_behind(server, kept, trouble):
    setattr(server, trouble, 10)
    refused(kept)
    assert server.asked == ["mnist.npz"] * 3
    assert list(kept.iterdir()) == []


def test_a_damaged_file_is_not_given_without_a_network(server, kept):
    kept.mkdir()
    (kept / "mnist.npz").write_bytes(b"half")
    server.wrong = 10
    refused(kept)


def test_without_a_network_the_way_out_is_told(server, kept, monkeypatch):
    _, sha256 = SOURCES["mnist.npz"]
    monkeypatch.setitem(SOURCES, "mnist.npz", ("http://127.0.0.1:9/mnist.npz", sha256))  # where nobody answers
    refused(kept)


def test_a_folder_that_cannot_be_made_is_told(server, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("GYEOP_DATA", str(tmp_path / "file" / "kept"))
    refused(tmp_path / "file" / "kept")


def test_a_folder_that_cannot_be_written_is_told(server, kept, monkeypatch):
    kept.mkdir()

    def denied(*_, **__):
        raise PermissionError("Permission denied")

    monkeypatch.setattr(pooch.utils.tempfile, "NamedTemporaryFile", denied)  # chmod stops nobody who is root
    refused(kept)
    assert server.asked == []


def test_without_pooch_the_way_to_it_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'gyeop\[data\]'"):
        data.load_fashion_mnist()


def test_the_folder_is_the_systems_if_none_is_named(server, monkeypatch, tmp_path):
    monkeypatch.delenv("GYEOP_DATA")
    monkeypatch.setattr(pooch, "os_cache", lambda project: tmp_path / "caches" / project)
    assert fetch("mnist.npz") == tmp_path / "caches" / "gyeop" / "mnist.npz"


def replace(name, content, monkeypatch):
    monkeypatch.setitem(FILES, name, content)
    monkeypatch.setitem(SOURCES, name, (SOURCES[name][0], hashlib.sha256(content).hexdigest()))


@pytest.mark.parametrize(
    "content",
    [b"", b"\0\0\x08", b"\0\0\x0d\x01\0\0\0\x01\0\0\0\0", b"\0\0\x08\x03\0\0\0\x01", b"\0\0\x08\x01\0\0\0\x02\x01"],
    ids=["empty", "no axes", "floats", "cut header", "cut values"],
)
def test_a_foreign_idx_file_is_named(server, monkeypatch, content):
    replace(PARTS[0], gzip.compress(content), monkeypatch)
    with pytest.raises(ValueError, match=r"fashion-train-images-idx3-ubyte\.gz"):
        data.load_fashion_mnist()


def test_no_pickle_is_ever_read(server, monkeypatch):
    replace("mnist.npz", npz(x_train=np.array([None]), y_train=0, x_test=0, y_test=0), monkeypatch)
    with pytest.raises(ValueError, match="allow_pickle"):
        data.load_mnist(full=True)


def test_full_is_true_or_false():
    with pytest.raises(TypeError, match="full expects True or False, got 'yes'"):
        data.load_mnist(full="yes")


def test_addresses_hashes_and_licences_are_told():
    for address, sha256 in SOURCES.values():
        assert address.startswith(("https://", "http://fashion-mnist.s3-website."))
        assert len(bytes.fromhex(sha256)) == 32
    for load, licence in ((data.load_mnist, "CC BY-SA 3.0"), (data.load_fashion_mnist, "MIT")):
        assert f"Licence: {licence}" in load.__doc__
