"""Give every image its size, so that no line moves when it arrives, and let the browser fetch it when it is near.

Of a figure's light and dark twins one is hidden; a lazy image that is hidden is never fetched.
"""

import logging
import posixpath
import re
import struct

log = logging.getLogger("mkdocs.hooks.images")
IMAGE = re.compile(r'<img\b(?![^>]*\bloading=)[^>]*?\bsrc="(?!data:|https?:)([^"#]+)[^"]*"[^>]*?(?=\s*/?>)')
LENGTH = re.compile(r"([\d.]+)(px|pt|)$")
PIXELS = {"": 1.0, "px": 1.0, "pt": 96 / 72}


def on_page_content(html, page, config, files):
    def sized(match):
        file = files.get_file_from_path(posixpath.normpath(posixpath.join(page.url, match[1])))
        size = file and _size(file.content_bytes)
        if not size:
            log.warning(
                "%s: the size of %s cannot be read; a page's images are SVG or PNG", page.file.src_uri, match[1]
            )
            return match[0]
        given = "" if " width=" in match[0] else f' width="{size[0]}" height="{size[1]}"'
        return f'{match[0]}{given} loading="lazy" decoding="async"'

    return IMAGE.sub(sized, html)


def _size(data: bytes) -> tuple[int, int] | None:
    if data.startswith(b"\x89PNG"):
        return struct.unpack(">II", data[16:24])
    return svg_size(data[:4000].decode("utf-8", "ignore"))


def svg_size(svg: str) -> tuple[int, int] | None:
    """Width and height of an SVG in CSS pixels, from its attributes or else its viewBox.

    >>> svg_size('<svg width="72pt" height="36pt" viewBox="0 0 72 36">')
    (96, 48)
    >>> svg_size('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 20">')
    (10, 20)
    """
    root = re.search(r"<svg\b[^>]*>", svg)
    attributes = dict(re.findall(r'\b(width|height|viewBox)="([^"]*)"', root[0])) if root else {}
    lengths = [LENGTH.match(attributes.get(side, "")) for side in ("width", "height")]
    if all(lengths):
        width, height = (float(length[1]) * PIXELS[length[2]] for length in lengths if length)
    elif len(box := attributes.get("viewBox", "").split()) == 4:
        width, height = float(box[2]), float(box[3])
    else:
        return None
    return round(width), round(height)
