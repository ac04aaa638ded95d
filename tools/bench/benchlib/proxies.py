"""The proxies. One small class each: a method per mode gives the command line that starts it.

To add a mode ("http"), add a method of that name to each class that can do it. The method gets a
Job, writes its configuration below job.dir, and returns (argv, address); address None means that
the proxy prints `listening PROTOCOL ADDRESS`. What each configuration chooses: README.md.
"""
import os
import re
import shutil
import socket
from dataclasses import dataclass

from benchlib import machine, parse, procs
from benchlib.errors import BenchError

IDLE_SECONDS = 600  # no proxy may close an idle connection during a measurement


@dataclass
class Job:
    """What a proxy is started for."""
    mode: str        # the name of the method: "tcp"
    dir: str         # its own directory for configuration files
    backends: list   # HOST:PORT
    workers: int
    cores: set


class Running:
    """A proxy that runs: where it listens and which processes it consists of."""

    def __init__(self, proxy, job):
        os.makedirs(job.dir, exist_ok=True)
        argv, address = getattr(proxy, job.mode)(job)
        self.proxy, self.job = proxy, job
        self.child = procs.Child(proxy.name, argv, job.cores)
        self.stopped = False
        try:
            if address:
                self.child.wait_until(lambda: accepts(address), f"accepting on {address}")
            self.address = address or self.child.listening()
            self.pids = self.child.pids()
        except BaseException:
            self.child.stop()
            raise

    def cpu_ns(self):
        return procs.cpu_ns(self.pids)

    def user_seconds(self):
        return procs.user_seconds(self.pids)

    def own_bytes(self):
        return procs.own_bytes(self.pids)

    def stop(self):
        """Ends it; a text when that was not clean."""
        if self.stopped:
            return None
        self.stopped = True
        early = self.child.process.poll()
        if early is not None:
            return (f"{self.proxy.name} ended by itself with status {early}: "
                    f"{self.child.text()[-400:]}")
        status = self.child.stop()
        clean = status in self.proxy.clean_statuses
        return None if clean else f"{self.proxy.name}: exit status {status} after SIGTERM"


def accepts(address):
    host, port = address.rsplit(":", 1)
    try:
        socket.create_connection((host, int(port)), timeout=1).close()
        return True
    except OSError:
        return False


class Proxy:
    name = ""
    peer = False          # one of those that Weir is compared with
    program = ""          # the executable of a peer
    package = ""          # how to install it
    clean_statuses = (0,)  # of an exit after SIGTERM

    def binary(self):
        """Path of the executable, or None."""
        return shutil.which(self.program, path=os.environ.get("PATH", "") + ":/usr/sbin")

    def missing(self):
        """None, or why it cannot be measured and what to do."""
        return None if self.binary() else f"{self.program} is missing: {self.package}"

    def spread(self, running, release):
        """Connections per worker, while they are held; [] when it does not say. A proxy that says
        so only when it ends calls release() (which closes the held connections) itself."""
        return []


class Weir(Proxy):
    name = "weir"

    def __init__(self, path):
        self.path = path

    def binary(self):
        return self.path

    def missing(self):
        return None if self.path else "weir is missing: build it (bin/weir), or give --weir PATH"

    def tcp(self, job):
        return [self.path, "tcp", "--listen", "127.0.0.1:0", "--to", ",".join(job.backends),
                "--workers", str(job.workers), *self.no_log("tcp")], None

    def http(self, job):
        """With its access log, which the peers here do without."""
        return [self.path, "http", "--listen", "127.0.0.1:0", "--to", ",".join(job.backends),
                "--workers", str(job.workers), "--log", os.path.join(job.dir, "access.log")], None

    def no_log(self, mode):
        """No proxy here writes a line for each session."""
        has_log = "--log" in machine.output_of([self.path, mode, "--help"])
        return ["--log", "none"] if has_log else []

    def spread(self, running, release):
        """Until there is an admin interface to ask: the summary lines that it ends with."""
        running.child.terminate()
        release()
        running.child.wait()
        running.stopped = True
        return parse.worker_connections(running.child.text())


class Floor(Proxy):
    name = "floor"

    def __init__(self, build_dir, relay=None):
        self.build_dir = build_dir
        self.relay = relay or "512k"  # how it moves bytes: 512k, 64k or splice
        self.name = f"floor-{relay}" if relay else "floor"

    def binary(self):
        return machine.tool(self.build_dir, "weir-floor", "floor")

    def tcp(self, job):
        return [self.binary(), "--listen", "127.0.0.1:0", "--to", ",".join(job.backends),
                "--relay", self.relay], None

    def http(self, job):
        """It does not look at the bytes: what is left when HTTP costs nothing."""
        return self.tcp(job)


