"""Finds the comments and literals of C++ text, so that rules can look away from them."""

import re

_OPENING = re.compile(r"//|/\*|[\"']")
_LINE_COMMENT = re.compile(r"//(?:\\\n|[^\n])*")
_STRING = re.compile(r'"(?:\\.|[^"\\\n])*"?', re.DOTALL)
_CHARACTER = re.compile(r"'(?:\\.|[^'\\\n])+'", re.DOTALL)
_RAW_OPENING = re.compile(r'"([^\s()\\]{0,16})\(')
_RAW_PREFIXES = ("R", "u8R", "uR", "UR", "LR")


def scan(text):
    """Yields ("comment" or "literal", start, end) in order; a literal starts at its quote."""
    position = 0  # where the search goes on
    solid = 0  # the end of the last token: what stands before it is no prefix of the next one
    while opening := _OPENING.search(text, position):
        start = opening.start()
        kind, end = _token(text, start, solid)
        position = end
        if kind:
            solid = end
            yield kind, start, end


def blank(text):
    """Spaces in place of everything but line breaks."""
    return re.sub(r"[^\n]", " ", text)


def _token(text, start, solid):
    """(kind, end) of what opens at `start`; kind None for a quote that opens nothing."""
    if text.startswith("//", start):
        return "comment", _LINE_COMMENT.match(text, start).end()
    if text.startswith("/*", start):
        close = text.find("*/", start + 2)
        return "comment", len(text) if close < 0 else close + 2
    word = _word_before(text, start, solid)
    if text[start] == '"':
        return "literal", _string_end(text, start, word)
    if word[:1].isdigit():  # 1'000'000
        return None, start + 1
    character = _CHARACTER.match(text, start)
    return ("literal", character.end()) if character else (None, start + 1)


def _word_before(text, start, solid):
    """The letters, digits and digit separators that touch `start` from the left."""
    first = start
    while first > solid and (text[first - 1].isalnum() or text[first - 1] in "_'"):
        first -= 1
    return text[first:start]


def _string_end(text, start, prefix):
    raw = _RAW_OPENING.match(text, start) if prefix in _RAW_PREFIXES else None
    if raw is None:
        return _STRING.match(text, start).end()
    closing = f'){raw[1]}"'
    close = text.find(closing, raw.end())
    return len(text) if close < 0 else close + len(closing)
