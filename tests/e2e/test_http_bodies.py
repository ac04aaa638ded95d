"""Large bodies through `weir http`: whole, nobody else's, and without filling its memory."""

import asyncio
import time
import unittest

import tagged
from support import PATIENT, Weir, WeirBackend

CLIENTS = 100
BODY_BYTES = 10 << 20
RESPONSE_BYTES = 1 << 30
GROWTH_KIB_MAX = 8 << 10
ALL_S = 250  # for a test that hangs; it takes a few seconds


class Tagged(unittest.TestCase):
    def exchange(self, upload, chunked):
        async def run():
            async with tagged.Backend() as backend:
                with Weir(backend.address, command="http", options=PATIENT) as weir:
                    jobs = [tagged.exchange(weir.address, tag, BODY_BYTES, upload, chunked)
                            for tag in range(CLIENTS)]
                    results = await asyncio.gather(*jobs)
                    self.assertEqual(set(results), {"whole"})
                    weir.terminate()
                    self.assertEqual(await asyncio.to_thread(weir.wait), 0)
                    self.assertIn(f"requests={CLIENTS} complete={CLIENTS}", weir.log)
                    counted = "bytes_in" if upload else "bytes_out"
                    self.assertRegex(weir.log, rf"{counted}={CLIENTS * BODY_BYTES}\b")
        asyncio.run(asyncio.wait_for(run(), ALL_S))

    def test_uploads_with_a_length(self):
        self.exchange(upload=True, chunked=False)

    def test_uploads_in_chunks(self):
        self.exchange(upload=True, chunked=True)

    def test_downloads_with_a_length(self):
        self.exchange(upload=False, chunked=False)

    def test_downloads_in_chunks(self):
        self.exchange(upload=False, chunked=True)


class PatternReader:
    """Reads a response of `weir-backend` and checks its lines."""

    LINES = b"weir 0123456789 abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQ\n" * 20_000

    def __init__(self, connection):
        self.connection = connection
        self.buffer = memoryview(bytearray(1 << 20))
        self.seen = 0
        self.head = b""

    def read_head(self):
        while not self.head.endswith(b"\r\n\r\n"):
            self.head += self.connection.recv(1)

    def read(self, bytes_max):
        got = self.connection.recv_into(self.buffer, bytes_max)
        if got == 0:
            raise AssertionError(f"the end behind {self.seen} bytes")
        at = self.seen % 61
        if self.buffer[:got] != memoryview(self.LINES)[at:at + got]:
            raise AssertionError(f"wrong bytes behind {self.seen}")
        self.seen += got


class SlowReader(unittest.TestCase):
    def test_a_response_of_1_gib_does_not_fill_the_memory_for_whom_hardly_reads_it(self):
        with WeirBackend() as backend, \
                Weir(backend.address, command="http", options=PATIENT) as weir:
            with weir.connect() as client:  # whatever a first response costs
                self.ask(client, 10 << 20)
            before = weir.private_kib()
            largest = before
            with weir.connect() as client:
                reader = self.ask(client, 1 << 12)
                for _ in range(100):
                    reader.read(1 << 12)
                    time.sleep(0.01)
                    largest = max(largest, weir.private_kib())
                while reader.seen < RESPONSE_BYTES:
                    reader.read(1 << 20)
                    if reader.seen % 97 == 0:
                        largest = max(largest, weir.private_kib())
            self.assertLess(largest - before, GROWTH_KIB_MAX)

    def ask(self, client, read_bytes):
        client.sendall(b"GET /bytes/%d HTTP/1.1\r\nHost: a\r\n\r\n" % RESPONSE_BYTES)
        reader = PatternReader(client)
        reader.read_head()
        self.assertIn(b"Content-Length: %d\r\n" % RESPONSE_BYTES, reader.head)
        while reader.seen < read_bytes:
            reader.read(read_bytes - reader.seen if read_bytes < 1 << 20 else 1 << 20)
        return reader


if __name__ == "__main__":
    unittest.main()
