"""`// lint: allow(rule) reason`: on a line it covers that line; alone on a line, the next code."""

import io
import re
import tokenize

_MARK = re.compile(r"(?://|/\*|#|<!--)\s*lint:\s*(.*?)\s*(?:\*/|-->)?$", re.DOTALL)
_ALLOW = re.compile(r"allow\(([^)]*)\)(.*)", re.DOTALL)
_HASH_COMMENT = re.compile(r"(?:^|(?<=\s))#.*", re.MULTILINE)
_HTML_COMMENT = re.compile(r"^[ \t]*<!--.*?-->", re.MULTILINE | re.DOTALL)


def read_suppressions(source, names):
    """({(rule, line)} that are allowed, [(line, complaint)] about suppressions themselves)."""
    allowed, complaints = set(), []
    if "lint:" not in source.text:
        return allowed, complaints
    for offset, comment in _comments(source):
        mark = _MARK.fullmatch(comment.strip())
        if not mark:
            continue
        line = source.line_of(offset)
        rules, complaint = _parse(mark[1], names)
        if complaint:
            complaints.append((line, complaint))
        else:
            allowed.update((rule, each) for rule in rules for each in _covered(source, offset))
    return allowed, complaints


def suppression(source):
    """A suppression names a rule and says why the rule does not hold here; the reason is for the
    next reader. Form: `// lint: allow(rule) reason`, on the line or alone on the line before.
    """
    return ()  # found while the suppressions of a file are read


def _parse(mark, names):
    """(rules, complaint): the rules that a mark allows, or what is wrong with it."""
    form = "write `lint: allow(rule) reason`"
    allow = _ALLOW.fullmatch(mark)
    if not allow:
        return (), f"cannot read `lint: {mark}`; {form}"
    rules = [rule.strip() for rule in allow[1].split(",")]
    for rule in rules:
        if rule not in names:
            return (), f"there is no rule `{rule}`; see tools/lint/lint --list"
    if not re.search(r"\w", allow[2]):
        return (), f"allows {allow[1]} without a reason; {form}"
    return rules, None


def _covered(source, offset):
    """The lines that a suppression at `offset` covers."""
    line = source.line_of(offset)
    if _is_code(source, line):
        return [line]
    last = line + 1
    while last <= len(source.lines) and not _is_code(source, last):
        last += 1
    opening = not any(_is_code(source, each) for each in range(1, line))
    return range(1 if opening else line, last + 1)  # in the opening comment: also the whole file


def _is_code(source, line):
    if source.is_cpp:
        start = source.line_start(line)
        end = source.text.find("\n", start)
        code = source.code[start:end if end >= 0 else None].strip()
        return code not in ("", "#pragma once")
    text = source.lines[line - 1].strip()
    return bool(text) and not text.startswith(("#", "<!--"))


def _comments(source):
    """(offset, text) of the comments of a file, as far as its kind of file is known."""
    if source.is_cpp:
        return [(start, source.text[start:end]) for start, end in source.comments]
    if source.is_python:
        return _python_comments(source)
    pattern = _HTML_COMMENT if source.suffix in (".md", ".html") else _HASH_COMMENT
    return [(match.end() - len(match[0].lstrip()), match[0].lstrip())
            for match in pattern.finditer(source.text)]


def _python_comments(source):
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source.text).readline))
    except (tokenize.TokenError, SyntaxError):
        return []
    return [(source.line_start(token.start[0]) + token.start[1], token.string)
            for token in tokens if token.type == tokenize.COMMENT]
