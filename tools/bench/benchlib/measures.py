"""The measurements: one class each.

`measure(running, bench)` loads one proxy once and gives {figure key: number}. A measurement with
fresh = True gets a proxy started for that round alone; otherwise all proxies keep running and only
one is loaded at a time. To add a mode, add a class here and to BY_NAME; `mode` names the method of
the proxy classes that starts them.
"""
import json
import os
import subprocess
import time
from dataclasses import dataclass

from benchlib import parse, procs
from benchlib.errors import BenchError
from benchlib.stats import Figure

MIB = 1 << 20


@dataclass
class Bench:
    """What the measurements need to know."""
    seconds: float
    proxy_core: int
    load_core: int
    load_tool: str
    connections: int   # 0: the default of the measurement
    bytes: int


class Window:
    """Reads the CPU time of a proxy and of both cores around a load."""

    def __init__(self, running, bench):
        self.running, self.bench = running, bench
        self.ticks = procs.core_ticks()
        self.user, self.cpu = running.user_seconds(), running.cpu_ns()
        self.start = time.monotonic()

    def close(self):
        """cpu_us and user_us of the proxy, and how busy the cores were, in percent."""
        cpu_us = (self.running.cpu_ns() - self.cpu) / 1e3
        elapsed_us = (time.monotonic() - self.start) * 1e6
        ticks, bench = procs.core_ticks(), self.bench
        proxy_share = 100 * cpu_us / elapsed_us
        core_busy = procs.core_share(self.ticks, ticks, bench.proxy_core)
        return {
            "cpu_us": cpu_us,
            "user_us": (self.running.user_seconds() - self.user) * 1e6,
            "elapsed_us": elapsed_us,
            "proxy_busy": proxy_share,
            "load_busy": procs.core_share(self.ticks, ticks, bench.load_core),
            "others_busy": max(0.0, core_busy - proxy_share),
            "stolen": procs.core_share(self.ticks, ticks, bench.proxy_core, field=1),
        }


CORE_FIGURES = [Figure("proxy_busy", "proxy core%", digits=0),
                Figure("others_busy", "others%", digits=0),
                Figure("load_busy", "load core%", digits=0)]


def run_load(argv, bench, seconds):
    """Runs a load generator on the load core; its standard output."""
    try:
        done = subprocess.run(
            argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, check=False, timeout=seconds + 60,
            preexec_fn=procs.run_pinned({bench.load_core}))
    except OSError as error:
        raise BenchError(f"cannot run {argv[0]}: {error.strerror}; is it installed?") from error
    except subprocess.TimeoutExpired as error:
        raise BenchError(f"{os.path.basename(argv[0])} did not end 60 s after its time") from error
    if done.returncode != 0:
        raise BenchError(f"{os.path.basename(argv[0])} failed: {done.stderr.strip()[-400:]}")
    return done.stdout


class Measurement:
    name = ""
    mode = "tcp"
    backend = "http"
    backends = 1
    fresh = False
    workers = 1
    proxies = ("weir", "haproxy", "nginx", "floor")
    figures = []

    def about(self, bench):
        return ""

    def warm_up(self, running, bench):
        self.measure(running, bench)


class PerRequest(Measurement):
    """Shared by the measurements that count requests."""
    figures = [Figure("cpu_us_per_request", "CPU us/req", "low", 2, ratio=True),
               Figure("user_us_per_request", "user us", "low", 2),
               Figure("rate", "req/s", "high", 0, ratio=True),
               Figure("p50_us", "p50 us", "low", 0),
               Figure("p99_us", "p99 us", "low", 0), *CORE_FIGURES]

    def load(self, running, bench):
        """Loads the proxy; a dict with requests, rate, p50_us, p99_us, errors."""
        raise NotImplementedError

    def measure(self, running, bench):
        window = Window(running, bench)
        reply = self.load(running, bench)
        cells = {**reply, **window.close()}
        cells["cpu_us_per_request"] = cells["cpu_us"] / reply["requests"]
        cells["user_us_per_request"] = cells["user_us"] / reply["requests"]
        return cells


class Tcp(PerRequest):
    name = "tcp"
    connections = 64
    path = "/"

    def about(self, bench):
        return (f"wrk, {bench.connections or self.connections} keep-alive connections, "
                f"GET {self.path}")

    def load(self, running, bench):
        argv = ["wrk", "--threads", "1", "--latency",
                "--connections", str(bench.connections or self.connections),
                "--duration", f"{max(1, round(bench.seconds))}s",
                f"http://{running.address}{self.path}"]
        return parse.wrk_output(run_load(argv, bench, bench.seconds))


class Churn(PerRequest):
    name = "churn"
    connections = 32

    def about(self, bench):
        return f"a new connection per request, {bench.connections or self.connections} at a time"

    def load(self, running, bench):
        argv = [bench.load_tool, "churn", "--to", running.address, "--seconds", str(bench.seconds),
                "--connections", str(bench.connections or self.connections)]
        reply = json.loads(run_load(argv, bench, bench.seconds))
        if not reply["requests"]:
            raise BenchError(f"churn: no request succeeded, {reply['errors']} errors")
        reply["rate"] = reply["requests"] / reply["seconds"]
        reply["errors"] += reply.pop("stalled")
        return reply


