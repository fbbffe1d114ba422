"""Cut KaTeX's large fonts in two, so that a page of math fetches only the glyphs that formulas usually need.

    pip install fonttools brotli && python -m press.split_fonts FOLDER

Run by hand when KaTeX is updated; FOLDER is dist/ of the npm package. Each font that a page may need is written
without hinting; those in SPLIT become two files, the usual glyphs and the rest. A browser reads `unicode-range`
and fetches a file only if the page has one of its glyphs. katex.css is KaTeX's own, with these faces in place of its.
"""

import io
import re
import sys
from pathlib import Path

from press import DOCS

TARGET = DOCS / "assets/katex"
# ASCII, some Greek, the operators and arrows of a book on neural networks. A space of no width too: KaTeX writes one in
# every subscript.
USUAL = (
    set(range(0x20, 0x7F))
    | {0xA0, 0x200B}
    | {ord(c) for c in "ΔΘΣΦ±·×′‖…−∓∗∘∙√∝∞∠∣∥∧∨∩∪∼≈≠≡≤≥≪≫⊂∈∉∋∂∇∀∃∏∑∫⊕⊗⊙⊤⊥⋅⋯⌈⌉⌊⌋⟨⟩←↑→↓↔↦⇐⇒⇔⟵⟶⟸⟹⟺ℓℝℤℕ𝔼ˉˆ˜˙⃗"}
)
LETTERS = {ord(c) for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyzαβγδεζηθκλμνπρστφψωϵϕ"}
SPLIT = {
    **dict.fromkeys(("KaTeX_Main-Regular", "KaTeX_Main-Bold", "KaTeX_AMS-Regular"), USUAL),
    **dict.fromkeys(("KaTeX_Size1-Regular", "KaTeX_Size2-Regular"), USUAL),
    **dict.fromkeys(("KaTeX_Math-Italic", "KaTeX_Math-BoldItalic"), LETTERS),
    "KaTeX_SansSerif-Regular": {ord("T")},  # of a transpose
}
FACE = re.compile(r"@font-face\{[^}]*?url\(fonts/(KaTeX_[\w-]+)\.woff2\)[^}]*\}")


def cut(source: Path, code_points: set[int]) -> bytes:
    """The font with these code points alone, as WOFF2 without hinting."""
    from fontTools import subset

    options = subset.Options(flavor="woff2", hinting=False, layout_features=["*"], name_IDs=[0, 1, 2, 13, 14])
    font = subset.load_font(source, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=code_points)
    subsetter.subset(font)
    out = io.BytesIO()
    subset.save_font(font, out, options)
    return out.getvalue()


def ranges(code_points: set[int]) -> str:
    """Code points as a CSS unicode-range: {65, 66, 68} is "U+41-42,U+44"."""
    spans: list[list[int]] = []
    for point in sorted(code_points):
        if spans and point == spans[-1][1] + 1:
            spans[-1][1] = point
        else:
            spans.append([point, point])
    return ",".join(f"U+{first:X}" if first == last else f"U+{first:X}-{last:X}" for first, last in spans)


def main(dist: Path) -> None:
    from fontTools.ttLib import TTFont

    fonts = TARGET / "fonts"
    for old in fonts.glob("*.woff2"):
        old.unlink()

    def faces(match: re.Match) -> str:
        name = match[1]
        source = dist / f"fonts/{name}.woff2"
        points = set(TTFont(source).getBestCmap())
        usual = SPLIT.get(name, points)
        parts = {name: points & usual, f"{name}-rest": points - usual} if points - usual else {name: points}
        rules = []
        for file, part in parts.items():
            (fonts / f"{file}.woff2").write_bytes(cut(source, part))
            face = re.sub(r"src:[^;}]*", f'src:url(fonts/{file}.woff2) format("woff2")', match[0])
            rules.append(face if len(parts) == 1 else face.replace("}", f";unicode-range:{ranges(part)}}}"))
        return "".join(rules)

    css = (dist / "katex.min.css").read_text(encoding="utf-8")
    (TARGET / "katex.css").write_text(FACE.sub(faces, css), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
