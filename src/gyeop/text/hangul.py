"""Hangul syllables taken apart into letters, and put together again.

A syllable's number is (initial * 21 + medial) * 28 + final, counted from 가: The Unicode Standard, section 3.12.
"""

import re

from ._checks import text_of

FIRST_SYLLABLE, FIRST_INITIAL, FIRST_MEDIAL, BEFORE_FINALS = 0xAC00, 0x1100, 0x1161, 0x11A7  # 가, ᄀ, ᅡ, no final
MEDIALS, FINALS = 21, 28  # beside 19 initials; no final is one of the 28


def to_jamo(text):
    """Every Hangul syllable as its initial, medial and, if there is one, final letter; the rest stays as it is.

    A syllable's number is (initial * 21 + medial) * 28 + final, counted from 가. The letters are the conjoining ones
    (U+1100 and on), in which ᄀ as an initial and ᆨ as a final are two: so the way back is exact. It is what
    `unicodedata.normalize("NFD", text)` does to Hangul.

    >>> list(to_jamo("곰 셋"))
    ['ᄀ', 'ᅩ', 'ᆷ', ' ', 'ᄉ', 'ᅦ', 'ᆺ']
    """

    def letters(syllable):
        rest, final = divmod(ord(syllable[0]) - FIRST_SYLLABLE, FINALS)
        initial, medial = divmod(rest, MEDIALS)
        return chr(FIRST_INITIAL + initial) + chr(FIRST_MEDIAL + medial) + (chr(BEFORE_FINALS + final) if final else "")

    return re.sub("[가-힣]", letters, text_of(text, "to_jamo"))


def from_jamo(text):
    """Initial, medial and final letters put together again; a letter without its partners stays as it is.

    >>> from_jamo(to_jamo("곰 세 마리")), from_jamo("ᄀᄀ")
    ('곰 세 마리', 'ᄀᄀ')
    """

    def syllable(letters):
        initial, medial = ord(letters[1]) - FIRST_INITIAL, ord(letters[2]) - FIRST_MEDIAL
        final = ord(letters[3]) - BEFORE_FINALS if letters[3] else 0
        return chr(FIRST_SYLLABLE + (initial * MEDIALS + medial) * FINALS + final)

    return re.sub("([\u1100-\u1112])([\u1161-\u1175])([\u11a8-\u11c2])?", syllable, text_of(text, "from_jamo"))
