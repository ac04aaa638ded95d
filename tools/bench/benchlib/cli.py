"""The command line: starts everything, alternates the proxies round by round, prints, writes."""
import argparse
import contextlib
import json
import os
import shutil
import signal
import sys
import tempfile
import time

from benchlib import backends, machine, measures, proxies, simbench, stats
from benchlib.errors import BenchError

ROUNDS_MAX = 1000


def arguments(argv):
    parser = argparse.ArgumentParser(
        prog="tools/bench/run",
        description="Weir against nginx, HAProxy and a no-parsing floor, alternating in one run.")
    parser.add_argument("measurement", choices=[*measures.BY_NAME, "sim"])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=2, help="of load per proxy and round")
    parser.add_argument("--proxies", help="of weir, haproxy, nginx, floor; haproxy-64k: "
                        "with buffers of that size (default: by measurement)")
    parser.add_argument("--weir", help="default: BUILD_DIR/bin/weir")
    parser.add_argument("--backend", help="default: BUILD_DIR/bin/weir-backend")
    parser.add_argument("--backend-standin", choices=["nginx"], dest="standin",
                        help="use this backend even where there is a weir-backend")
    parser.add_argument("--backends", type=int, choices=[1, 2, 3],
                        help="of the measurement's own number (tcp 1, http 3)")
    parser.add_argument("--connections", type=int, default=0, help="default: by measurement")
    parser.add_argument("--mib", type=int, default=1024, help="bulk: MiB in each direction")
    parser.add_argument("--workers", type=int, default=0, help="default: 1, and 4 for spread")
    parser.add_argument("--cores", default="0,1", help="proxy core,load core")
    parser.add_argument("--build-dir", default=os.path.join(machine.ROOT, "build", "release"))
    parser.add_argument("--json", help="default: BUILD_DIR/bench/MEASUREMENT.json")
    settings = parser.parse_args(argv)
    if not 1 <= settings.rounds <= ROUNDS_MAX or settings.seconds <= 0:
        parser.error(f"--rounds must be 1..{ROUNDS_MAX} and --seconds positive")
    for option in ("weir", "backend"):
        path = getattr(settings, option)
        if path and not os.access(path, os.X_OK):
            parser.error(f"--{option} {path}: no such executable")
    settings.build_dir = os.path.abspath(settings.build_dir)
    settings.json = settings.json or f"{settings.build_dir}/bench/{settings.measurement}.json"
    return settings


