"""`weir http` and `weir run` on loopback, between Python's http.client and http.server."""

import collections
import http.client
import http.server
import json
import socket
import tempfile
import threading
import time
import unittest

from support import LIMIT_S, Weir, connect, read_all, unused_port


class Backend:
    """A keep-alive server that answers its name, to POST the body, and to /healthz `health`."""

    def __init__(self, name):
        backend = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self, body, status=200):
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                if self.path == "/healthz":
                    return self.answer(b"", backend.health)
                backend.seen.append(dict(self.headers))
                return self.answer(backend.name.encode())

            def do_POST(self):
                body = b""
                if self.headers.get("Transfer-Encoding") == "chunked":
                    while size := int(self.rfile.readline(), 16):
                        body += self.rfile.read(size)
                        self.rfile.readline()
                    self.rfile.readline()
                else:
                    body = self.rfile.read(int(self.headers["Content-Length"]))
                self.answer(body)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def get_request(self):
                backend.connections += 1
                return super().get_request()

            def handle_error(self, *_):
                pass  # the other side went away

        self.name, self.health, self.seen, self.connections = name, 200, [], 0
        self.server = Server(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def get(weir, path="/", headers=None):
    client = http.client.HTTPConnection(*weir.address, timeout=LIMIT_S)
    client.request("GET", path, headers=headers or {})
    answer = client.getresponse()
    body = answer.read()
    client.close()
    return answer, body.decode()


class Http(unittest.TestCase):
    def test_requests_of_kept_connections_are_spread_evenly_over_kept_connections(self):
        backends = [Backend(name) for name in ("a", "b", "c")]
        with Weir(*(b.address for b in backends), command="http") as weir:
            client = http.client.HTTPConnection(*weir.address, timeout=LIMIT_S)
            names = []
            for _ in range(30):
                client.request("GET", "/")
                names.append(client.getresponse().read().decode())
            self.assertEqual(collections.Counter(names), {"a": 10, "b": 10, "c": 10})
            self.assertEqual([b.connections for b in backends], [1, 1, 1])
            client.close()
            self.assertEqual(weir.stop(), 0)
            self.assertIn("requests=30 complete=30", weir.log)
            self.assertIn("upstream_connects=3", weir.log)

    def test_bodies_of_both_framings_arrive_whole(self):
        body = bytes(range(256)) * 40_000  # 10 MB
        with Weir(Backend("a").address, command="http", options=["--log", "none"]) as weir:
            for chunked in (False, True):
                client = http.client.HTTPConnection(*weir.address, timeout=LIMIT_S)
                pieces = iter([body[:5], body[5:70_000], body[70_000:]])
                client.request("POST", "/echo", body=pieces if chunked else body,
                               encode_chunked=chunked,
                               headers={"Transfer-Encoding": "chunked"} if chunked else {})
                self.assertEqual(client.getresponse().read(), body)
                client.close()

    def test_the_backend_is_told_of_the_client_and_not_of_the_hop(self):
        backend = Backend("a")
        with Weir(backend.address, command="http") as weir:
            get(weir, headers={"X-Forwarded-For": "6.6.6.6", "Connection": "x-secret",
                               "X-Secret": "1", "X-Other": "2"})
        seen = backend.seen[0]
        self.assertEqual(seen["X-Forwarded-For"], "127.0.0.1")
        self.assertEqual(seen["X-Forwarded-Proto"], "http")
        self.assertEqual(seen["X-Other"], "2")
        self.assertNotIn("X-Secret", seen)
        self.assertEqual(len(seen["X-Request-Id"]), 16)

    def test_what_cannot_be_understood_is_refused_and_the_connection_ends(self):
        get_a = b"GET / HTTP/1.1\r\nHost: a\r\n"
        cases = {get_a + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n": b"400",
                 b"GET / HTTP/1.1\r\n\r\n": b"400",
                 get_a + b"X:" + b"y" * 20_000 + b"\r\n\r\n": b"431",
                 b"GET /" + b"y" * 20_000: b"414",
                 b"CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n": b"501",
                 b"\x16\x03\x01\x02\x00": b"400"}
        with Weir(Backend("a").address, command="http") as weir:
            for sent, status in cases.items():
                with weir.connect() as client:
                    client.sendall(sent)
                    answer = read_all(client)
                self.assertEqual(answer[:12], b"HTTP/1.1 " + status, sent[:40])
                self.assertIn(b"Proxy-Status: weir; error=", answer)

    def test_pipelined_requests_are_answered_in_order_also_after_the_clients_end(self):
        with Weir(Backend("a").address, command="http") as weir, weir.connect() as client:
            client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * 2)
            client.shutdown(socket.SHUT_WR)
            self.assertEqual(read_all(client).count(b"HTTP/1.1 200 OK"), 2)

    def test_no_backend_is_a_502_and_a_line_in_the_log_with_the_attempt(self):
        with Weir(f"127.0.0.1:{unused_port()}", command="http") as weir:
            answer, body = get(weir)
            self.assertEqual(answer.status, 502)
            self.assertIn("error=connection_refused", answer.getheader("Proxy-Status"))
            self.assertTrue(body)
            self.assertEqual(weir.stop(), 0)
        line = json.loads(next(line for line in weir.log.splitlines() if line.startswith("{")))
        self.assertEqual((line["status"], line["end"]), (502, "answered_by_us"))
        self.assertEqual([a["end"] for a in line["attempts"]], ["connect_failed"])

    def test_sigterm_ends_idle_connections_and_finishes_requests(self):
        with Weir(Backend("a").address, command="http", workers=2) as weir:
            idle = http.client.HTTPConnection(*weir.address, timeout=LIMIT_S)
            idle.request("GET", "/")
            self.assertEqual(idle.getresponse().read(), b"a")
            weir.terminate()
            self.assertEqual(weir.wait(), 0)
            self.assertEqual(idle.sock.recv(1), b"")


CONFIG = """
workers = 2
access_log = "none"
[[listener]]
name = "web"
address = "127.0.0.1:0"
[[route]]
path_prefix = "/api"
cluster = "api"
[[cluster]]
name = "api"
backend = [{{ address = "{a}" }}, {{ address = "{b}" }}]
[cluster.health]
type = "http"
path = "/healthz"
interval = "100ms"
fast_interval = "50ms"
timeout = "1s"
rise = 1
fall = 2
"""


class Run(unittest.TestCase):
    def test_routes_and_health_checks_of_a_configuration(self):
        a, b = Backend("a"), Backend("b")
        with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
            file.write(CONFIG.format(a=a.address, b=b.address))
            file.flush()
            with Weir(config=file.name) as weir:
                self.assertEqual(get(weir, "/other")[0].status, 404)
                self.assertEqual({get(weir, "/api")[1] for _ in range(4)}, {"a", "b"})
                a.health = 500
                self.until(lambda: {get(weir, "/api")[1] for _ in range(8)} == {"b"})
                a.health = 200
                self.until(lambda: {get(weir, "/api")[1] for _ in range(8)} == {"a", "b"})
                self.assertEqual(weir.stop(), 0, weir.log)

    def until(self, holds):
        deadline = time.monotonic() + LIMIT_S
        while not holds():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)


if __name__ == "__main__":
    unittest.main()
