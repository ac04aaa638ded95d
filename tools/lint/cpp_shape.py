"""The shape of C++ text: brackets, functions, lambdas, expressions. Heuristics, not a parser.

Everything here reads the `shape` view of a Source: no comments, literals or directives.
"""

import re
from typing import NamedTuple

DIRECTIVE = re.compile(r"^[ \t]*#(?:\\\n|[^\n])*", re.MULTILINE)
_CONDITIONAL = re.compile(r"^[ \t]*#[ \t]*(if|el|endif)", re.MULTILINE)
_BRACKET = re.compile(r"[()\[\]{}]")
_OPENER = {")": "(", "]": "[", "}": "{"}


def bracket_pairs(code, shape):
    """Position of each bracket -> position of its partner.

    At #else the count returns to what it was at #if: both branches open the same braces.
    """
    events = [(m.start(), m[1]) for m in _CONDITIONAL.finditer(code)]
    events += [(m.start(), m[0]) for m in _BRACKET.finditer(shape)]
    pairs, open_ones, saved = {}, [], []
    for position, what in sorted(events):
        if what == "if":
            saved.append(list(open_ones))
        elif what == "el":
            open_ones = list(saved[-1]) if saved else open_ones
        elif what == "endif":
            if saved:
                saved.pop()
        elif what in "([{":
            open_ones.append((position, what))
        else:
            _close(pairs, open_ones, position, _OPENER[what])
    return pairs


def _close(pairs, open_ones, position, wanted):
    """Pairs a closing bracket; unclosed brackets inside the pair are given up."""
    if not any(kind == wanted for _, kind in open_ones):
        return
    while True:
        start, kind = open_ones.pop()
        if kind == wanted:
            pairs[start], pairs[position] = position, start
            return


_GROUP = re.compile(r"\([^()\[\]{}]*\)|\[[^()\[\]{}]*\]|\{[^()\[\]{}]*\}")
_ANGLES = re.compile(r"<[^<>]*>")
_MARK = {"(": "@", "[": "`", "{": "$"}


def flatten(text):
    """`f(a, b)->g<int>{x}[0]` becomes `f@.g$``: each bracket group one mark, no angle brackets."""
    text = _until_stable(_GROUP, lambda match: _MARK[match[0][0]], text.replace("->", "."))
    return _until_stable(_ANGLES, "", text)


def _until_stable(pattern, replacement, text):
    count = 1
    while count:
        text, count = pattern.subn(replacement, text)
    return text


def skip_space(shape, position):
    while position < len(shape) and shape[position].isspace():
        position += 1
    return position


def before(shape, position):
    """Position of the last character before `position` that is not a space, or -1."""
    position -= 1
    while position >= 0 and shape[position].isspace():
        position -= 1
    return position


def word_before(shape, position):
    """The identifier or keyword that ends just before `position`, spaces aside."""
    end = before(shape, position) + 1
    start = end
    while start > 0 and (shape[start - 1].isalnum() or shape[start - 1] == "_"):
        start -= 1
    return shape[start:end]


# ---- functions ----------------------------------------------------------------------------------

class Function(NamedTuple):
    name: str
    head: int  # where its declaration starts
    opens: int  # its braces
    closes: int


_HEAD_TOKEN = re.compile(r"[;{}()\[\]]")
_ACCESS_LABEL = re.compile(r"\b(?:public|private|protected)\s*:(?!:)")
_OPERATOR = re.compile(r"\boperator\s*[<>=!+\-*/&|^%~,]+")
_REQUIREMENTS = re.compile(r"\brequires\s+requires\s*@?$|^[^@]*\brequires\s*@?$")
_LAMBDA_END = re.compile(r"`\s*@?[\w\s.:@*&]*$")
_NAMED_GROUP = re.compile(r"([\w:~]+)\s*@")
_NOT_NAMES = ("alignas", "decltype", "explicit", "noexcept", "requires", "__attribute__")


def functions(source):
    """Yields each outermost Function: a lambda or local class inside one is part of it."""
    yield from _functions(source.shape, source.pairs, 0, len(source.shape))


