"""The command line: choose the files, run the rules, print the findings."""

import argparse
import inspect
import os
import sys
from pathlib import Path

from rules import FILE_RULES, NAMES, RULES
from suppressions import read_suppressions
from tree import Tree

HERE = Path(__file__).resolve().parent


def main(arguments):
    """Returns the exit status: 0 clean, 1 findings, 2 usage."""
    try:
        status = _run(_parse(arguments))
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # `lint | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _run(options):
    if options.list:
        _print_rules()
        return 0
    root = Path(options.root).resolve()
    if not root.is_dir():
        return _usage(f"--root {options.root} is not a folder")
    tree = Tree(root)
    try:
        paths = _selected(tree, options.files)
    except ValueError as error:
        return _usage(str(error))
    if not paths:
        return _usage(f"no files under {root}")
    findings = check(tree, paths)
    for path, line, rule, message in findings:
        print(f"{path}:{line}: {rule}: {message}")
    print(_summary(findings, paths))
    return 1 if findings else 0


def check(tree, paths):
    """All findings in `paths`, as sorted (path, line, rule, message)."""
    findings = set()
    for path in paths:
        source = tree.source(path)
        if source is None:
            continue
        allowed, complaints = read_suppressions(source, NAMES)
        findings.update((path, line, "suppression", message) for line, message in complaints)
        for rule in FILE_RULES:
            if not rule.applies(source):
                continue
            for offset, message in rule.check(source):
                line = source.line_of(offset)
                if (rule.name, line) not in allowed:
                    findings.add((path, line, rule.name, message))
    for rule in RULES:
        if rule.whole_tree:
            findings.update((path, line, rule.name, message)
                            for path, line, message in rule.check(tree, paths))
    return sorted(findings)


def _parse(arguments):
    parser = argparse.ArgumentParser(
        prog="tools/lint/lint", description="Checks Weir's house rules.",
        epilog="Exit status: 0 clean, 1 findings, 2 usage.")
    parser.add_argument("--root", default=HERE.parents[1], metavar="DIR",
                        help="the tree to check (default: the checkout that holds the linter)")
    parser.add_argument("--list", action="store_true", help="print the rules with their reasons")
    parser.add_argument("files", nargs="*", metavar="FILE",
                        help="check only these files or folders (default: the whole tree)")
    return parser.parse_args(arguments)


def _selected(tree, names):
    """Paths relative to the root of what was asked for; everything when nothing was."""
    if not names:
        return tree.paths
    chosen = set()
    for name in names:
        absolute = Path(name).resolve()
        if not absolute.exists():
            raise ValueError(f"{name} does not exist")
        if not absolute.is_relative_to(tree.root):
            raise ValueError(f"{name} is not under {tree.root}")
        relative = absolute.relative_to(tree.root).as_posix()
        if absolute.is_dir():
            inside = "" if relative == "." else relative + "/"
            chosen.update(path for path in tree.paths if path.startswith(inside))
        else:
            chosen.add(relative)
    return sorted(chosen)


def _print_rules():
    for rule in RULES:
        print(f"{rule.name} ({rule.where})")
        print("    " + inspect.getdoc(rule.check).replace("\n", "\n    "))


def _summary(findings, paths):
    if not findings:
        return f"lint: clean ({len(paths)} files, {len(RULES)} rules)"
    files = len({path for path, *_ in findings})
    return f"lint: {len(findings)} finding(s) in {files} of {len(paths)} files"


def _usage(message):
    print(f"lint: {message}", file=sys.stderr)
    return 2
