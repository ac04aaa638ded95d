#!/usr/bin/env python3
"""Finds out which forms of co_await a compiler gets wrong: probe.py COMPILER WORK_FOLDER

Compiles the shapes of this folder without optimisation, with -O2 and with the address sanitizer,
runs each shape in a process of its own and prints a table. Passes when every allowed shape is right
and every forbidden one may be anything: compilers get mended. Of the forbidden ones only C3 and C4
have to be found out by the sanitizer, on any compiler; if they are not, this probe is blind.
"""

import concurrent.futures
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
INCLUDES = [f"-I{HERE.parent}", f"-I{HERE.parent.parent / 'src'}"]
MODES = {"-O0": ["-O0"], "-O2": ["-O2"], "ASan": ["-O1", "-fsanitize=address"]}
SOURCES = ["shape", "allowed_shapes", "forbidden_shapes", "forbidden_lists", "probe_main"]
LISTS = "forbidden_lists"  # the one that need not compile
SECONDS_MAX = 30


def main(compiler, work):
    work = pathlib.Path(work)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        jobs = [(mode, source) for mode in MODES for source in SOURCES]
        built = dict(zip(jobs, pool.map(lambda job: build(compiler, work, *job), jobs)))
        failed = [job for job in jobs if not built[job] and job[1] != LISTS]
        if failed:
            return f"does not compile: {failed}"
        probes = {mode: link(compiler, work, mode, built) for mode in MODES}
        names = listed(next(iter(probes.values())))
        rows = {name: list(pool.map(lambda mode: verdict(probes[mode], name), MODES))
                for name in names}
    for mode in MODES:
        if not built[mode, LISTS]:
            rows["C2 co_await f({1, 2, 3})"] = ["does not compile"] * len(MODES)
    report(compiler, rows, names, work / "table.txt")
    return complaint(rows, names)


def build(compiler, work, mode, source):
    """Compiles one source; the object file, or None when the compiler refuses."""
    folder = work / mode.strip("-")
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{source}.o"
    target.unlink(missing_ok=True)
    cache = [ccache] if (ccache := shutil.which("ccache")) else []
    done = subprocess.run([*cache, compiler, "-std=c++23", "-Wall", "-Wextra", *MODES[mode],
                           *INCLUDES, "-c", HERE / f"{source}.cpp", "-o", target],
                          capture_output=True, text=True)
    if done.returncode != 0 and source != LISTS:
        print(done.stderr, file=sys.stderr)
    return target if done.returncode == 0 else None


def link(compiler, work, mode, built):
    probe = work / mode.strip("-") / "probe"
    objects = [built[mode, source] for source in SOURCES if built[mode, source]]
    subprocess.run([compiler, *MODES[mode], *objects, "-o", probe], check=True)
    return probe


def listed(probe):
    """Name -> whether it is allowed, of every shape in the probe."""
    lines = subprocess.run([probe, "list"], capture_output=True, text=True, check=True).stdout
    return {name: kind == "allowed"
            for kind, name in (line.split(" ", 1) for line in lines.splitlines())}


def verdict(probe, name):
    """What happens to this shape, in a few words."""
    # Leaks are found by the shapes themselves; the leak checker cannot run everywhere.
    surroundings = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}
    try:
        done = subprocess.run([probe, name], capture_output=True, text=True, errors="replace",
                              timeout=SECONDS_MAX, env=surroundings)
    except subprocess.TimeoutExpired:
        return "hangs"
    if found := re.search(r"AddressSanitizer: (?:attempting )?(double-free|[\w-]+)", done.stderr):
        return found[1]
    if "free()" in done.stderr or "munmap_chunk()" in done.stderr:
        return "double free"
    if done.returncode < 0:
        return f"crash {signal.Signals(-done.returncode).name}"
    said = done.stdout.strip()
    return said if done.returncode in (0, 1) and said else f"exit {done.returncode}"


def report(compiler, rows, names, path):
    version = subprocess.run([compiler, "--version"], capture_output=True, text=True).stdout
    width = max(map(len, rows))
    lines = [version.splitlines()[0], f"{'':{width}}  " + "".join(f"{mode:39}" for mode in MODES)]
    good = sum(names[name] and set(rows[name]) == {"right"} for name in names)
    lines.append(f"{f'{good} allowed shapes':{width}}  " + f"{'right':39}" * len(MODES))
    lines += [f"{name:{width}}  " + "".join(f"{each:39}" for each in row)
              for name, row in rows.items() if not names.get(name) or set(row) != {"right"}]
    text = "\n".join(line.rstrip() for line in lines) + "\n"
    path.write_text(text)
    print(text, end="")


def complaint(rows, names):
    """Why the probe fails, or None."""
    wrong = [name for name, allowed in names.items() if allowed and set(rows[name]) != {"right"}]
    if wrong:
        return f"allowed shapes that are wrong on this compiler: {wrong}"
    sanitized = list(MODES).index("ASan")
    blind = [name for name in names
             if name.startswith(("C3", "C4")) and rows[name][sanitized] == "right"]
    return f"the probe does not see what is wrong with {blind}" if blind else None


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
