"""Files too large to ship: fetched when they are first asked for, verified, and kept in a folder of the reader's own.

`pip install 'gyeop[data]'` brings pooch, which does the fetching: into a temporary file that takes its place only when
its SHA-256 is the one below. So no broken file is ever taken for a whole one, and a broken transfer is begun anew. The
folder is the one that the environment variable GYEOP_DATA names, or else the system's place for caches.
"""

import os
from pathlib import Path

FASHION = (
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"  # the authors' address: a hash guards what comes
)
SOURCES = {  # name in the folder: address, SHA-256
    # Keras's copy of MNIST; address and hash as in keras/src/datasets/mnist.py, https://github.com/keras-team/keras
    "mnist.npz": (
        "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
        "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
    ),
    # Addresses as in the README of https://github.com/zalandoresearch/fashion-mnist; hashes as in
    # tensorflow_datasets/url_checksums/fashion_mnist.txt, https://github.com/tensorflow/datasets
    "fashion-train-images-idx3-ubyte.gz": (
        FASHION + "train-images-idx3-ubyte.gz",
        "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
    ),
    "fashion-train-labels-idx1-ubyte.gz": (
        FASHION + "train-labels-idx1-ubyte.gz",
        "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
    ),
    "fashion-t10k-images-idx3-ubyte.gz": (
        FASHION + "t10k-images-idx3-ubyte.gz",
        "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
    ),
    "fashion-t10k-labels-idx1-ubyte.gz": (
        FASHION + "t10k-labels-idx1-ubyte.gz",
        "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
    ),
}


def fetch(name):
    """The path of a file of `SOURCES`, which is fetched if it is not there yet; only a file with its hash is given.

    Three tries are made. What then remains - no network, another file at the address, a folder that cannot be written -
    is an OSError that names the address, the file and the folder, so that a file brought by other means can be put
    there. Without pooch it is a ModuleNotFoundError.
    """
    address, sha256 = SOURCES[name]
    try:
        import pooch
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(f"fetching {name} needs pooch: pip install 'gyeop[data]'", name="pooch") from error

    folder = Path(os.environ.get("GYEOP_DATA") or pooch.os_cache("gyeop")).expanduser()
    files = pooch.create(folder, base_url="", registry={name: sha256}, urls={name: address}, retry_if_failed=2)
    try:
        return Path(files.fetch(name, downloader=pooch.HTTPDownloader(chunk_size=2**16)))
    except (OSError, ValueError) as error:  # of which requests' errors and a wrong hash are kinds
        raise OSError(
            f"{name} could not be fetched ({error}). Bring {address} by other means and save it as {folder / name}, "
            f"or let the environment variable GYEOP_DATA name a folder that has it or can be written. "
            f"The file's SHA-256 is {sha256}."
        ) from error
