"""C1, C2, C3: ways around coroutine bugs of g++ 12.2 (DESIGN 3, Compiler traps)."""

import re

from cpp_shape import flatten, lambdas, skip_space, word_before

_AWAIT = re.compile(r"\bco_await\b")
_COROUTINE_WORD = re.compile(r"\bco_(?:await|return|yield)\b")

# What may stand between the start of a statement and `co_await`, after flatten().
_LABELS = re.compile(r"(?:(?:case\b(?:[^:]|::)*|\w+)\s*:(?!:)\s*)+")
_CONTROL = re.compile(r"(?:(?:else|do)\b\s*|(?:if|while|for|switch)\s*(?:constexpr\s*)?@\s*)+")
_TYPE = r"(?:[\w:@]+[\s*&]+)"
_ASSIGNMENT = re.compile(rf"(?:{_TYPE}*|\*\s*)\w+(?:\s*\.\s*\w+)*\s*=")
_DECLARATION = re.compile(rf"{_TYPE}+\w+")
_NO_TYPE = re.compile(r"(?:co_return|co_yield|return|throw|case|goto|else|delete|new)\b")

# What may follow it: prefix operators, then names, calls, members, subscripts.
_OPERAND = re.compile(r"[*&!~+\-\s]*[\w:.@$`\s\"]+")
_WORD_OPERATOR = re.compile(r"\b(?:and|or|xor|bitand|bitor|not_eq|and_eq|or_eq|xor_eq)\b")

_INSTEAD = "write `auto v = co_await ...;` on its own line, then use v"


def await_alone(source):
    """C1: `co_await x;`, `T v = co_await x;`, `T v{co_await x};`, `v = co_await x;` and
    `co_return co_await x;` are the forms that g++ 12.2 compiles right everywhere; `if (co_await
    f())` and `c ? co_await f() : x` crash or destroy twice.
    """
    for match in _awaits(source):
        if problem := _misplaced(source, match):
            yield match.start(), f"co_await {problem}; {_INSTEAD}"


def await_arguments(source):
    """C2: arguments of an awaited call are names, moves or types with constructors; g++ 12.2
    destroys temporaries made by braces or lambdas there twice.
    """
    for match in _awaits(source):
        for start, end in _argument_lists(source, match.end()):
            brace = source.shape.find("{", start, end)
            if brace < 0:
                continue
            inside = any(start < each.start < end for each in lambdas(source))
            what = "a lambda" if inside else "braces"
            yield brace, (f"{what} in the arguments of an awaited call; "
                          "name the value on the line before, and pass the name or std::move(name)")


def lambda_coroutine(source):
    """C3: the captures of a lambda coroutine live in the lambda, not in the coroutine frame; they
    dangle as soon as the lambda object is gone.
    """
    if source.words.isdisjoint(("co_await", "co_return", "co_yield")):
        return
    capturing = set()
    found = list(lambdas(source))
    for word in _COROUTINE_WORD.finditer(source.shape):
        around = [each for each in found if each.opens < word.start() < each.closes]
        if around and around[-1].captures:  # the innermost: lambdas come outer ones first
            capturing.add(around[-1])
    for each in capturing:
        yield each.start, (f"a coroutine lambda captures [{' '.join(each.captures.split())}]; "
                           "write a named coroutine, or a lambda with [] that takes parameters")


def _awaits(source):
    """Every co_await expression; not `operator co_await`."""
    if "co_await" not in source.words:
        return
    for match in _AWAIT.finditer(source.shape):
        if word_before(source.shape, match.start()) != "operator":
            yield match


def _misplaced(source, match):
    """Why this co_await is in none of the allowed forms, or None when it is in one."""
    shape = source.shape
    opener = _opener(source, match.start())
    kind = shape[opener] if opener >= 0 else ";"
    if kind in "([":
        return _inside(shape, opener)
    end = _end(source, match.end())
    text = flatten(shape[opener + 1:match.start()])
    if kind == "{" and not text.strip() and _is_declaration(source, opener):
        closed = shape[end:end + 1] == "}" and shape[skip_space(shape, end + 1):][:1] == ";"
    else:
        if problem := _bad_prefix(text):
            return problem
        closed = shape[end:end + 1] == ";"
    operand = flatten(shape[match.end():end])
    if not closed or not _OPERAND.fullmatch(operand) or _WORD_OPERATOR.search(operand):
        return "is part of a larger expression"
    return None


def _bad_prefix(text):
    """What is wrong with the statement up to co_await, or None."""
    text = re.sub(r"^[\s`]+", "", text)  # attributes
    text = _LABELS.sub("", text, count=1) if _LABELS.match(text) else text
    text = _CONTROL.sub("", text, count=1) if _CONTROL.match(text) else text
    text = re.sub(r"^[\s`]+", "", text).strip()
    if text in ("", "co_return"):
        return None
    if re.search(r"\bauto\b[\s&]*`\s*=$", text):
        return "initialises a structured binding"
    if _ASSIGNMENT.fullmatch(text) and not _NO_TYPE.match(text):
        return None
    return "is part of a larger expression"


def _inside(shape, opener):
    keyword = word_before(shape, opener)
    if shape[opener] == "(" and keyword in ("if", "while", "for", "switch", "constexpr"):
        return f"is in the head of `{'if' if keyword == 'constexpr' else keyword}`"
    return "is an argument or an operand"


def _opener(source, position):
    """Position of the ; } or unclosed bracket before `position` that starts its statement."""
    shape, pairs = source.shape, source.pairs
    while position > 0:
        position -= 1
        letter = shape[position]
        if letter in ";}([{":
            return position
        if letter in ")]":
            position = pairs.get(position, position)
    return -1


def _is_declaration(source, brace):
    """Whether `T v` stands before this brace: `T v{co_await x};`."""
    text = flatten(source.shape[_opener(source, brace) + 1:brace]).strip()
    text = _CONTROL.sub("", text, count=1) if _CONTROL.match(text) else text
    return bool(_DECLARATION.fullmatch(text)) and not _NO_TYPE.match(text)


def _end(source, position):
    """Position of the ; or unopened bracket that ends the expression starting at `position`."""
    shape, pairs = source.shape, source.pairs
    while position < len(shape) and shape[position] not in ";)]}":
        if shape[position] in "([{":
            position = pairs.get(position, position)
        position += 1
    return position


def _argument_lists(source, position):
    """(start, end) of each parenthesised list of the awaited expression, not inside another."""
    end = _end(source, position)
    while position < end:
        letter = source.shape[position]
        close = source.pairs.get(position, position) if letter in "([{" else position
        if letter == "(":
            yield position, close
        position = close + 1
