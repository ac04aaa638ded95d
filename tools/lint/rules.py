"""The table of rules. A rule is a function whose docstring is its reason.

A file rule takes a Source and yields (offset, message); a whole-tree rule takes the Tree and the
paths under check and yields (path, line, message).
"""

from typing import Callable, NamedTuple

import conventions
import coroutines
import determinism
import layers
import portable
import sizes
import suppressions


class Rule(NamedTuple):
    name: str
    where: str  # for people; `applies` decides
    applies: Callable
    check: Callable
    whole_tree: bool = False


def cpp(*folders, but=()):
    """C++ files in these folders (everywhere when none is named), but not in those of `but`."""
    return lambda source: (source.is_cpp and (not folders or source.under(*folders))
                           and not source.under(*but))


def header(*folders):
    return lambda source: source.is_header and (not folders or source.under(*folders))


PORTABLE = cpp("src", "sim", but=layers.NOT_PORTABLE)
EVENT_TIMES = ("src/task", "src/lb", "sim/world", "sim/fault")
UNSHARED = ("src/task", "src/io", "src/lb", "src/http")


RULES = (
    Rule("layers", "src, sim", cpp("src", "sim"), layers.layers),
    Rule("libraries", "C++", cpp(), layers.libraries),
    Rule("ambient", "portable folders", PORTABLE, portable.ambient),
    Rule("no-exceptions", "portable folders", PORTABLE, portable.no_exceptions),
    Rule("simulated", "src", cpp("src"), portable.simulated),
    Rule("C1", "C++", cpp(), coroutines.await_alone),
    Rule("C2", "C++", cpp(), coroutines.await_arguments),
    Rule("C3", "C++", cpp(), coroutines.lambda_coroutine),
    Rule("floats", ", ".join(EVENT_TIMES), cpp(*EVENT_TIMES), portable.floats),
    Rule("unordered-iteration", "portable folders", PORTABLE, determinism.unordered_iteration),
    Rule("one-draw", "C++", cpp(), determinism.one_draw),
    Rule("shared-ptr", ", ".join(UNSHARED), cpp(*UNSHARED), portable.shared_pointers),
    Rule("sizes", "files of src, sim, tests, tools; functions and lines everywhere",
         lambda source: True, sizes.sizes),
    Rule("unfinished", "all text but tools/lint",
         lambda source: not source.under("tools/lint"), conventions.unfinished),
    Rule("header-opening", "headers of src, sim",
         lambda source: source.suffix == ".hpp" and source.under("src", "sim"),
         conventions.header_opening),
    Rule("readme", "folders of src, sim", None, conventions.readme, whole_tree=True),
    Rule("tests-can-fail", "tests", cpp("tests"), conventions.tests_can_fail),
    Rule("namespaces", "headers", header(), conventions.namespaces),
    Rule("file-glob", "CMake", lambda source: source.is_cmake, conventions.file_glob),
    Rule("suppression", "everywhere", lambda source: True, suppressions.suppression),
)

FILE_RULES = tuple(rule for rule in RULES if not rule.whole_tree)
NAMES = frozenset(rule.name for rule in RULES if rule.name != "suppression")