class Http(Tcp):
    name = "http"
    mode = "http"
    backends = 3


class Http64k(Http):
    name = "http-64k"
    path = "/bytes/65536"
    connections = 16
    proxies = ("weir", "haproxy", "haproxy-64k", "nginx", "nginx-64k", "floor")


class Http1m(Http64k):
    name = "http-1m"
    path = "/bytes/1048576"


class HttpChurn(Churn):
    name = "http-churn"
    mode = "http"
    backends = 3


class Bulk(Measurement):
    name = "bulk"
    backend = "raw"
    connections = 4
    proxies = ("weir", "haproxy", "haproxy-64k", "nginx", "nginx-64k", "floor")
    figures = [Figure("down_cpu_us_per_mib", "down CPU us/MiB", "low", 1, ratio=True),
               Figure("up_cpu_us_per_mib", "up CPU us/MiB", "low", 1, ratio=True),
               Figure("down_mib_per_s", "down MiB/s", "high", 0),
               Figure("up_mib_per_s", "up MiB/s", "high", 0), *CORE_FIGURES]

    def about(self, bench):
        return (f"{bench.bytes / MIB:.0f} MiB over {bench.connections or self.connections} "
                "connections, down (backend to client), then up")

    def measure(self, running, bench):
        cells = {}
        for direction in ("down", "up"):
            window = Window(running, bench)
            argv = [bench.load_tool, "bulk", "--to", running.address, "--direction", direction,
                    "--bytes", str(bench.bytes),
                    "--connections", str(bench.connections or self.connections)]
            reply = json.loads(run_load(argv, bench, 60))
            closed, mib = window.close(), reply["bytes"] / MIB
            cells[f"{direction}_cpu_us_per_mib"] = closed["cpu_us"] / mib
            cells[f"{direction}_user_us_per_mib"] = closed["user_us"] / mib
            cells[f"{direction}_mib_per_s"] = mib / reply["seconds"]
            cells.update({figure.key: closed[figure.key] for figure in CORE_FIGURES})
        return cells


class Holding:
    """N connections held open through a proxy by weir-load idle."""

    def __init__(self, running, bench, count):
        argv = [bench.load_tool, "idle", "--to", running.address, "--connections", str(count)]
        self.child = procs.Child("weir-load", argv, {bench.load_core})
        self.child.wait_until(lambda: f"ready {count}" in self.child.lines, "line 'ready N'", 120)

    def release(self):
        """Closes them; how many were still open."""
        if self.child.process.poll() is None:
            self.child.process.stdin.close()
        self.child.wait()
        return json.loads(self.child.lines[-1])["alive"]


class Idle(Measurement):
    name = "idle"
    fresh = True
    connections = 5000
    warm_connections = 16  # what is allocated once (code pages, first blocks) is not per connection
    figures = [Figure("bytes_per_connection", "B/conn", "low", 0, ratio=True),
               Figure("before_kib", "KiB before", "", 0),
               Figure("held_kib", "KiB held", "low", 0, ratio=True),
               Figure("idle_cpu_ms_per_s", "CPU ms/s held", "low", 2)]

    def about(self, bench):
        return f"{bench.connections or self.connections} idle connections, user-space memory"

    def warm_up(self, running, bench):
        Holding(running, bench, self.warm_connections).release()
        time.sleep(0.3)

    def measure(self, running, bench):
        count = bench.connections or self.connections
        before = running.own_bytes()
        holding = Holding(running, bench, count)
        time.sleep(0.3)
        after, cpu = running.own_bytes(), running.cpu_ns()
        held_seconds = min(bench.seconds, 2)
        time.sleep(held_seconds)
        cpu_ms = (running.cpu_ns() - cpu) / 1e6
        alive = holding.release()
        return {"bytes_per_connection": (after - before) / count, "before_kib": before / 1024,
                "held_kib": after / 1024, "idle_cpu_ms_per_s": cpu_ms / held_seconds,
                "errors": count - alive}


class IdleHttp(Idle):
    """What is left of a keep-alive connection of a client after its one request."""
    name = "idle-http"
    mode = "http"
    backends = 3


class Spread(Measurement):
    name = "spread"
    fresh = True
    workers = 4
    connections = 1000
    proxies = ("weir", "haproxy", "nginx")
    figures = [Figure("most_over_mean", "most/mean", "low", 2, ratio=True),
               Figure("least_over_mean", "least/mean", "high", 2),
               Figure("most", "most", "", 0), Figure("least", "least", "", 0)]

    def about(self, bench):
        return f"{bench.connections or self.connections} connections held over the workers"

    def warm_up(self, running, bench):
        pass

    def measure(self, running, bench):
        holding = Holding(running, bench, bench.connections or self.connections)
        counts = running.proxy.spread(running, holding.release)
        holding.release()
        if not counts:
            raise BenchError(f"{running.proxy.name} does not say how many connections each worker "
                             "holds: see spread() in benchlib/proxies.py")
        mean = sum(counts) / len(counts) or 1
        return {"most_over_mean": max(counts) / mean, "least_over_mean": min(counts) / mean,
                "most": max(counts), "least": min(counts), "counts": counts}


BY_NAME = {kind.name: kind for kind in (Tcp, Bulk, Idle, Churn, Spread, Http, Http64k, Http1m,
                                        HttpChurn, IdleHttp)}
