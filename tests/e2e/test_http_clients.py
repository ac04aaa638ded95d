"""`weir http` as the clients of other people see it: curl, wrk, node's keep-alive Agent."""

import re
import shutil
import subprocess
import sys
import tempfile
import unittest

from support import LIMIT_S, PATIENT, Weir, WeirBackend


def needs(program):
    """Without the program the tests are skipped, and it is said where a log shows it."""
    there = shutil.which(program) is not None
    if not there:
        print(f"SKIPPED: there is no {program} to test with", file=sys.stderr)
    return unittest.skipUnless(there, f"there is no {program}")


class Clients(unittest.TestCase):
    def setUp(self):
        self.backend = self.enterContext(WeirBackend("--name", "red"))
        self.weir = self.enterContext(
            Weir(self.backend.address, command="http", options=PATIENT))
        self.url = "http://%s:%d" % self.weir.address

    def run_client(self, *command, given=None):
        done = subprocess.run(command, input=given, capture_output=True, timeout=LIMIT_S,
                              check=False)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return done.stdout, done.stderr.decode()

    def counted(self):
        """The summary of weir, by name."""
        self.assertEqual(self.weir.stop(), 0)
        return {name: int(number) for name, number in re.findall(r"(\w+)=(\d+)", self.weir.log)}


@needs("curl")
class Curl(Clients):
    def curl(self, *options, given=None):
        return self.run_client("curl", "-sS", "--max-time", str(LIMIT_S), *options, given=given)

    def test_two_requests_on_one_connection(self):
        out, _ = self.curl("-w", " %{num_connects} %{http_code}\n", f"{self.url}/bytes/100000",
                           "-o", "/dev/null", f"{self.url}/status/203", "-o", "/dev/null")
        self.assertEqual(out, b" 1 200\n 0 203\n")
        counted = self.counted()
        self.assertEqual((counted["connections"], counted["requests"]), (1, 2))
        self.assertEqual(counted["upstream_connects"], 1)

    def test_head_has_a_length_and_no_body(self):
        out, err = self.curl("-v", "--head", f"{self.url}/bytes/1234", f"{self.url}/bytes/99")
        self.assertEqual(re.findall(rb"Content-Length: (\d+)", out), [b"1234", b"99"])
        self.assertIn("Re-using existing connection", err)

    def test_an_upload_that_waits_for_100_continue(self):
        body = bytes(range(256)) * 8000
        with tempfile.NamedTemporaryFile() as file:
            file.write(body)
            file.flush()
            out, err = self.curl("-v", "--expect100-timeout", str(2 * LIMIT_S),
                                 "-H", "Expect: 100-continue", "--data-binary", "@" + file.name,
                                 f"{self.url}/echo")
        self.assertTrue(out == body)
        self.assertIn("< HTTP/1.1 100 Continue", err)

    def test_an_upload_in_chunks(self):
        body = bytes(range(256)) * 8000
        out, err = self.curl("-v", "-H", "Transfer-Encoding: chunked", "-T", "-", "-X", "POST",
                             f"{self.url}/echo", given=body)
        self.assertTrue(out == body)
        self.assertIn("> Transfer-Encoding: chunked", err)
        self.assertEqual(self.counted()["bytes_in"], len(body))

    def test_http_1_0_gets_the_end_of_a_chunked_body_by_the_end_of_the_connection(self):
        out, err = self.curl("-v", "--http1.0", f"{self.url}/bytes/100000?chunked=1")
        self.assertEqual(len(out), 100_000)
        self.assertNotIn("< Transfer-Encoding", err)
        self.assertIn("Closing connection", err)


@needs("wrk")
class Wrk(Clients):
    def test_two_seconds_of_20_connections_see_no_error(self):
        out, _ = self.run_client("wrk", "-t1", "-c20", "-d2s", "--timeout", "60s",
                                  f"{self.url}/")
        self.assertNotIn(b"Socket errors", out)
        self.assertNotIn(b"Non-2xx", out)
        answered = int(re.search(rb"(\d+) requests in", out).group(1))
        self.assertGreater(answered, 0)
        counted = self.counted()
        self.assertIn(counted["connections"], (20, 21))  # it tries the address first
        self.assertGreaterEqual(counted["complete"], answered)
        self.assertEqual((counted["answered_by_us"], counted["connects_failed"]), (0, 0))


NODE = """
const http = require('http');
const agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
const [url, count] = [process.argv[1], 40];
let done = 0;
for (let i = 0; i < count; ++i) {
  const body = `request ${i} `.repeat(1 + i * 100);
  const request = http.request(url + '/echo', { agent, method: 'POST' }, (answer) => {
    let got = '';
    answer.setEncoding('utf8');
    answer.on('data', (piece) => { got += piece; });
    answer.on('end', () => {
      if (answer.statusCode !== 200 || got !== body) throw new Error(`answer ${i} is wrong`);
      if (++done === count) { console.log(done); agent.destroy(); }
    });
  });
  if (i % 2 === 0) request.write(body);  // in chunks then
  request.end(i % 2 === 0 ? '' : body);
}
"""


@needs("node")
class Node(Clients):
    def test_an_agent_keeps_its_connections(self):
        out, _ = self.run_client("node", "-e", NODE, self.url)
        self.assertEqual(out, b"40\n")
        counted = self.counted()
        self.assertEqual((counted["connections"], counted["complete"]), (4, 40))


if __name__ == "__main__":
    unittest.main()
