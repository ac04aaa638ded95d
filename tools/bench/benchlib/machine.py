"""The machine: what it is, which versions, free ports, and finding or building our binaries."""
import glob
import os
import platform
import random
import re
import socket
import subprocess

from benchlib.errors import BenchError

BENCH_DIR = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROOT = os.path.dirname(os.path.dirname(BENCH_DIR))
FILES_MAX = 20000  # descriptors per process; DESIGN.md section 4
_PORTS = range(20000, 32000)  # below the ephemeral range, so that no outgoing connection has it


def output_of(argv):
    """What a command prints; "" when there is no such command."""
    try:
        return subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              stdin=subprocess.DEVNULL, timeout=10, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""


def first_line(argv):
    return (output_of(argv).splitlines() or [None])[0]


def _value_of(path, pattern):
    try:
        with open(path, encoding="utf-8") as file:
            found = re.search(pattern, file.read(), re.M)
    except OSError:
        return None
    return found.group(1) if found else None


def describe():
    return {
        "cpu": _value_of("/proc/cpuinfo", r"^model name\s*:\s*(.*)$"),
        "cores": os.cpu_count(),
        "memory_kib": int(_value_of("/proc/meminfo", r"^MemTotal:\s*(\d+)") or 0),
        "kernel": platform.release(),
        "system": _value_of("/etc/os-release", r'^PRETTY_NAME="(.*)"'),
        "load_average": os.getloadavg(),
        "files_max": os.sysconf("SC_OPEN_MAX"),
    }


def versions(weir):
    commit = first_line(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"])
    return {
        "weir": first_line([weir, "--version"]) if weir else None,
        "weir_commit": commit if commit and re.fullmatch(r"[0-9a-f]+", commit) else None,
        "nginx": first_line(["nginx", "-v"]),
        "haproxy": first_line(["haproxy", "-v"]),
        "wrk": first_line(["wrk", "--version"]),
        "g++": first_line(["g++", "--version"]),
        "python": platform.python_version(),
    }


def free_port():
    for _ in range(200):
        port = random.choice(_PORTS)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise BenchError(f"no free port in {_PORTS}: end what listens there")


def find_binary(build_dir, *places):
    """The first of the places below build_dir that is an executable file, or None."""
    for place in places:
        path = os.path.join(build_dir, place)
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    return None


def tool(build_dir, name, folder):
    """The path of weir-floor or weir-load: CMake's, or else compiled here and kept."""
    found = find_binary(build_dir, f"tools/bench/{folder}/{name}", f"bin/{name}")
    if found:
        return found
    sources = sorted(glob.glob(os.path.join(BENCH_DIR, folder, "*.[ch]pp")))
    path = os.path.join(build_dir, "bench", name)
    if os.path.exists(path) and os.path.getmtime(path) > max(map(os.path.getmtime, sources)):
        return path
    os.makedirs(os.path.dirname(path), exist_ok=True)
    units = [source for source in sources if source.endswith(".cpp")]
    argv = ["g++", "-std=c++23", "-O2", "-o", path, *units]
    print(f"compiling {name} (no {folder}/{name} in {build_dir})", flush=True)
    try:
        done = subprocess.run(argv, stderr=subprocess.PIPE, text=True, timeout=300, check=False)
    except OSError as error:
        raise BenchError("g++ is missing: install it, or build with CMake first") from error
    if done.returncode != 0:
        raise BenchError(f"cannot compile {name}: {' '.join(argv)}\n{done.stderr[-2000:]}")
    return path
