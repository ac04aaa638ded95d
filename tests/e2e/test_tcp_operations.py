"""`weir tcp` in operation: limits, timeouts, drain, many connections, even workers."""

import os
import re
import resource
import signal
import socket
import tempfile
import threading
import time
import unittest

from support import LIMIT_S, Server, Weir, answer, echo, read_all


def exchange(client):
    client.sendall(b"x")
    return client.recv(1)


class Limits(unittest.TestCase):
    def test_connections_over_the_limit_wait_in_the_backlog(self):
        server = Server(echo)
        with Weir(server.address, options=["--max-connections", "2"]) as weir:
            first, second, third = (weir.connect() for _ in range(3))
            self.assertEqual(exchange(first) + exchange(second), b"xx")
            third.sendall(b"y")
            third.settimeout(0.5)
            with self.assertRaises(TimeoutError):
                third.recv(1)
            self.assertEqual(server.accepted, 2)
            first.close()
            third.settimeout(LIMIT_S)
            self.assertEqual(third.recv(1), b"y")

    def test_accepting_backs_off_without_file_descriptors_and_goes_on_later(self):
        for free in (8, 9):  # the ninth is taken by a client for whose backend none is left
            with self.subTest(free=free):
                self.back_off(free)

    def back_off(self, free):
        # The limit is computed for the descriptors that there are: lower it behind weir's back.
        server = Server(echo)
        with Weir(server.address, options=["--max-connections", "200"]) as weir:
            files = weir.highest_file() + 1 + free
            _, hard = resource.prlimit(weir.process.pid, resource.RLIMIT_NOFILE)
            resource.prlimit(weir.process.pid, resource.RLIMIT_NOFILE, (files, hard))
            clients = [weir.connect() for _ in range(12)]
            self.assertEqual(exchange(clients[0]), b"x")
            time.sleep(0.3)
            before = weir.cpu_s()
            time.sleep(1)
            self.assertLess(weir.cpu_s() - before, 0.5, "it spins")
            resource.prlimit(weir.process.pid, resource.RLIMIT_NOFILE, (1000, hard))
            clients.append(weir.connect())
            for client in clients:  # none was turned away
                self.assertEqual(exchange(client), b"x")
                client.close()
            self.assertEqual(weir.stop(), 0)
            self.assertIn("no file descriptors are left", weir.log)
            self.assertIn("failed=0 connects_failed=0", weir.log)

    def test_an_idle_session_is_reset(self):
        with Weir(Server(echo).address, options=["--idle-timeout", "300ms"]) as weir:
            client = weir.connect()
            self.assertEqual(exchange(client), b"x")
            with self.assertRaises(ConnectionResetError):
                client.recv(1)
            self.assertEqual(weir.stop(), 0)
            self.assertIn("end=idle_timeout", weir.log)

    def test_a_half_closed_session_that_falls_silent_is_reset(self):
        def never_ends(connection):
            read_all(connection)
            time.sleep(LIMIT_S)
        with Weir(Server(never_ends).address,
                  options=["--half-close-timeout", "300ms"]) as weir:
            client = weir.connect()
            client.shutdown(socket.SHUT_WR)
            with self.assertRaises(ConnectionResetError):
                client.recv(1)
            self.assertEqual(weir.stop(), 0)
            self.assertIn("end=half_close_timeout", weir.log)


class Drain(unittest.TestCase):
    def test_sigterm_lets_sessions_finish_and_takes_no_new_ones(self):
        with Weir(Server(echo).address, workers=2) as weir:
            client = weir.connect()
            self.assertEqual(exchange(client), b"x")
            weir.terminate()
            deadline = time.monotonic() + LIMIT_S
            while True:  # until the listener is gone
                try:
                    weir.connect().close()
                except ConnectionRefusedError:
                    break
                except ConnectionResetError:
                    pass  # it came while one of the listeners was closing
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.05)
            self.assertEqual(exchange(client), b"x")
            client.close()
            self.assertEqual(weir.wait(), 0)
            self.assertIn("summary total", weir.log)

    def test_sessions_that_outlast_the_drain_deadline_are_reset(self):
        with Weir(Server(echo).address, options=["--drain-timeout", "300ms"]) as weir:
            client = weir.connect()
            self.assertEqual(exchange(client), b"x")
            weir.terminate()
            with self.assertRaises(ConnectionResetError):
                client.recv(1)
            self.assertEqual(weir.wait(), 0)
            self.assertIn("end=cancelled", weir.log)

    def test_a_second_sigterm_exits_at_once(self):
        with Weir(Server(echo).address, options=["--drain-timeout", "1h"]) as weir:
            client = weir.connect()
            self.assertEqual(exchange(client), b"x")
            deadline = time.monotonic() + LIMIT_S
            while weir.process.poll() is None:  # two that come at the same time count as one
                self.assertLess(time.monotonic(), deadline)
                weir.terminate()
                time.sleep(0.05)
            self.assertEqual(weir.wait(), 1)


