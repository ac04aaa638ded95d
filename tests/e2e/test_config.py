"""`weir check` and `weir explain`: exit statuses, and who is told what on which stream."""

import pathlib
import subprocess
import tempfile
import unittest

from support import LIMIT_S, WEIR

EXAMPLES = pathlib.Path(__file__).parents[2] / "examples/configs"
FULL = str(EXAMPLES / "full.toml")


def run(*arguments):
    return subprocess.run([WEIR, *arguments], capture_output=True, text=True, timeout=LIMIT_S,
                          check=False)


class Check(unittest.TestCase):
    def test_examples_are_ok(self):
        for path in sorted(EXAMPLES.glob("*.toml")):
            done = run("check", "--config", str(path))
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertRegex(done.stdout, r"ok: \d+ listeners?, \d+ routes?, \d+ clusters?, \d+ ba")

    def test_every_problem_is_told_with_its_place(self):
        with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
            file.write((EXAMPLES / "minimal.toml").read_text() + 'wieght = 1\n[listner]\n')
            file.flush()
            done = run("check", "--config", file.name)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn('unknown key "wieght" in cluster; write one of', done.stderr)
        self.assertRegex(done.stderr, r'toml:18:2: unknown key "listner".* did you mean "listener"')

    def test_files_that_cannot_be_read(self):
        for path, why in [("/nonexistent", "No such file"), ("/tmp", "directory")]:
            done = run("check", "--config", path)
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertIn(why, done.stderr)

    def test_usage(self):
        self.assertEqual(run("check").returncode, 2)


class Explain(unittest.TestCase):
    def test_headers_count(self):
        url = "GET http://api.example.org/v2"
        plain = run("explain", "--config", FULL, url)
        beta = run("explain", "--config", FULL, url, "-H", "X-Beta: 1", "-H", "X-User: me")
        self.assertEqual((plain.returncode, beta.returncode), (0, 0))
        self.assertIn("route     api:", plain.stdout)
        self.assertIn("route     beta:", beta.stdout)
        self.assertIn("not       api: matches too", beta.stdout)

    def test_usage_and_failure(self):
        self.assertEqual(run("explain", "--config", FULL, "GET").returncode, 2)
        self.assertEqual(run("explain", "--config", FULL).returncode, 2)
        self.assertEqual(run("explain", "--config", "/nonexistent", "GET http://a/").returncode, 1)


if __name__ == "__main__":
    unittest.main()
