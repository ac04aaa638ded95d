"""One text file, with the views of it that rules match against."""

import re
from bisect import bisect_right
from functools import cached_property
from pathlib import PurePosixPath

from cpp_lexer import blank, scan
from cpp_shape import DIRECTIVE, bracket_pairs

CPP_SUFFIXES = (".cpp", ".hpp", ".h", ".cc", ".hh", ".cxx", ".ipp")
HEADER_SUFFIXES = (".hpp", ".h", ".hh")


class Source:
    """A file's path and text. All views have the length and the line breaks of `text`:

    `code`         C++ without comments, and with literals emptied
    `uncommented`  C++ without comments, literals kept
    `shape`        `code` without preprocessor lines, what statements and functions are read from
    """

    def __init__(self, path, text, tree=None):
        self.path = path
        self.text = text
        self.tree = tree
        self.suffix = PurePosixPath(path).suffix
        self.is_cpp = self.suffix in CPP_SUFFIXES
        self.is_header = self.suffix in HEADER_SUFFIXES
        self.is_cmake = self.suffix == ".cmake" or PurePosixPath(path).name == "CMakeLists.txt"
        self.is_script = text.startswith("#!")
        self.is_python = self.suffix == ".py" or (
            self.is_script and "python" in text.partition("\n")[0])

    def under(self, *folders):
        """Whether the file lies in one of these folders, such as "src/io" or "tests"."""
        return any(self.path.startswith(folder + "/") for folder in folders)

    def sibling(self, suffix):
        """The source beside this one that differs only in its suffix, or None."""
        path = str(PurePosixPath(self.path).with_suffix(suffix))
        if self.tree is None or path == self.path or not (self.tree.root / path).is_file():
            return None
        return self.tree.source(path)

    def line_of(self, offset):
        return bisect_right(self._line_starts, offset)

    def line_start(self, line):
        return self._line_starts[line - 1]

    @cached_property
    def lines(self):
        return self.text.removesuffix("\n").split("\n") if self.text else []

    @cached_property
    def comments(self):
        """(start, end) of each C++ comment."""
        return [(start, end) for kind, start, end in self._tokens if kind == "comment"]

    @cached_property
    def code(self):
        return self._without("comment", "literal")

    @cached_property
    def words(self):
        """The identifiers and keywords in `code`; a quick way to see that a rule has no work."""
        return frozenset(re.findall(r"\w+", self.code))

    @cached_property
    def uncommented(self):
        return self._without("comment")

    @cached_property
    def shape(self):
        return DIRECTIVE.sub(lambda match: blank(match[0]), self.code)

    @cached_property
    def pairs(self):
        """Position of each bracket of `shape` -> position of its partner."""
        return bracket_pairs(self.code, self.shape)

    @cached_property
    def _tokens(self):
        return list(scan(self.text))

    @cached_property
    def _line_starts(self):
        return [0] + [match.end() for match in re.finditer("\n", self.text)]

    def _without(self, *kinds):
        pieces, done = [], 0
        for kind, start, end in self._tokens:
            if kind not in kinds:
                continue
            pieces.append(self.text[done:start])
            token = self.text[start:end]
            if kind == "comment" or end - start < 2:
                pieces.append(blank(token))
            else:  # keep the quotes, so that a literal is still an operand
                pieces.append(token[0] + blank(token[1:-1]) + token[-1])
            done = end
        pieces.append(self.text[done:])
        return "".join(pieces)
