"""Bad input to `weir` is refused with one message that names the culprit and the remedy."""

import os
import socket
import subprocess
import time
import unittest

from support import LIMIT_S, WEIR

GOOD = ["--listen", "127.0.0.1:0", "--to", "127.0.0.1:9"]

# arguments after `weir`, exit status, what the message must say
CASES = [
    ([], 2, ["command", "tcp"]),
    (["tpc"], 2, ["tpc"]),
    (["tcp"], 2, ["--listen", "required"]),
    (["tcp", "--listen", "127.0.0.1:0"], 2, ["--to", "required"]),
    (["tcp", *GOOD, "--colour", "red"], 2, ["--colour"]),
    (["tcp", "--listen", "8080", "--to", "127.0.0.1:9"], 2, ["--listen", '"8080"', "HOST:PORT"]),
    (["tcp", "--listen", "::1:80", "--to", "127.0.0.1:9"], 2, ["::1:80", "[::1]:8080"]),
    (["tcp", "--listen", "127.0.0.1:70000", "--to", "127.0.0.1:9"], 2, ["70000", "65535"]),
    (["tcp", "--listen", "127.0.0.1:0", "--to", "127.0.0.1:9,x"], 2, ["--to", '"x"']),
    (["tcp", "--listen", "127.0.0.1:0", "--to", "127.0.0.1:0"], 2, ["--to", "1 to 65535"]),
    (["tcp", *GOOD, "--connect-timeout", "5"], 2, ["--connect-timeout", '"5"', "250ms"]),
    (["tcp", *GOOD, "--idle-timeout", "0s"], 2, ["--idle-timeout", '"0s"']),
    (["tcp", *GOOD, "--workers", "-1"], 2, ["--workers", "-1"]),
    (["tcp", *GOOD, "--workers", "many"], 2, ["--workers", "many"]),
    (["tcp", *GOOD, "--balance", "best"], 2, ["--balance", "best", "round_robin"]),
    (["tcp", *GOOD, "--max-connections", "9999999"], 1, ["--max-connections", "ulimit -n"]),
    (["tcp", *GOOD, "--max-connections", "1", "--workers", "2"], 1, ["--workers"]),
    (["tcp", *GOOD, "--log", "/dev/null/x.log"], 1, ["--log", "/dev/null/x.log"]),
    (["tcp", "--listen", "127.0.0.1:0", "--to", "no-such-host.invalid:9"], 1,
     ["no-such-host.invalid:9", "not found"]),
    (["tcp", "--listen", "192.0.2.1:0", "--to", "127.0.0.1:9"], 1,
     ["192.0.2.1:0", "not of this machine"]),
]


def run(arguments):
    return subprocess.run([WEIR, *arguments], capture_output=True, text=True, timeout=LIMIT_S,
                          check=False)


class BadInput(unittest.TestCase):
    def test_each_culprit_is_named_with_a_remedy(self):
        for arguments, status, words in CASES:
            with self.subTest(arguments=arguments):
                result = run(arguments)
                self.assertEqual(result.returncode, status, result.stderr)
                for word in words:
                    self.assertIn(word, result.stderr)
                self.assertNotIn("listening", result.stdout)

    def test_a_port_in_use_is_named_whatever_the_number_of_workers(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            at = f"127.0.0.1:{taken.getsockname()[1]}"
            for workers in ("1", "4"):
                result = run(["tcp", "--listen", at, "--to", "127.0.0.1:9", "--workers", workers])
                self.assertEqual(result.returncode, 1)
                self.assertIn(at, result.stderr)
                self.assertIn("another port", result.stderr)

    @unittest.skipUnless("SILENT_NAMES" in os.environ, "ctest says where the library is")
    def test_names_that_are_not_resolved_in_time_end_it_in_time(self):
        environment = dict(os.environ, LD_PRELOAD=os.environ["SILENT_NAMES"],
                           ASAN_OPTIONS="verify_asan_link_order=0")
        for arguments in (["--listen", "127.0.0.1:0", "--to", "slow.example:80"],
                          ["--listen", "slow.example:0", "--to", "127.0.0.1:9"]):
            begun = time.monotonic()
            result = subprocess.run([WEIR, "tcp", *arguments], capture_output=True, text=True,
                                    timeout=LIMIT_S, check=False, env=environment)
            self.assertEqual(result.returncode, 1, result.stderr)
            self.assertIn("slow.example", result.stderr)
            self.assertIn("timed out", result.stderr)
            self.assertLess(time.monotonic() - begun, 20)

    def test_help_names_every_option_and_exits_0(self):
        result = run(["tcp", "--help"])
        self.assertEqual(result.returncode, 0)
        for option in ("--listen", "--to", "--balance", "--workers", "--max-connections",
                       "--connect-timeout", "--idle-timeout", "--half-close-timeout",
                       "--drain-timeout", "--log"):
            self.assertIn(option, result.stdout)


if __name__ == "__main__":
    unittest.main()
