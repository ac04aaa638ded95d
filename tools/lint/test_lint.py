#!/usr/bin/env python3
"""The linter's own tests: every rule fires where it must and nowhere else."""

import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True

import cases  # noqa: E402
import cases_files  # noqa: E402
from cli import check  # noqa: E402
from cpp_shape import functions, lambdas  # noqa: E402
from rules import RULES  # noqa: E402
from source import Source  # noqa: E402
from tree import Tree  # noqa: E402

LINT = Path(__file__).resolve().parent / "lint"
CASES = cases.CASES + cases_files.CASES
MARK = re.compile(r"(?://|#) fires$")


def marked_lines(case):
    """The lines where a case must fire."""
    if case.lines is not None:
        return list(case.lines)
    return [n for n, line in enumerate((case.text or "").split("\n"), 1) if MARK.search(line)]


def write_tree(root, files):
    for path, text in files.items():
        if text is not None:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")


def run_lint(*arguments, **options):
    return subprocess.run([sys.executable, LINT, *arguments], capture_output=True, text=True,
                          check=False, **options)


class Rules(unittest.TestCase):
    """One test per case is added below."""

    def run_case(self, case):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            write_tree(root, {case.path: case.text, **case.beside})
            tree = Tree(root)
            findings = check(tree, tree.paths)
        found = [(path, line) for path, line, rule, _ in findings if rule == case.rule]
        self.assertEqual(sorted(set(found)), [(case.path, line) for line in marked_lines(case)])

    def test_every_rule_has_a_case_that_fires_and_a_near_miss(self):
        for rule in RULES:
            mine = [case for case in CASES if case.rule == rule.name]
            self.assertTrue(any(marked_lines(case) for case in mine), f"{rule.name} never fires")
            self.assertTrue(any(self.has_silent_line(case) for case in mine),
                            f"{rule.name} has no near miss")

    @staticmethod
    def has_silent_line(case):
        return len((case.text or "").splitlines()) > len(marked_lines(case))

    def test_every_rule_states_its_reason(self):
        for rule in RULES:
            self.assertGreater(len(rule.check.__doc__.split()), 8, rule.name)


def _add_cases():
    for number, case in enumerate(CASES):
        name = re.sub(r"\W", "_", f"{case.rule}_{number}_{case.path}")
        setattr(Rules, f"test_{name}", lambda self, case=case: self.run_case(case))


_add_cases()


class Views(unittest.TestCase):
    def code(self, text):
        source = Source("a.cpp", text)
        self.assertEqual(len(source.code), len(text))
        self.assertEqual(source.code.count("\n"), text.count("\n"))
        return re.sub(r" +", " ", source.code)

    def test_comments_and_literals_are_blanked(self):
        self.assertEqual(self.code('a("b//c", d); // e'), 'a(" ", d); ')
        self.assertEqual(self.code("a /* b\n c */ d"), "a \n d")
        self.assertEqual(self.code(r'"\"a" b'), '" " b')
        self.assertEqual(self.code(r"'\'' b '\\' c"), "' ' b ' ' c")

    def test_raw_strings_end_at_their_own_delimiter(self):
        self.assertEqual(self.code('R"x(a)" \n // )x" b'), 'R" \n " b')
        self.assertEqual(self.code('u8R"(a\\)" b'), 'u8R" " b')
        self.assertEqual(self.code('OR"(a)" b'), 'OR" " b')

    def test_digit_separators_are_not_characters(self):
        self.assertEqual(self.code("1'000'000 + 0xFF'FFFF'FFFF + 'a'"),
                         "1'000'000 + 0xFF'FFFF'FFFF + ' '")

    def test_a_line_comment_goes_on_after_a_backslash(self):
        self.assertEqual(self.code("a // b \\\n c\n d"), "a \n \n d")

    def test_an_unclosed_quote_ends_at_its_line(self):
        self.assertEqual(self.code("#error don't\nint a;"), "#error don't\nint a;")

    def test_functions_are_named(self):
        text = ("namespace a { class B { B() : c{1} {} ~B() {} bool operator==(B) const {} }; }\n"
                "template <class T> requires requires(T t) { t.x(); } [[nodiscard]] T f(T t) {}\n"
                "void h() requires(a<T>) {} "
                "template <class T> concept C = requires(T t) { t.x(); };\n"
                "std::map<int, void (*)(int)> m{}; enum class E { a }; extern \"C\" { int g() {} }")
        names = [each.name for each in functions(Source("a.cpp", text))]
        self.assertEqual(names, ["B", "~B", "operator", "f", "h", "g"])

    def test_lambdas_are_told_from_subscripts(self):
        text = ("void f() { a[1] = [x](int) { return [] {}; }; int b[2] = {}; auto [c, d] = e;\n"
                "g([&] {}, h()[0], [[maybe_unused]] i); return [=] { }; }")
        found = [each.captures for each in lambdas(Source("a.cpp", text))]
        self.assertEqual(found, ["x", "", "&", "="])

    def test_unbalanced_text_is_survived(self):
        for text in ("(", "}{", "co_await", "auto v{co_await", "[x](", "for (a : ", "f({)};", "<"):
            source = Source("src/io/a.cpp", text)
            for rule in RULES:
                if not rule.whole_tree:
                    list(rule.check(source))