class StandardStreams(unittest.TestCase):
    def test_it_ends_well_when_nobody_reads_its_log(self):
        with Weir(Server(echo).address) as weir:
            weir.process.stderr.close()  # the pipe breaks
            weir.process.stderr = None
            with weir.connect() as client:
                self.assertEqual(exchange(client), b"x")
            weir.terminate()
            self.assertEqual(weir.process.wait(LIMIT_S), 0)

    def test_a_closed_standard_error_does_not_become_a_socket(self):
        with Weir(Server(echo).address, closed_files=[0, 2]) as weir:
            with weir.connect() as client:
                self.assertEqual(exchange(client), b"x")
                for number in (0, 1, 2):
                    target = os.readlink(f"/proc/{weir.process.pid}/fd/{number}")
                    self.assertNotRegex(target, "socket|event")
            weir.terminate()
            self.assertEqual(weir.process.wait(LIMIT_S), 0)


class LogFile(unittest.TestCase):
    def test_lines_are_appended_to_a_file(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "weir.log")
            for sessions in (1, 2):
                with Weir(Server(echo).address, options=["--log", path]) as weir:
                    with weir.connect() as client:
                        self.assertEqual(exchange(client), b"x")
                    self.assertEqual(weir.stop(), 0)
                with open(path, encoding="ascii") as lines:
                    self.assertEqual(lines.read().count(" session worker=0 "), sessions)

    def test_a_full_disk_is_told_of_at_the_end(self):
        with Weir(Server(echo).address, options=["--log", "/dev/full"]) as weir:
            with weir.connect() as client:
                self.assertEqual(exchange(client), b"x")
            self.assertEqual(weir.stop(), 0)
            self.assertRegex(weir.log, r"weir: \d+ chunks of log lines could not be written")


class Signals(unittest.TestCase):
    def test_no_thread_but_the_main_one_is_interrupted_by_signals(self):
        with Weir(Server(echo).address, workers=2) as weir:
            tasks = os.listdir(f"/proc/{weir.process.pid}/task")
            self.assertGreaterEqual(len(tasks), 4)  # the main thread, two workers, the log
            for task in tasks:
                if int(task) == weir.process.pid:
                    continue
                with open(f"/proc/{weir.process.pid}/task/{task}/status",
                          encoding="ascii") as status:
                    blocked = int(re.search(r"SigBlk:\s+(\w+)", status.read()).group(1), 16)
                for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
                    self.assertTrue(blocked & 1 << (number - 1), f"thread {task}: {number}")


class Stall(unittest.TestCase):
    def test_bytes_that_came_while_the_process_stood_still_are_in_time(self):
        with Weir(Server(echo).address, options=["--idle-timeout", "5s"]) as weir:
            client = weir.connect()
            self.assertEqual(exchange(client), b"x")
            weir.process.send_signal(signal.SIGSTOP)
            client.sendall(b"y")
            time.sleep(6)
            weir.process.send_signal(signal.SIGCONT)
            self.assertEqual(client.recv(1), b"y")


class Many(unittest.TestCase):
    def test_ten_thousand_connections_in_a_row_leave_nothing_behind(self):
        with Weir(Server(answer(b"z")).address, options=["--log", "none"]) as weir:
            files = weir.open_files()

            def run(count):
                for _ in range(count):
                    with weir.connect() as client:
                        self.assertEqual(read_all(client), b"z")
            threads = [threading.Thread(target=run, args=(2500,)) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            deadline = time.monotonic() + LIMIT_S
            while weir.open_files() > files and time.monotonic() < deadline:
                time.sleep(0.05)
            self.assertEqual(weir.open_files(), files)
            self.assertEqual(weir.stop(), 0, weir.log)
            self.assertIn("sessions=10000 finished=10000 failed=0", weir.log)

    def test_workers_hold_about_the_same_number_of_connections(self):
        held = []

        def hold(connection):
            connection.sendall(b"h")
            held.append(connection.dup())
        server = Server(hold)
        with Weir(server.address, workers=8, options=["--log", "none"]) as weir:
            clients = []
            for _ in range(1000):
                client = weir.connect()
                self.assertEqual(client.recv(1), b"h")
                clients.append(client)
            for connection in clients + held:
                connection.close()
            self.assertEqual(weir.stop(), 0, weir.log)
        counts = [int(count) for count in re.findall(r"worker=\d+ .*open_max=(\d+)", weir.log)]
        self.assertEqual(sum(counts), 1000)
        self.assertLessEqual(max(counts), 1.3 * 125, counts)


if __name__ == "__main__":
    unittest.main()