def main(argv):
    settings = arguments(argv)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that everything started is ended
    try:
        return run_sim(settings, argv) if settings.measurement == "sim" else run(settings, argv)
    except BenchError as error:
        print(f"tools/bench: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("tools/bench: interrupted", file=sys.stderr)
        return 130


def run_sim(settings, argv):
    results, units = simbench.run(settings.build_dir, settings.rounds)
    print(simbench.table(results, units))
    write_json(settings, argv, {"rounds": results, "units": units})
    return 0


def run(settings, argv):
    measurement = measures.BY_NAME[settings.measurement]()
    settings.backends = settings.backends or measurement.backends
    measurement.workers = settings.workers or measurement.workers
    settings.weir = settings.weir or machine.find_binary(settings.build_dir, "bin/weir")
    settings.backend = settings.backend or machine.find_binary(settings.build_dir,
                                                               "bin/weir-backend")
    settings.load_tool = machine.tool(settings.build_dir, "weir-load", "load")
    chosen, missing = choose(settings, measurement)
    problems = []
    proxy_core, load_core = cores_of(settings)
    bench = measures.Bench(settings.seconds, proxy_core, load_core, settings.load_tool,
                           settings.connections, settings.mib * measures.MIB)
    with contextlib.ExitStack() as stack:
        directory = tempfile.mkdtemp(prefix="weir-bench-")
        stack.callback(shutil.rmtree, directory, ignore_errors=True)
        field = Field(settings, measurement, bench, directory, stack)
        headline(settings, measurement, bench, field)
        rounds = [field.round(chosen, number, problems) for number in range(settings.rounds)]
        problems += field.stop()
        return report(settings, argv, measurement, chosen, rounds, field,
                      problems, missing)


def choose(settings, measurement):
    """The proxies to measure, and what is missing."""
    names = settings.proxies.split(",") if settings.proxies else measurement.proxies
    wanted = [proxies.by_name(name, settings.weir, settings.build_dir) for name in names]
    missing = {proxy.name: proxy.missing() for proxy in wanted}
    missing = {name: reason for name, reason in missing.items() if reason}
    for reason in missing.values():
        print(f"NOT MEASURED: {reason}")
    chosen = [proxy for proxy in wanted if proxy.name not in missing]
    if not chosen:
        raise BenchError("no proxy to measure")
    return chosen, missing


def cores_of(settings):
    """The two cores; with one core only, both are that one, and it says so."""
    usable = os.sched_getaffinity(0)
    proxy_core, load_core = (int(core) for core in settings.cores.split(","))
    if not {proxy_core, load_core} <= usable:
        print(f"core {proxy_core} or {load_core} is not usable here (usable: {sorted(usable)}): "
              "everything shares one core, so rates mean little")
        proxy_core = load_core = min(usable)
    os.sched_setaffinity(0, {load_core})
    return proxy_core, load_core


def headline(settings, measurement, bench, field):
    print(f"{measurement.name}: {measurement.about(bench)}; {settings.rounds} rounds of "
          f"{settings.seconds:g} s; {measurement.workers} worker(s); proxy on core "
          f"{bench.proxy_core}, load and {settings.backends} backend(s) "
          f"({field.backends[0].kind}) on core {bench.load_core}", flush=True)


class Field:
    """The backends and the proxies that run, and one round over them."""

    def __init__(self, settings, measurement, bench, directory, stack):
        self.measurement, self.bench, self.directory = measurement, bench, directory
        self.stack, self.running, self.argvs, self.configs = stack, {}, {}, {}
        spread_out = measurement.workers > 1
        self.proxy_cores = {bench.proxy_core, bench.load_core} if spread_out else {bench.proxy_core}
        self.backends = []
        for number in range(settings.backends):
            backend = backends.start(measurement.backend, settings, {bench.load_core},
                                     f"{directory}/backend{number}")
            stack.callback(backend.stop)
            self.backends.append(backend)

    def start(self, proxy, number):
        job = proxies.Job(self.measurement.mode, f"{self.directory}/{proxy.name}-{number}",
                          [backend.address for backend in self.backends],
                          self.measurement.workers, self.proxy_cores)
        running = proxies.Running(proxy, job)
        self.stack.callback(running.stop)
        self.running[proxy.name] = running
        self.argvs[proxy.name] = running.child.argv
        self.configs[proxy.name] = config_texts(job.dir)
        self.measurement.warm_up(running, quick(self.bench))
        return running

    def round(self, chosen, number, problems):
        """{proxy: cells}. Each round begins with another proxy, so that none is always after the
        same one."""
        results = {}
        shift = number % len(chosen)
        for proxy in chosen[shift:] + chosen[:shift]:
            try:
                results[proxy.name] = self.one(proxy, number)
            except BenchError as error:
                problems.append(f"round {number + 1}, {proxy.name}: {error}")
                continue
            if results[proxy.name].get("errors"):
                problems.append(f"round {number + 1}, {proxy.name}: "
                                f"{results[proxy.name]['errors']} failed requests or connections")
        print(f"round {number + 1} done", flush=True)
        return results

    def one(self, proxy, number):
        running = self.running.get(proxy.name)
        if running is None or running.stopped:
            running = self.start(proxy, number)
        try:
            return self.measurement.measure(running, self.bench)
        finally:
            if self.measurement.fresh:
                complaint = running.stop()
                if complaint:
                    raise BenchError(complaint)

    def stop(self):
        """Ends the proxies; complaints about those that did not end cleanly."""
        complaints = [running.stop() for running in self.running.values()]
        return [complaint for complaint in complaints if complaint]


def quick(bench):
    """A short load, to warm a proxy up."""
    return measures.Bench(1, bench.proxy_core, bench.load_core, bench.load_tool,
                          bench.connections, min(bench.bytes, 64 * measures.MIB))


def config_texts(directory):
    texts = {}
    for name in os.listdir(directory):
        if name.endswith((".cfg", ".conf")):
            with open(f"{directory}/{name}", encoding="utf-8") as file:
                texts[name] = file.read()
    return texts


def report(settings, argv, measurement, chosen, rounds, field, problems, missing):
    names = [proxy.name for proxy in chosen]
    peers = [proxy.name for proxy in chosen if proxy.peer]
    summary = stats.summarise(rounds, names, peers, measurement.figures)
    print(stats.summary_table(summary, measurement.figures))
    first = measurement.figures[0]
    print(f"medians of {len(rounds)} rounds; +-% is (max-min)/median; x peer and x floor are "
          f"medians of the ratios within a round; better peer by {first.title}: "
          f"{stats.better_peer(rounds, peers, first) or 'none measured'}")
    for problem in problems:
        print(f"PROBLEM: {problem}")
    for reason in missing.values():
        print(f"NOT MEASURED: {reason}")
    write_json(settings, argv, {
        "figures": [vars(figure) for figure in measurement.figures],
        "summary": summary, "rounds": rounds, "problems": problems, "missing": missing,
        "proxies": {name: {"argv": field.argvs.get(name), "config": field.configs.get(name)}
                    for name in names},
        "backends": [backend.child.argv for backend in field.backends],
        "cores": {"proxy": field.bench.proxy_core, "load": field.bench.load_core},
    })
    return 1 if problems else 0


def write_json(settings, argv, content):
    content = {"measurement": settings.measurement, "argv": argv,
               "time": time.strftime("%Y-%m-%dT%H:%M:%S%z"), "settings": vars(settings),
               "machine": machine.describe(), "versions": machine.versions(settings.weir),
               **content}
    os.makedirs(os.path.dirname(os.path.abspath(settings.json)), exist_ok=True)
    with open(settings.json, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=1)
    print(f"raw rounds: {settings.json}")