def _functions(shape, pairs, start, end):
    head = start  # where the declaration under way starts
    while token := _HEAD_TOKEN.search(shape, start, end):
        position, kind = token.start(), token[0]
        close = pairs.get(position, position)
        start = max(close, position) + 1
        if kind in "([":
            continue
        if kind == "{" and close > position:
            what = _classify(_ACCESS_LABEL.sub("", shape[head:position]))
            if what == "value":
                continue
            if what == "scope":
                yield from _functions(shape, pairs, position + 1, close)
            else:
                yield _function(shape, head, position, close)
        head = start


def _classify(head):
    """What the brace after `head` opens: a "scope", a "function", or a "value" (an initialiser)."""
    flat = flatten(_OPERATOR.sub("operator", head)).rstrip()
    if re.search(r'\b(?:namespace|class|struct|union|enum)\b|\bextern\s*"', flat):
        return "scope"
    if _REQUIREMENTS.search(flat):
        return "value"
    if "=" in flat:
        return "function" if _LAMBDA_END.search(flat) else "value"
    if "@" not in flat:
        return "value"
    initialisers = re.search(r"(?<!:):(?!:)", flat[flat.index("@"):])
    if initialisers and re.search(r"\w$", flat):  # Type(int n) : member_{n}
        return "value"
    return "function"


def _function(shape, head, position, close):
    while label := re.compile(r"\s*" + _ACCESS_LABEL.pattern).match(shape, head, position):
        head = label.end()
    flat = flatten(_OPERATOR.sub("operator", shape[head:position]))
    names = [name for name in _NAMED_GROUP.findall(flat) if name not in _NOT_NAMES]
    return Function(names[0] if names else "lambda", skip_space(shape, head), position, close)


# ---- lambdas ------------------------------------------------------------------------------------

class Lambda(NamedTuple):
    start: int
    captures: str
    opens: int  # the braces of its body
    closes: int


_BEFORE_LAMBDA = ("return", "co_return", "co_await", "co_yield", "else", "do", "case")
_BINDING = re.compile(r"\bauto\s*(?:const\s*)?&{0,2}\s*$")


def lambdas(source):
    """Yields every Lambda, outer ones before those inside them."""
    shape, pairs = source.shape, source.pairs
    for match in re.finditer(r"\[", shape):
        start = match.start()
        close = pairs.get(start)
        if close is None or not _may_start_lambda(shape, start):
            continue
        opens = _lambda_body(shape, pairs, close + 1)
        if opens is not None and opens in pairs:
            yield Lambda(start, shape[start + 1:close].strip(), opens, pairs[opens])


def _may_start_lambda(shape, start):
    """False for subscripts, array types, attributes and structured bindings."""
    if shape.startswith("[[", start) or _BINDING.search(shape[max(0, start - 40):start]):
        return False
    last = before(shape, start)
    if last < 0:
        return True
    if shape[last].isalnum() or shape[last] == "_":
        return word_before(shape, start) in _BEFORE_LAMBDA
    return shape[last] not in ")[\"" and not (shape[last] == "]" and shape[last - 1] != "]")


def _lambda_body(shape, pairs, position):
    """Position of the brace that opens the body of the lambda whose captures end here, or None."""
    angles = 0
    while position < len(shape):
        letter = shape[position]
        if letter == "{":
            return position
        if letter in "([":
            position = pairs.get(position, position)
        elif shape.startswith("->", position):
            position += 1
        elif letter in "<>":
            angles += 1 if letter == "<" else -1
        elif letter in ";)]}" or (letter in ",=" and angles <= 0):
            return None
        position += 1
    return None


# ---- expressions --------------------------------------------------------------------------------

_CONTROL = ("if", "while", "for", "switch", "constexpr")


def full_expression_start(source, position):
    """Where the full expression around `position` starts (roughly: its statement)."""
    shape, pairs = source.shape, source.pairs
    while position > 0:
        position -= 1
        letter = shape[position]
        if letter == ";":
            return position + 1
        if letter in "([{" and _starts_statement(shape, pairs, position):
            return position + 1
        if letter in ")]}" and position in pairs:
            if _starts_statement(shape, pairs, pairs[position]):
                return position + 1
            position = pairs[position]
    return 0


def _starts_statement(shape, pairs, opener):
    """Whether this bracket opens a control header or a block, not a part of an expression."""
    if shape[opener] == "(":
        return word_before(shape, opener) in _CONTROL
    if shape[opener] == "{":
        body = shape[opener:pairs.get(opener, len(shape))]
        last = before(shape, opener)
        return ";" in body or (last >= 0 and shape[last] == ")")
    return False