class Haproxy(Proxy):
    name = "haproxy"
    peer = True
    package = "apt-get install haproxy"
    program = "haproxy"
    clean_statuses = (0, -15, 143)
    buffer_kib = 16  # its default

    def tcp(self, job):
        address = f"127.0.0.1:{machine.free_port()}"
        servers = [f"    server s{i} {to}" for i, to in enumerate(job.backends)]
        return self._start(job, address, [
            "defaults",
            "    mode tcp",
            "    timeout connect 5s",
            f"    timeout client {IDLE_SECONDS}s",
            f"    timeout server {IDLE_SECONDS}s",
            "listen bench",
            f"    bind {address} backlog 4096",
            "    balance roundrobin",
        ] + servers)

    def http(self, job):
        address = f"127.0.0.1:{machine.free_port()}"
        servers = [f"    server s{i} {to}" for i, to in enumerate(job.backends)]
        return self._start(job, address, [
            "defaults",
            "    mode http",
            "    option forwardfor",
            "    timeout connect 5s",
            f"    timeout client {IDLE_SECONDS}s",
            f"    timeout server {IDLE_SECONDS}s",
            f"    timeout http-keep-alive {IDLE_SECONDS}s",
            "listen bench",
            f"    bind {address} backlog 4096",
            "    balance roundrobin",
        ] + servers)

    def _start(self, job, address, lines):
        # A session takes two descriptors and HAProxy refuses to start with more than they allow.
        head = ["global",
                f"    maxconn {machine.FILES_MAX // 2 - 100}",
                f"    nbthread {job.workers}",
                f"    stats socket {job.dir}/stats.sock"]
        if self.buffer_kib != 16:
            head.append(f"    tune.bufsize {self.buffer_kib * 1024}")
        path = os.path.join(job.dir, "haproxy.cfg")
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(head + lines) + "\n")
        return [self.binary(), "-db", "-f", path], address

    def spread(self, running, release):
        with socket.socket(socket.AF_UNIX) as stats:
            stats.settimeout(5)
            stats.connect(f"{running.job.dir}/stats.sock")
            stats.sendall(b"show activity\n")
            reply = b"".join(iter(lambda: stats.recv(65536), b""))
        return parse.haproxy_threads(reply.decode(errors="replace"))


class Nginx(Proxy):
    name = "nginx"
    peer = True
    package = "apt-get install nginx-light libnginx-mod-stream"
    program = "nginx"
    buffer_kib = 16  # its default

    def tcp(self, job):
        address = f"127.0.0.1:{machine.free_port()}"
        servers = [f"    server {to} max_fails=0;" for to in job.backends]
        reuseport = " reuseport" if job.workers > 1 else ""
        return nginx_argv(self.binary(), job, ["stream {", "  access_log off;",
            "  upstream backends {", *servers, "  }",
            "  server {",
            f"    listen {address} backlog=4096{reuseport};",
            "    proxy_pass backends;",
            f"    proxy_buffer_size {self.buffer_kib}k;",
            "    proxy_connect_timeout 5s;",
            f"    proxy_timeout {IDLE_SECONDS}s;",
            "    tcp_nodelay on;",
            "  }",
            "}"]), address

    def http(self, job):
        address = f"127.0.0.1:{machine.free_port()}"
        servers = [f"    server {to} max_fails=0;" for to in job.backends]
        reuseport = " reuseport" if job.workers > 1 else ""
        temporary = [f"  {name}_temp_path {job.dir}/{name};"
                     for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")]
        return nginx_argv(self.binary(), job, ["http {", "  access_log off;", *temporary,
            "  tcp_nodelay on;",
            "  keepalive_requests 1000000000;",
            f"  keepalive_timeout {IDLE_SECONDS}s;",
            "  upstream backends {", *servers,
            "    keepalive 128;",
            "    keepalive_requests 1000000000;",
            "  }",
            "  server {",
            f"    listen {address} backlog=4096{reuseport};",
            "    location / {",
            "      proxy_pass http://backends;",
            "      proxy_http_version 1.1;",
            '      proxy_set_header Connection "";',
            "      proxy_set_header Host $host;",
            "      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
            "      proxy_connect_timeout 5s;",
            f"      proxy_read_timeout {IDLE_SECONDS}s;",
            *([f"      proxy_buffer_size {self.buffer_kib}k;",
               f"      proxy_buffers 8 {self.buffer_kib}k;"] if self.buffer_kib != 16 else []),
            "    }",
            "  }",
            "}"]), address

    def spread(self, running, release):
        workers = procs.descendants(running.child.process.pid)
        inodes = procs.connection_inodes(int(running.address.rsplit(":", 1)[1]))
        return [len(inodes & procs.socket_inodes(pid)) for pid in workers]


def nginx_argv(binary, job, lines):
    """Writes a whole nginx.conf around `lines` and gives the command line for it."""
    module = "/usr/lib/nginx/modules/ngx_stream_module.so"  # Debian: libnginx-mod-stream
    head = [f"load_module {module};"] if os.path.exists(module) else []
    head += ["user root;"] if os.geteuid() == 0 else []
    head += [
        "daemon off;",
        f"worker_processes {job.workers};",
        f"worker_rlimit_nofile {machine.FILES_MAX};",
        f"pid {job.dir}/nginx.pid;",
        "error_log stderr warn;",
        f"events {{ worker_connections {machine.FILES_MAX}; }}",
    ]
    path = os.path.join(job.dir, "nginx.conf")
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(head + lines) + "\n")
    return [binary, "-p", job.dir, "-e", "stderr", "-c", path]


def by_name(name, weir_path, build_dir):
    """The proxy that --proxies calls `name`; haproxy-64k and nginx-512k are peers with buffers of
    that size instead of their default, floor-64k and floor-splice the floor's other relays."""
    peer = re.fullmatch(r"(haproxy|nginx)(?:-([1-9]\d{0,3})k)?", name)
    if peer:
        proxy = Haproxy() if peer.group(1) == "haproxy" else Nginx()
        proxy.name, proxy.buffer_kib = name, int(peer.group(2) or proxy.buffer_kib)
        return proxy
    if name == "weir":
        return Weir(weir_path)
    floor = re.fullmatch(r"floor(?:-(64k|splice))?", name)
    if floor:
        return Floor(build_dir, floor.group(1))
    raise BenchError(f"unknown proxy '{name}': choose from weir, haproxy, nginx, floor, or a peer "
                     "with another buffer size, such as haproxy-64k")
