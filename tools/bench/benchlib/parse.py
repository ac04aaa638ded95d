"""Pure: the numbers in what wrk, weir, weir-sim and HAProxy print."""
import re

from benchlib.errors import BenchError

_TIME_US = {"us": 1.0, "ms": 1e3, "s": 1e6, "m": 60e6}


def listening_address(line):
    """The address of 'listening tcp 127.0.0.1:8080', or None when the line is something else."""
    found = re.match(r"listening \S+ (\S+:\d+)\s*$", line)
    return found.group(1) if found else None


def wrk_output(text):
    """What one `wrk --latency` run says, as a dict; errors counts every reply that was not good."""
    total = re.search(r"(\d+) requests in ", text)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    if not total or not rate or int(total.group(1)) == 0:
        raise BenchError("wrk got no replies; it printed: " + " | ".join(text.split("\n"))[:400])
    errors = sum(int(n) for n in re.findall(r"Non-2xx or 3xx responses: (\d+)", text))
    socket_errors = re.search(r"Socket errors: (.*)", text)
    if socket_errors:
        errors += sum(int(n) for n in re.findall(r"\d+", socket_errors.group(1)))
    return {
        "requests": int(total.group(1)),
        "rate": float(rate.group(1)),
        "p50_us": _wrk_percentile(text, "50%"),
        "p99_us": _wrk_percentile(text, "99%"),
        "errors": errors,
    }


def _wrk_percentile(text, name):
    found = re.search(r"^\s*" + re.escape(name) + r"\s+([\d.]+)(us|ms|s|m)\s*$", text, re.M)
    return float(found.group(1)) * _TIME_US[found.group(2)] if found else None


def key_value_unit(text):
    """Lines 'key value unit' as [(key, number, unit)]; the unit may be absent. Skips others."""
    rows = []
    for line in text.splitlines():
        found = re.match(r"\s*([\w./:-]+)\s+(-?\d[\d.]*(?:[eE][+-]?\d+)?)(?:\s+(\S+))?\s*$", line)
        if found:
            rows.append((found.group(1), float(found.group(2)), found.group(3) or ""))
    return rows


def worker_connections(text):
    """Connections of each worker from Weir's summary at exit, 'summary worker=0 .. open_max=251',
    or from 'worker 0: 251 connections'; [] when there are no such lines."""
    counts = {}
    for line in text.splitlines():
        worker = re.search(r"\bworker[ =](\d+)", line)
        count = re.search(r"\bopen_max=(\d+)|\bconnections=(\d+)|(\d+) connections", line)
        if worker and count:
            counts[int(worker.group(1))] = int(next(n for n in count.groups() if n))
    return [counts[worker] for worker in sorted(counts)]


def haproxy_threads(activity, key="accepted"):
    """The per-thread numbers of one line of HAProxy's `show activity`: 'key: total [ a b c ]'."""
    found = re.search(r"^" + key + r":\s*\d+\s*\[([\d\s]+)\]", activity, re.M)
    return [int(n) for n in found.group(1).split()] if found else []