class CommandLine(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name).resolve()

    def lint(self, *arguments, **options):
        return run_lint("--root", str(self.root), *arguments, **options)

    def test_a_clean_tree_exits_0(self):
        write_tree(self.root, {"tests/a.cpp": "int a;\n"})
        result = self.lint()
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertRegex(result.stdout, r"\Alint: clean \(1 files, \d+ rules\)\n\Z")

    def test_a_finding_exits_1_and_names_file_line_and_rule(self):
        write_tree(self.root, {"tests/a.cpp": "int a;\nint b = (co_await c).d;\n"})
        result = self.lint()
        self.assertEqual(result.returncode, 1)
        first, summary = result.stdout.splitlines()
        self.assertRegex(first, r"^tests/a\.cpp:2: C1: .+; write .+")
        self.assertEqual(summary, "lint: 1 finding(s) in 1 of 1 files")

    def test_files_and_folders_narrow_the_check(self):
        bad = "#include <asio.hpp>\n"
        write_tree(self.root, {"tests/a.cpp": bad, "tests/b.cpp": bad, "tools/c.cpp": bad})
        for names, count in ((["tests/a.cpp"], 1), (["tests"], 2), (["."], 3), ([], 3)):
            result = self.lint(*names, cwd=self.root)
            self.assertEqual(result.stdout.count(": libraries: "), count, names)

    def test_wrong_usage_exits_2(self):
        self.assertEqual(self.lint().returncode, 2)  # an empty tree is a wrong --root
        write_tree(self.root, {"a.cpp": ""})
        for arguments in (["nowhere.cpp"], ["/etc/passwd"], ["--unknown"]):
            result = self.lint(*arguments, cwd=self.root)
            self.assertEqual(result.returncode, 2, arguments)
            self.assertTrue(result.stderr)
        self.assertEqual(run_lint("--root", "/nonexistent").returncode, 2)

    def test_the_list_names_every_rule(self):
        result = run_lint("--list")
        self.assertEqual(result.returncode, 0)
        for rule in RULES:
            self.assertRegex(result.stdout, rf"(?m)^{rule.name} \(")

    def test_git_decides_what_belongs_to_the_tree(self):
        bad = "#include <asio.hpp>\n"
        write_tree(self.root, {"tracked.cpp": bad, "new.cpp": bad, "ignored.cpp": bad,
                               "gone.cpp": bad, ".gitignore": "ignored.cpp\n"})
        clean = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
        for command in (["init", "-q"], ["add", "tracked.cpp", "gone.cpp"]):
            subprocess.run(["git", *command], cwd=self.root, env=clean, check=True)
        (self.root / "gone.cpp").unlink()
        for environment in (clean, {**clean, "GIT_DIR": "/nonexistent"}):  # as in a git hook
            result = self.lint(env=environment)
            files = [line.partition(":")[0] for line in result.stdout.splitlines()[:-1]]
            self.assertEqual(files, ["new.cpp", "tracked.cpp"])

    def test_files_that_are_not_text_are_left_alone(self):
        (self.root / "a.cpp").write_bytes(b"TODO\0")
        (self.root / "b.md").write_bytes(b"TODO \xff")
        self.assertEqual(self.lint().returncode, 0)

    def test_the_linter_obeys_its_own_rules(self):
        result = run_lint(str(LINT.parent))
        self.assertEqual(result.stdout.count("\n"), 1, result.stdout)


if __name__ == "__main__":
    unittest.main()
