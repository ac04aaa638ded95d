"""Rules for code that must behave the same in both worlds: no clock, chance, thread or throw."""

import re
from fnmatch import fnmatch
from typing import NamedTuple

from layers import INCLUDE

# How a name is used; {} stands for the name. A call is f(, ::f( or std::f(, not x.f( or other::f(.
_CALL = r"(?:\bstd\s*::\s*|(?<![\w>:])::\s*|(?<![\w.>:])){}\s*\("
_STD = r"\bstd\s*::\s*(?:ranges\s*::\s*)?{}\b"
_WORD = r"\b{}\b"


class Ambient(NamedTuple):
    names: frozenset
    pattern: re.Pattern
    instead: str
    allowed_in: str = ""  # a path pattern


def _ambient(form, names, instead, allowed_in=""):
    names = names.split()
    pattern = re.compile(form.format(f"(?:{'|'.join(names)})"))
    return Ambient(frozenset(names), pattern, instead, allowed_in)


_ASK_TIME = "take `now` as an argument, or ask Timers or WallClock of the World"
_NO_THREADS = "wait with Timers, run with TaskGroup; threads belong to src/app"
_DRAW = "draw from the Random of the World with integer ratios"
_OUTPUT = "use the Log of the World, or return a string"

AMBIENT = (
    _ambient(r"\b{}\s*::\s*now\b", "steady_clock system_clock high_resolution_clock utc_clock "
             "file_clock", _ASK_TIME),
    _ambient(_CALL + r"\s*(?:nullptr|NULL)\s*\)", "time", _ASK_TIME),
    _ambient(_CALL, "gettimeofday clock_gettime", _ASK_TIME),
    _ambient(_STD, "thread jthread async", _NO_THREADS),
    _ambient(_WORD, "this_thread sleep_for", _NO_THREADS),
    _ambient(_CALL, "rand srand", _DRAW),
    _ambient(_WORD, "random_device mt19937 mt19937_64", _DRAW),
    _ambient(_STD, "shuffle random_shuffle sample", _DRAW),
    _ambient(_STD, " ".join(name + "_distribution" for name in (
        "uniform_int uniform_real bernoulli binomial negative_binomial geometric poisson "
        "exponential gamma weibull extreme_value normal lognormal chi_squared cauchy fisher_f "
        "student_t discrete piecewise_constant piecewise_linear").split()), _DRAW),
    _ambient(_STD, "hash", "its values differ between libraries: use a hash of src/base"),
    _ambient(_CALL, "getenv secure_getenv", "read the environment in src/app and pass it on"),
    _ambient(_STD, "cout cerr clog print println", _OUTPUT, "src/base/assert*"),
    _ambient(r"\bfmt\s*::\s*{}\s*\(", "print println", _OUTPUT, "src/base/assert*"),
    _ambient(_CALL, "printf fprintf vprintf vfprintf puts fputs putchar perror", _OUTPUT,
             "src/base/assert*"),
)

_OS_HEADER = re.compile(
    r"(?:sys|netinet|arpa|net|linux)/.+|"
    r"(?:unistd|netdb|poll|fcntl|signal|pthread|ifaddrs|termios|dlfcn)\.h|csignal")


def ambient(source):
    """One code, two worlds (DESIGN 1): time, chance, threads, environment and output come from
    the World, so that a seed replays the same run in the simulator.
    """
    for entry in AMBIENT:
        if source.words.isdisjoint(entry.names) or fnmatch(source.path, entry.allowed_in):
            continue
        for match in entry.pattern.finditer(source.code):
            what = re.sub(r"\s+", "", match[0]).removesuffix("(")
            yield match.start(), f"{what} reaches outside the World; {entry.instead}"
    for include in INCLUDE.finditer(source.uncommented):
        if _OS_HEADER.fullmatch(include[2]):
            yield include.start(), (f"<{include[2]}> is the operating system; use the interfaces "
                                    "of src/io, or move the code to src/real or src/app")


_EXCEPTION = re.compile(r"\bthrow\b|\btry\s*[{:]|\bcatch\s*\(")


def no_exceptions(source):
    """Errors are values on the data path (DESIGN 3, Errors); the portable folders also compile
    with -fno-exceptions, for WebAssembly.
    """
    if source.words.isdisjoint(("throw", "try", "catch")):
        return
    for match in _EXCEPTION.finditer(source.code):
        word = re.match(r"\w+", match[0])[0]
        yield match.start(), f"`{word}` in a portable folder; return Result<T> with an Error"


_SIMULATED_NAME = re.compile(r"\b\w*(?:is_simulated|[iI]sSimulated|IS_SIMULATED|SIMULATION)\w*")
_CONDITION = re.compile(r"\b(?:if|while|switch)\s*(?:constexpr\s*)?\(")


def simulated(source):
    """Production code does not know which world it runs in (DESIGN 1); one `if (simulated)` and
    the simulator tests another program than the one that is deployed.
    """
    if "simulat" not in source.code.lower():
        return
    instead = "give the two worlds two implementations of an interface in src/io"
    for match in _SIMULATED_NAME.finditer(source.code):
        yield match.start(), f"`{match[0]}` asks which world this is; {instead}"
    for match in _CONDITION.finditer(source.shape):
        condition = source.shape[match.end():source.pairs.get(match.end() - 1, match.end())]
        if re.search("simulated", condition, re.IGNORECASE):
            yield match.start(), f"a condition on being simulated; {instead}"


def floats(source):
    """Event times and weights are integers (DESIGN 5): compilers contract and reorder floating
    point differently, and the trace hash must be the same on all of them.
    """
    for match in re.finditer(r"\b(?:float|double)\b", source.code):
        yield match.start(), (f"`{match[0]}` where event times and weights are made; "
                              "use integers (nanoseconds, parts per million)")


_SHARED = re.compile(r"\b(?:shared_ptr|make_shared|allocate_shared|enable_shared_from_this)\b")


def shared_pointers(source):
    """`unique_ptr` owns, references use, `shared_ptr` only for published snapshots (DESIGN 9):
    shared ownership hides who ends a session, and its counter is shared by all cores.
    """
    for match in _SHARED.finditer(source.code):
        yield match.start(), f"`{match[0]}` in this folder; own with unique_ptr, use references"
