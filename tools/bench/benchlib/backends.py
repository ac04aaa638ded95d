"""The backends: Weir's demo backend, an nginx that stands in for it, and the raw peer of bulk."""
import os

from benchlib import machine, procs, proxies
from benchlib.errors import BenchError

SMALL_BODY = "hello from the backend\\n"


class Backend:
    """Runs on the load core. `address` is where the proxies send to."""
    kind = ""

    def __init__(self, argv, cores, address=None):
        self.child = procs.Child(self.kind, argv, cores)
        try:
            if address:
                self.child.wait_until(lambda: proxies.accepts(address), f"accepting on {address}")
            self.address = address or self.child.listening()
        except BaseException:
            self.child.stop()
            raise

    def stop(self):
        self.child.stop()


class WeirBackend(Backend):
    kind = "weir-backend"

    def __init__(self, path, cores):
        super().__init__([path, "--listen", "127.0.0.1:0"], cores)


class NginxStandin(Backend):
    """`/` is a small answer; `/bytes/N` is a sparse file for the sizes given."""
    kind = "nginx"

    def __init__(self, directory, cores, sizes=(1 << 30,)):
        binary = proxies.Nginx().binary()
        if not binary:
            raise BenchError(f"no backend: {proxies.Nginx().missing()}")
        os.makedirs(f"{directory}/www/bytes", exist_ok=True)
        for size in sizes:
            with open(f"{directory}/www/bytes/{size}", "wb") as file:
                file.truncate(size)
        address = f"127.0.0.1:{machine.free_port()}"
        job = proxies.Job("http", directory, [], 1, cores)
        temporary = [f"  {name}_temp_path {directory}/{name};"
                     for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")]
        argv = proxies.nginx_argv(binary, job, ["http {", "  access_log off;", *temporary,
            "  sendfile on;",
            "  tcp_nodelay on;",
            "  keepalive_requests 1000000000;",
            f"  keepalive_timeout {proxies.IDLE_SECONDS}s;",
            "  server {",
            f"    listen {address} backlog=4096;",
            f"    root {directory}/www;",
            f'    location = / {{ return 200 "{SMALL_BODY}"; }}',
            "    location /bytes/ { }",
            "  }",
            "}"])
        super().__init__(argv, cores, address)


class Peer(Backend):
    kind = "raw peer"

    def __init__(self, load_tool, cores):
        super().__init__([load_tool, "peer", "--listen", "127.0.0.1:0"], cores)


def start(kind, settings, cores, directory):
    """One backend of the kind: "raw", or "http" (weir-backend when there is one)."""
    if kind == "raw":
        return Peer(settings.load_tool, cores)
    if settings.backend and not settings.standin:
        return WeirBackend(settings.backend, cores)
    return NginxStandin(directory, cores)
