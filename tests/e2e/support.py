"""What the end-to-end tests share: the proxy as a child process, and small TCP servers.

Everything is on loopback with ports that the system picks; every wait has a limit; only processes
that a test started are ended.
"""

import errno
import os
import re
import resource
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

WEIR = os.environ.get("WEIR", "build/dev/bin/weir")
WEIR_BACKEND = os.environ.get("WEIR_BACKEND", "build/dev/bin/weir-backend")
LIMIT_S = 60  # for anything that waits: far beyond what a slow machine needs
# For weir: who moves much cannot mean a timeout when the whole machine stands still for a while.
PATIENT = ["--body-timeout=10m", "--response-timeout=10m", "--header-timeout=10m",
           "--keep-alive-timeout=10m", "--connect-timeout=10m", "--log=none"]

# The tests hold both ends of a thousand connections; many systems begin with 1024 files.
_, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (_hard, _hard))


class Weir:
    """A running `weir tcp` (or `http`, or `run` with a configuration); use it in a `with`. Its
    log is in `log` once it has ended."""

    def __init__(self, *to, workers=1, listen="127.0.0.1:0", files=None, options=(),
                 closed_files=(), command="tcp", config=None):
        protocol = "http" if config else command
        if config:
            command = [WEIR, "run", "--config", config]
        else:
            command = [WEIR, command, "--listen", listen, "--to", ",".join(to)]
            command += ["--workers", str(workers), *options]

        def prepare():
            if files is not None:
                resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
            for number in closed_files:
                os.close(number)
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        text=True, preexec_fn=prepare)
        line = self.process.stdout.readline()
        if not line.startswith(f"listening {protocol} "):
            raise AssertionError("weir did not start: " + line + self.process.stderr.read())
        host, port = line.split()[-1].rsplit(":", 1)
        self.address = (host.strip("[]"), int(port))
        self.log = ""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.returncode is None:
            self.process.kill()
            self.process.communicate()

    def connect(self):
        return connect(self.address)

    def terminate(self):
        self.process.send_signal(signal.SIGTERM)

    def wait(self):
        """Waits until it has ended; returns its exit status."""
        _, self.log = self.process.communicate(timeout=LIMIT_S)
        return self.process.returncode

    def stop(self):
        self.terminate()
        return self.wait()

    def open_files(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def highest_file(self):
        return max(int(number) for number in os.listdir(f"/proc/{self.process.pid}/fd"))

    def resident_kib(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1))

    def private_kib(self):
        """Memory that is nobody else's: neither the program's text nor what lies in the kernel."""
        with open(f"/proc/{self.process.pid}/smaps_rollup", encoding="ascii") as smaps:
            return sum(map(int, re.findall(r"Private_\w+:\s+(\d+) kB", smaps.read())))

    def cpu_s(self):
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class WeirBackend:
    """A running `weir-backend`; use it in a `with`."""

    def __init__(self, *options):
        self.process = subprocess.Popen([WEIR_BACKEND, "--listen", "127.0.0.1:0", *options],
                                        stdout=subprocess.PIPE, text=True)
        self.address = self.process.stdout.readline().split()[-1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()


class Server:
    """A TCP server that runs `serve(connection)` in a thread for each connection."""

    def __init__(self, serve, family=socket.AF_INET):
        host = "::1" if family == socket.AF_INET6 else "127.0.0.1"
        self.listener = socket.create_server((host, 0), family=family, backlog=1024)
        self.port = self.listener.getsockname()[1]
        bracketed = f"[{host}]" if family == socket.AF_INET6 else host
        self.address = f"{bracketed}:{self.port}"
        self.accepted = 0
        self.serve = serve
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError as error:
                if error.errno not in (errno.EMFILE, errno.ENFILE):
                    return  # closed
                print("a test's server has no file descriptors left", file=sys.stderr)
                time.sleep(0.1)
                continue
            self.accepted += 1
            connection.settimeout(LIMIT_S)
            threading.Thread(target=self._run, args=(connection,), daemon=True).start()

    def _run(self, connection):
        with connection:
            try:
                self.serve(connection)
            except OSError:
                pass  # the other side went away: what the test is about, or its end

    def close(self):
        self.listener.close()


def connect(address):
    connection = socket.create_connection(address, timeout=LIMIT_S)
    connection.settimeout(LIMIT_S)
    return connection


def read_all(connection):
    """Reads until the end; a reset raises ConnectionResetError."""
    pieces = []
    while piece := connection.recv(65536):
        pieces.append(piece)
    return b"".join(pieces)


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def echo(connection):
    while piece := connection.recv(65536):
        connection.sendall(piece)
    connection.shutdown(socket.SHUT_WR)
    connection.recv(1)


def answer(name):
    """A server that says its name and closes."""
    return lambda connection: connection.sendall(name)


def unused_port():
    """A port that nobody listens on: connects to it are refused."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]
