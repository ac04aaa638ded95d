"""`weir tcp` carries bytes, ends and resets faithfully."""

import hashlib
import random
import select
import socket
import threading
import time
import unittest

from support import (LIMIT_S, Server, Weir, answer, echo, read_all, reset, unused_port)


class Relay(unittest.TestCase):
    def test_bytes_come_back_as_they_were_sent(self):
        data = random.Random(1).randbytes(20_000_000)
        with Weir(Server(echo).address) as weir, weir.connect() as client:
            threading.Thread(target=lambda: (client.sendall(data),
                                             client.shutdown(socket.SHUT_WR))).start()
            self.assertEqual(hashlib.sha256(read_all(client)).digest(),
                             hashlib.sha256(data).digest())
            self.assertEqual(weir.stop(), 0, weir.log)
            self.assertIn("from_client=20000000 from_upstream=20000000", weir.log)
            self.assertIn("end=finished", weir.log)

    def test_connections_take_turns_over_the_backends(self):
        servers = [Server(answer(name)) for name in (b"a", b"b", b"c")]
        with Weir(*(server.address for server in servers), workers=2) as weir:
            got = [read_all(weir.connect()) for _ in range(30)]
        self.assertEqual([got.count(name) for name in (b"a", b"b", b"c")], [10, 10, 10])

    def test_a_backend_may_answer_after_the_client_has_ended(self):
        def reverse(connection):
            connection.sendall(read_all(connection)[::-1])
        with Weir(Server(reverse).address) as weir, weir.connect() as client:
            client.sendall(b"drawer")
            client.shutdown(socket.SHUT_WR)
            self.assertEqual(read_all(client), b"reward")

    def test_a_client_may_write_after_the_backend_has_ended(self):
        received = []
        done = threading.Event()

        def end_first(connection):
            connection.shutdown(socket.SHUT_WR)
            received.append(read_all(connection))
            done.set()
        with Weir(Server(end_first).address) as weir, weir.connect() as client:
            self.assertEqual(client.recv(1), b"")
            client.sendall(b"late")
            client.shutdown(socket.SHUT_WR)
            self.assertTrue(done.wait(LIMIT_S))
            self.assertEqual(received, [b"late"])

    def test_a_reset_of_the_backend_is_a_reset_for_the_client(self):
        def send_and_reset(connection):
            connection.recv(1)
            reset(connection)
        with Weir(Server(send_and_reset).address) as weir, weir.connect() as client:
            client.sendall(b"x")
            with self.assertRaises(ConnectionResetError):
                read_all(client)
            self.assertEqual(weir.stop(), 0)
            self.assertIn("end=upstream_reset", weir.log)

    def test_a_reset_of_the_client_is_a_reset_for_the_backend(self):
        outcome = []
        done = threading.Event()

        def read_until_reset(connection):
            try:
                outcome.append(read_all(connection))
            except ConnectionResetError:
                outcome.append("reset")
            done.set()
        with Weir(Server(read_until_reset).address) as weir:
            client = weir.connect()
            client.sendall(b"x")
            time.sleep(0.2)  # lets the byte through first; the verdict does not depend on it
            reset(client)
            self.assertTrue(done.wait(LIMIT_S))
            self.assertEqual(outcome, ["reset"])

    def test_a_reset_reaches_a_backend_that_reads_nothing(self):
        outcome = []
        done = threading.Event()

        def read_nothing(connection):
            events = select.poll()
            events.register(connection, 0)  # only what is always told
            outcome.append(events.poll(LIMIT_S * 1000))
            done.set()
        with Weir(Server(read_nothing).address) as weir:
            client = weir.connect()
            client.setblocking(False)
            with self.assertRaises(BlockingIOError):
                while True:  # until all buffers are full
                    client.send(bytes(1 << 16))
                    time.sleep(0.001)
            time.sleep(0.2)
            reset(client)
            self.assertTrue(done.wait(LIMIT_S / 2))
            self.assertTrue(outcome[0][0][1] & select.POLLERR)
            self.assertEqual(weir.stop(), 0)
            self.assertIn("end=client_reset", weir.log)

    def test_urgent_data_passes_in_its_place_also_amid_bulk(self):
        half = random.Random(2).randbytes(3_000_000)
        with Weir(Server(echo).address) as weir, weir.connect() as client:
            def send():
                client.sendall(half)
                client.send(b"!", socket.MSG_OOB)
                client.sendall(half)
                client.shutdown(socket.SHUT_WR)
            threading.Thread(target=send).start()
            self.assertEqual(hashlib.sha256(read_all(client)).digest(),
                             hashlib.sha256(half + b"!" + half).digest())

    def test_a_refused_backend_is_skipped(self):
        with Weir(f"127.0.0.1:{unused_port()}", Server(answer(b"ok")).address) as weir:
            self.assertEqual([read_all(weir.connect()) for _ in range(6)], [b"ok"] * 6)
            self.assertEqual(weir.stop(), 0)
            self.assertIn("connects_failed=1", weir.log)

    def test_a_backend_that_never_answers_a_connect_is_given_up_for_the_next(self):
        full = socket.create_server(("127.0.0.1", 0), backlog=0)
        held = [socket.socket() for _ in range(4)]  # fills the backlog: further SYNs are dropped
        for connection in held:
            connection.setblocking(False)
            connection.connect_ex(full.getsockname())
        to = f"127.0.0.1:{full.getsockname()[1]}"
        with Weir(to, Server(answer(b"ok")).address,
                  options=["--connect-timeout", "300ms"]) as weir:
            self.assertEqual([read_all(weir.connect()) for _ in range(4)], [b"ok"] * 4)
        for connection in held:
            connection.close()
        full.close()

    def test_a_client_without_any_backend_is_reset(self):
        with Weir(f"127.0.0.1:{unused_port()}") as weir:
            with self.assertRaises(ConnectionResetError):
                read_all(weir.connect())  # the reset may come even before connect() is back
            self.assertEqual(weir.stop(), 0)
            self.assertIn("end=no_backend", weir.log)

    def test_ipv6_and_host_names_work(self):
        server = Server(answer(b"six"), family=socket.AF_INET6)
        with Weir(server.address, listen="[::1]:0") as weir:
            self.assertEqual(read_all(weir.connect()), b"six")
        named = Server(answer(b"named"))
        with Weir(f"localhost:{named.port}", listen="localhost:0",
                  options=["--connect-timeout", "1s"]) as weir:
            self.assertEqual(read_all(weir.connect()), b"named")

    def test_a_slow_reader_slows_its_writer_and_memory_stays_bounded(self):
        sent = [0]
        piece = bytes(1 << 20)

        def pour(connection):
            while True:
                connection.sendall(piece)
                sent[0] += len(piece)
        with Weir(Server(pour).address) as weir:
            clients = [weir.connect() for _ in range(8)]
            last = -1
            while sent[0] != last:  # until nobody can write any more
                last = sent[0]
                time.sleep(0.5)
            self.assertLess(sent[0], 8 * 40_000_000)  # kernel buffers, but no more
            self.assertLess(weir.resident_kib(), 64 * 1024)
            for client in clients:
                client.close()


if __name__ == "__main__":
    unittest.main()
