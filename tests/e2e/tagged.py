"""Bodies whose every byte tells whose they are, and a backend and clients that send and check them.

The body of tag N is a block of bytes drawn from N, over and over; the block's size is a prime
number, so that bytes which are lost, repeated or another's are noticed wherever they are. All of it
runs in one event loop.
"""

import asyncio
import random

BLOCK_BYTES = 65_521


class Body:
    """The body of one tag: its pieces, and what has come of it so far."""

    def __init__(self, tag, size):
        self.block = random.Random(tag).randbytes(BLOCK_BYTES)
        self.twice = memoryview(self.block * 2)
        self.size = size
        self.seen = 0

    def pieces(self):
        for begin in range(0, self.size, BLOCK_BYTES):
            yield self.block[:self.size - begin]

    def take(self, piece):
        for begin in range(0, len(piece), BLOCK_BYTES):
            part = piece[begin:begin + BLOCK_BYTES]
            at = self.seen % BLOCK_BYTES
            if self.twice[at:at + len(part)] != part:
                raise AssertionError(f"wrong bytes behind {self.seen}")
            self.seen += len(part)

    def whole(self):
        return self.seen == self.size


async def send(writer, body, chunked):
    for piece in body.pieces():
        if chunked:
            writer.write(b"%x\r\n" % len(piece))
        writer.write(piece)
        if chunked:
            writer.write(b"\r\n")
        await writer.drain()
    if chunked:
        writer.write(b"0\r\n\r\n")
    await writer.drain()


async def receive(reader, body, fields):
    """Reads a body as its head says, and checks it."""
    if fields.get("transfer-encoding") == "chunked":
        while size := int(await reader.readuntil(b"\r\n"), 16):
            body.take(await reader.readexactly(size))
            end = await reader.readexactly(2)
            assert end == b"\r\n", end
        end = await reader.readuntil(b"\r\n")
        assert end == b"\r\n", end
        return
    left = int(fields["content-length"])
    while left > 0:
        piece = await reader.read(min(left, 1 << 18))
        assert piece, f"{left} bytes are missing"
        body.take(piece)
        left -= len(piece)


async def read_head(reader):
    """The words of the first line, and the fields with small names."""
    lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[:-2]
    fields = (line.split(": ", 1) for line in lines[1:])
    return lines[0].split(" "), {name.lower(): value for name, value in fields}


def framing(size, chunked):
    return b"Transfer-Encoding: chunked" if chunked else b"Content-Length: %d" % size


class Backend:
    """GET /TAG/SIZE/FRAMING is answered with that body; POST there brings it, and is told "whole"
    or what was wrong with it."""

    async def __aenter__(self):
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", 0, limit=1 << 18)
        self.address = "127.0.0.1:%d" % self.server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_):
        self.server.close()

    async def serve(self, reader, writer):
        try:
            while True:
                await self.answer(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def answer(self, reader, writer):
        (method, path, _), fields = await read_head(reader)
        tag, size, how = path.strip("/").split("/")
        body = Body(int(tag), int(size))
        if method == "GET":
            chunked = how == "chunked"
            writer.write(b"HTTP/1.1 200 OK\r\n%s\r\n\r\n" % framing(body.size, chunked))
            return await send(writer, body, chunked)
        try:
            await receive(reader, body, fields)
            result = b"whole" if body.whole() else b"%d bytes" % body.seen
        except AssertionError as error:
            result = str(error).encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(result), result))
        await writer.drain()


async def exchange(address, tag, size, upload, chunked):
    """One client: sends or fetches its body. Returns "whole", or what was wrong."""
    reader, writer = await asyncio.open_connection(*address, limit=1 << 18)
    body = Body(tag, size)
    path = b"/%d/%d/%s" % (tag, size, b"chunked" if chunked else b"length")
    head = b"%s %s HTTP/1.1\r\nHost: a\r\n" % (b"POST" if upload else b"GET", path)
    if upload:
        writer.write(head + framing(size, chunked) + b"\r\n\r\n")
        await send(writer, body, chunked)
    else:
        writer.write(head + b"\r\n")
    (_, status, *_), fields = await read_head(reader)
    assert status == "200", status
    if upload:
        result = (await reader.readexactly(int(fields["content-length"]))).decode()
    else:
        await receive(reader, body, fields)
        result = "whole" if body.whole() else f"{body.seen} bytes"
    writer.close()
    return result
