"""Rules about what a file or folder must say, or must not."""

import re

_UNFINISHED = re.compile(r"\b(?:FIXME|XXX|HACK|TODO)\b|\b(?i:not yet implemented)\b")


def unfinished(source):
    """A mark in the text is work that nobody tracks: do it, or open an issue."""
    for match in _UNFINISHED.finditer(source.text):
        yield match.start(), f"`{match[0]}` marks unfinished work; finish it, or open an issue"


OPENING_LINES_MIN = 3


def header_opening(source):
    """A header opens with what it is, how it is used, its invariants (DESIGN 9): the reader
    decides there whether to read on.
    """
    pragma, longest = _opening(source)
    if not pragma:
        yield 0, "does not begin with #pragma once; put it above or below the opening comment"
    if longest < OPENING_LINES_MIN:
        yield 0, (f"opens with {longest} comment line(s), at least {OPENING_LINES_MIN}; "
                  "say what it is, one usage, its invariants, what it does not do")


def _opening(source):
    """Before the first other code: is #pragma once there, and how long is the longest comment."""
    pragma, longest, block = False, 0, 0
    for line, code in zip(source.lines, source.uncommented.split("\n")):
        bare = code.strip()
        if re.fullmatch(r"#\s*pragma\s+once", bare):
            pragma = True
        elif bare:
            break
        block = block + 1 if line.strip() and not bare else 0
        longest = max(longest, block)
    return pragma, longest


README_LINES = range(5, 26)


def readme(tree, paths):
    """Every folder says in 5-25 lines what lives here, what may not, where to start (DESIGN 2)."""
    instead = "write 5-25 lines: what lives here, what may not, where to start"
    folders = {"/".join(path.split("/")[:2]) for path in paths
               if re.match(r"(?:src|sim)/[^/]+/", path)}
    for folder in sorted(folders):
        path = f"{folder}/README.md"
        if not any(p.startswith(folder + "/") and p.endswith((".cpp", ".hpp", ".h"))
                   for p in tree.paths):
            continue
        text = tree.source(path) if path in tree.paths else None
        if text is None:
            yield path, 1, f"missing; {instead}"
        elif len(text.lines) not in README_LINES:
            yield path, 1, f"{len(text.lines)} lines; {instead}"


_ALWAYS_TRUE = re.compile(r"\b(?:REQUIRE|CHECK)(?:\s*\(\s*true|_FALSE\s*\(\s*false)\s*\)")
_TEST_CASE = re.compile(r"\b\w*(?:TEST_CASE|SCENARIO)\w*\s*\(")
_SKIPPING_TAG = re.compile(r"\[(?:\.[^\]\s]*|!hide|!mayfail|!shouldfail)\]")


def tests_can_fail(source):
    """A test that cannot fail, or that the default run leaves out, proves nothing."""
    for match in _ALWAYS_TRUE.finditer(source.code):
        yield match.start(), "always passes; assert something the code computes"
    for match in _TEST_CASE.finditer(source.shape):
        end = source.pairs.get(match.end() - 1, match.end())
        for tag in _SKIPPING_TAG.finditer(source.uncommented, match.end(), end):
            yield tag.start(), f"{tag[0]} hides or excuses the test; fix it, or remove it"


_NAMESPACE = re.compile(r"\bnamespace\s+([\w:]+)\s*\{")
_INNER = ("detail", "internal", "literals")


def namespaces(source):
    """One namespace per folder under weir (DESIGN 9): a header that opens two belongs to two
    folders, and `using namespace` in a header spreads to all that include it.
    """
    if "namespace" not in source.words:
        return
    for match in re.finditer(r"\busing\s+namespace\b", source.code):
        yield match.start(), "`using namespace` in a header; write the qualified name"
    first = None
    for position, name in _opened_namespaces(source):
        if first is None:
            first = name
        elif name[:len(first)] != first[:len(name)]:
            yield position, (f"opens weir::{'::'.join(name)} beside weir::{'::'.join(first)}; "
                             "one header, one namespace (forward declarations excepted)")


def _opened_namespaces(source):
    """(position, the part below weir that names the folder) of each namespace with definitions."""
    around = []  # (end, parts) of the namespaces around the current one
    for match in _NAMESPACE.finditer(source.shape):
        opens = match.end() - 1
        closes = source.pairs.get(opens, len(source.shape))
        around = [outer for outer in around if outer[0] > opens]
        parts = (around[-1][1] if around else []) + match[1].split("::")
        around.append((closes, parts))
        below = [part for part in parts[1:] if part not in _INNER]
        below = below[:2 if below[:1] == ["sim"] else 1]
        defines = re.search(r"[{(=]", source.shape[opens + 1:closes])
        if parts[0] == "weir" and below and defines:
            yield match.start(), below


def file_glob(source):
    """Source lists are explicit (DESIGN 2): a glob builds what happens to lie around, and a
    forgotten file is noticed by nobody.
    """
    text = re.sub(r"#[^\n]*", lambda match: " " * len(match[0]), source.text)
    for match in re.finditer(r"\bfile\s*\(\s*GLOB", text, re.IGNORECASE):
        yield match.start(), "file(GLOB ...) collects sources; list them by name"
