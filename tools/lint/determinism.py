"""Rules that keep one seed one run, on every compiler and library."""

import re

from cpp_shape import flatten, full_expression_start

_UNORDERED = re.compile(r"\bunordered_(?:multi)?(?:map|set)\s*<")
_ALIAS_BEFORE = re.compile(r"\busing\s+(\w+)\s*=\s*(?:std\s*::\s*)?$")
_NAME_AFTER = re.compile(r"\s*(?:const\b)?[\s&*]*(\w+)\s*(?=[;={(,):\[])")
_FOR = re.compile(r"\bfor\s*\(")
_VIEW_OF = re.compile(r"\bviews\s*::\s*(?:keys|values|all)\s*\("
                      r"\s*(?:\w+\s*(?:\.|->)\s*)*(\w+)\s*\)")
_BEGIN = re.compile(r"\b(\w+)\s*(?:\.|->)\s*c?begin\s*\(|\bbegin\s*\(\s*(\w+)\s*\)")


def unordered_iteration(source):
    """The order of an unordered container differs between libraries and runs (DESIGN 5); what is
    iterated is observable sooner or later.
    """
    names = _unordered_names(source)
    header = source.sibling(".hpp")
    if header is not None:
        names |= _unordered_names(header)
    if not names:
        return
    instead = "use std::map or a sorted vector, or keep an index in insertion order"
    for position, name in _iterations(source):
        if name in names:
            yield position, f"iterates over `{name}`, an unordered container; {instead}"


def _iterations(source):
    """(position, name) of each container that a range-for or begin() walks over."""
    for match in _FOR.finditer(source.shape):
        head = source.shape[match.end():source.pairs.get(match.end() - 1, match.end())]
        parts = re.split(r"(?<!:):(?!:)", flatten(head), maxsplit=1)
        if len(parts) < 2:
            continue
        walked = re.search(r"(\w+)\s*@?\s*$", parts[1].split("|")[0])
        viewed = _VIEW_OF.search(head)
        for found in (walked, viewed):
            if found:
                yield match.start(), found[1]
    for match in _BEGIN.finditer(source.shape):
        yield match.start(), match[1] or match[2]


def _unordered_names(source):
    """Names declared in this file as unordered containers, or as functions that return one."""
    names, aliases = set(), set()
    if not any(word.startswith("unordered_") for word in source.words):
        return names
    for match in _UNORDERED.finditer(source.shape):
        alias = _ALIAS_BEFORE.search(source.shape[max(0, match.start() - 80):match.start()])
        name = _NAME_AFTER.match(source.shape, _after_angles(source.shape, match.end()))
        if alias:
            aliases.add(alias[1])
        elif name:
            names.add(name[1])
    for alias in aliases:
        for match in re.finditer(rf"\b{alias}\b" + _NAME_AFTER.pattern, source.shape):
            names.add(match[1])
    return names


def _after_angles(shape, position):
    """Position after the > that closes the < before `position`."""
    depth = 1
    while position < len(shape) and depth:
        if shape[position] in "<>" and shape[position - 1] != "-":
            depth += 1 if shape[position] == "<" else -1
        elif shape[position] == ";":
            break
        position += 1
    return position


_DRAW = re.compile(r"\b\w*(?:random|rng)\w*\s*(?:\(\s*\)\s*)?(?:\.|->)\s*"
                   r"(?:below|between|chance|next)\s*\(", re.IGNORECASE)


def one_draw(source):
    """g++ and clang evaluate arguments in opposite orders (DESIGN 5): two draws in one expression
    give each other's numbers on the other compiler.
    """
    if source.words.isdisjoint(("below", "between", "chance", "next")):
        return
    seen = {}
    for match in _DRAW.finditer(source.shape):
        start = full_expression_start(source, match.start())
        seen[start] = seen.get(start, 0) + 1
        if seen[start] == 2:
            yield match.start(), "a second draw in one expression; draw into a named variable first"
