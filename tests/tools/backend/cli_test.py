#!/usr/bin/env python3
"""weir-backend as a process: python3 cli_test.py PATH-TO-BINARY"""

import http.client
import json
import signal
import socket
import subprocess
import sys
import unittest

BINARY = ""
SECONDS = 20


class Running:
    """A backend on a free port, for a `with`."""

    def __init__(self, *arguments):
        self.arguments = arguments

    def __enter__(self):
        argv = [BINARY, "--listen", "127.0.0.1:0", *self.arguments]
        self.child = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                      text=True)
        self.line = self.child.stdout.readline()
        self.port = int(self.line.rsplit(":", 1)[1])
        return self

    def __exit__(self, *_):
        self.child.kill()
        self.child.wait(SECONDS)
        self.child.stdout.close()
        self.child.stderr.close()

    def ask(self, method, target, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        try:
            connection.request(method, target, body)
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.headers
        finally:
            connection.close()


def run(*arguments):
    return subprocess.run([BINARY, *arguments], capture_output=True, text=True, timeout=SECONDS)


class Cli(unittest.TestCase):
    def test_announces_itself_and_answers_until_a_signal_ends_it(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with Running("--name", "red") as backend:
                self.assertEqual(backend.line, f"listening http 127.0.0.1:{backend.port}\n")
                status, body, headers = backend.ask("GET", "/")
                self.assertEqual((status, body), (200, b"hello from red\n"))
                self.assertEqual(headers["X-Backend"], "red")
                backend.child.send_signal(number)
                self.assertEqual(backend.child.wait(SECONDS), 0)
                self.assertEqual(backend.child.stderr.read(), "")

    def test_is_named_after_its_address_unless_told_otherwise(self):
        with Running() as backend:
            _, body, _ = backend.ask("GET", "/")
            self.assertEqual(body, f"hello from 127.0.0.1:{backend.port}\n".encode())

    def test_all_workers_see_a_change_of_the_settings(self):
        with Running("--workers", "4") as backend:
            self.assertEqual(backend.ask("PUT", "/control?fail-rate=1&fail-status=418")[0], 200)
            statuses = {backend.ask("GET", "/")[0] for _ in range(40)}
            self.assertEqual(statuses, {418})
            stats = json.loads(backend.ask("GET", "/stats")[1])
            self.assertEqual((stats["workers"], stats["failed"]), (4, 40))
            self.assertEqual(stats["accepted"], 42)

    def test_options_set_what_control_shows(self):
        with Running("--latency", "5ms", "--jitter", "1ms", "--fail-rate", "1/20",
                     "--set", "healthy=0", "--set", "reset-rate=1/3") as backend:
            shown = json.loads(backend.ask("GET", "/control")[1])
            self.assertEqual(shown["latency"], "5ms")
            self.assertEqual(shown["jitter"], "1ms")
            self.assertEqual(shown["fail-rate"], "1/20")
            self.assertEqual(shown["reset-rate"], "1/3")
            self.assertIs(shown["healthy"], False)
            self.assertEqual(backend.ask("GET", "/healthz")[0], 503)

    def test_moves_large_bodies(self):
        with Running("--workers", "2") as backend:
            _, plain, _ = backend.ask("GET", "/bytes/5000000")
            _, chunked, _ = backend.ask("GET", "/bytes/5000000?chunked=1")
            self.assertEqual(len(plain), 5000000)
            self.assertEqual(plain, chunked)
            self.assertEqual(backend.ask("POST", "/echo", plain[:200000])[1], plain[:200000])

    def test_resets_in_the_middle_of_an_answer(self):
        with Running("--set", "reset-rate=1") as backend:
            with self.assertRaises(ConnectionResetError):
                backend.ask("GET", "/bytes/10000000")
            self.assertEqual(backend.ask("GET", "/healthz")[0], 200)

    def test_echoes_raw_bytes_and_the_end(self):
        with Running("--mode", "echo") as backend:
            self.assertTrue(backend.line.startswith("listening echo "))
            with socket.create_connection(("127.0.0.1", backend.port), SECONDS) as client:
                client.sendall(b"x" * 100000)
                client.shutdown(socket.SHUT_WR)
                self.assertEqual(sum(len(part) for part in iter(lambda: client.recv(65536), b"")),
                                 100000)

    def test_sends_as_many_bytes_as_a_source_is_told(self):
        with Running("--mode", "source", "--bytes", "3MiB") as backend:
            with socket.create_connection(("127.0.0.1", backend.port), SECONDS) as client:
                self.assertEqual(sum(len(part) for part in iter(lambda: client.recv(65536), b"")),
                                 3 << 20)

    def test_refuses_wrong_usage_with_status_2_and_a_remedy(self):
        cases = {
            (): "--listen is required",
            ("--listen", "nonsense"): "write 127.0.0.1:9001",
            ("--listen", "127.0.0.1:0", "--latency", "5"): "such as 50ms",
            ("--listen", "127.0.0.1:0", "--fail-rate", "2"): "such as 1/20",
            ("--listen", "127.0.0.1:0", "--set", "nonsense=1"): "the keys are latency, jitter",
            ("--listen", "127.0.0.1:0", "--name", "a b"): "is no name",
            ("--listen", "127.0.0.1:0", "--mode", "udp"): "--mode",
            ("--listen", "127.0.0.1:0", "--workers", "0"): "--workers",
            ("--listen", "127.0.0.1:0", "--idle-timeout", "0s"): "is no time",
            ("--listen", "127.0.0.1:0", "--bytes", "1KiB"): "works in --mode source only",
            ("--listen", "127.0.0.1:0", "--mode", "echo", "--jitter", "1ms"): "--mode http only",
        }
        for arguments, remedy in cases.items():
            with self.subTest(arguments=arguments):
                done = run(*arguments)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertTrue(done.stderr.startswith("weir-backend: "))
                self.assertIn(remedy, done.stderr)

    def test_a_port_in_use_is_status_1_and_a_remedy(self):
        for workers in ("1", "2"):
            with Running("--workers", workers) as backend:
                done = run("--listen", f"127.0.0.1:{backend.port}", "--workers", workers)
                self.assertEqual((done.returncode, done.stdout), (1, ""))
                self.assertIn("address in use; another process listens there", done.stderr)
                self.assertEqual(done.stderr.count("\n"), 1)

    def test_help_is_complete(self):
        done = run("--help")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        for word in ("--listen", "--mode", "--name", "--latency", "--jitter", "--fail-rate",
                     "--workers", "--set", "--seed", "--idle-timeout", "--bytes", "/bytes/N",
                     "hang-health", "Examples:", "SIGTERM"):
            self.assertIn(word, done.stdout)
        self.assertLessEqual(max(map(len, done.stdout.split("\n"))), 120)


if __name__ == "__main__":
    BINARY = sys.argv.pop(1)
    unittest.main()
