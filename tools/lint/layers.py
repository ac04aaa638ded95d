"""Who may include what: the folder order, and the folders that may touch a library or the OS."""

import re

# ---- the table ----------------------------------------------------------------------------------

# src/A may include A and the folders left of it.
ORDER = ("base", "task", "io", "http", "lb", "proxy", "control", "tls", "observe", "config",
         "real", "app")

# ... except these, which may include only what is named here (and themselves).
ONLY = {
    "lb": ("base",),
    "tls": ("base", "task", "io"),
}

# sim/ may include "sim/..." and every folder of src/ except these; the longest prefix counts.
SIM_EXCEPT = {
    "sim": ("real", "app"),
    "sim/app": ("real",),
}

# A library may be included only under these folders. Of tests/ and tools/, only the tests that
# exist to meet real sockets use Asio.
LIBRARIES = {
    "asio": ("src/real", "tests/transport", "tests/e2e", "tests/real"),
    "openssl": ("src/tls",),
}

# Folders that run unchanged in both worlds: all of src/ and sim/ except these.
NOT_PORTABLE = ("src/real", "src/app", "sim/app", "sim/wasm")

# ---- the rules ----------------------------------------------------------------------------------

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^">\n]+)[">]', re.MULTILINE)


def layers(source):
    """Folder order is dependency order is chapter order: a folder knows only what stands before
    it (DESIGN 2), so a reader can stop anywhere and the proxy logic cannot reach the real world.
    """
    check = _src_problem if source.under("src") else _sim_problem
    for include in INCLUDE.finditer(source.uncommented):
        quoted, name = include[1] == '"', include[2]
        folder = name.split("/")[0] if "/" in name else ""
        ours = folder in ORDER or folder == "sim"
        if quoted and not ours:
            yield include.start(), (f'"{name}" does not start with a folder of src/ or with sim/; '
                                    f'write "folder/name.hpp", or <{name}> for a library')
        elif ours and (problem := check(source.path, folder)):
            yield include.start(), problem


def libraries(source):
    """Only src/real includes Asio and only src/tls includes OpenSSL (DESIGN 1): everything else
    sees the interfaces in src/io, which is what lets it run in the simulator.
    """
    for include in INCLUDE.finditer(source.uncommented):
        name = include[2].removeprefix("boost/")
        for library, folders in LIBRARIES.items():
            if re.match(rf"{library}(?:[/.]|$)", name) and not source.under(*folders):
                yield include.start(), (f"{library} is included outside {', '.join(folders)}; "
                                        "use the interfaces of src/io or src/tls")


def _src_problem(path, folder):
    parts = path.split("/")
    own = parts[1] if len(parts) > 2 else ""
    if own not in ORDER:
        return f"{path} is in no known folder of src/; put the folder into ORDER of {__name__}.py"
    allowed = (*ONLY.get(own, ORDER[:ORDER.index(own)]), own)
    if folder in allowed:
        return None
    return (f"src/{own} may not include {folder}/; it may include {', '.join(allowed)}: "
            "move the code down, or pass what is needed as an argument")


def _sim_problem(path, folder):
    prefix = max((p for p in SIM_EXCEPT if path.startswith(p + "/")), key=len)
    if folder not in SIM_EXCEPT[prefix]:
        return None
    return f"{prefix}/ may not include {folder}/; use the interfaces of io/ and sim/world"
