"""How long a file, a function and a line may be."""

from cpp_shape import functions

FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 70
LINE_COLUMNS_MAX = 100

SIZED_FOLDERS = ("src", "sim", "tests", "tools")
SIZED_SUFFIXES = (".cpp", ".hpp", ".h", ".py", ".sh")


def sizes(source):
    """Weir is small enough to be read whole (DESIGN 9): a file, a function or a line that does
    not fit on a screen or a page is split.
    """
    sized = source.suffix in SIZED_SUFFIXES or source.is_script
    if sized and source.under(*SIZED_FOLDERS) and len(source.lines) > FILE_LINES_MAX:
        yield 0, f"{len(source.lines)} lines, at most {FILE_LINES_MAX}; split it by concept"
    if source.is_cpp or source.is_python:
        yield from _long_lines(source)
    if source.is_cpp:
        yield from _long_functions(source)


def _long_lines(source):
    offset = 0
    for line in source.lines:
        if len(line) > LINE_COLUMNS_MAX:
            yield offset, f"{len(line)} columns, at most {LINE_COLUMNS_MAX}; break the line"
        offset += len(line) + 1


def _long_functions(source):
    for function in functions(source):
        lines = source.line_of(function.closes) - source.line_of(function.opens) + 1
        if lines > FUNCTION_LINES_MAX:
            yield function.head, (f"{function.name} has {lines} lines, at most "
                                  f"{FUNCTION_LINES_MAX}; give its parts names")
