#!/usr/bin/env python3
"""Tests of the pure parts of tools/bench: python3 tools/bench/test_bench.py"""
import os
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from benchlib import cli, measures, parse, procs, proxies, stats  # noqa: E402
from benchlib.errors import BenchError  # noqa: E402
from benchlib.stats import Figure  # noqa: E402

WRK = """Running 2s test @ http://127.0.0.1:20001/
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.00ms  300.00us   7.13ms   80.55%
  Latency Distribution
     50%  806.00us
     75%    1.10ms
     90%    1.31ms
     99%    1.49ms
  119000 requests in 2.00s, 20.31MB read
{extra}Requests/sec:  59529.25
Transfer/sec:     10.16MB
"""
CPU = Figure("cpu", "CPU us", "low", 2, ratio=True)
RATE = Figure("rate", "req/s", "high", 0, ratio=True)
ROUNDS = [
    {"weir": {"cpu": 10.0, "rate": 90}, "nginx": {"cpu": 20.0, "rate": 60},
     "haproxy": {"cpu": 25.0, "rate": 50}, "floor": {"cpu": 8.0, "rate": 100}},
    {"weir": {"cpu": 30.0, "rate": 30}, "nginx": {"cpu": 60.0, "rate": 20},
     "haproxy": {"cpu": 75.0, "rate": 16}, "floor": {"cpu": 24.0, "rate": 34}},
    {"weir": {"cpu": 12.0, "rate": 80}, "haproxy": {"cpu": 24.0, "rate": 52}},
]


class Parsing(unittest.TestCase):
    def test_the_address_of_a_listening_line_is_found(self):
        self.assertEqual(parse.listening_address("listening tcp 127.0.0.1:81"), "127.0.0.1:81")
        self.assertEqual(parse.listening_address("listening tcp [::1]:81\n"), "[::1]:81")
        self.assertIsNone(parse.listening_address("not listening tcp 127.0.0.1:81"))

    def test_wrk_output_gives_requests_rate_and_percentiles_in_us(self):
        self.assertEqual(parse.wrk_output(WRK.format(extra="")), {
            "requests": 119000, "rate": 59529.25, "p50_us": 806.0, "p99_us": 1490.0, "errors": 0})

    def test_wrk_counts_socket_errors_and_bad_replies(self):
        extra = ("  Socket errors: connect 1, read 20, write 0, timeout 3\n"
                 "  Non-2xx or 3xx responses: 100\n")
        self.assertEqual(parse.wrk_output(WRK.format(extra=extra))["errors"], 124)

    def test_wrk_without_replies_is_an_error_that_quotes_it(self):
        with self.assertRaisesRegex(BenchError, "unable to connect"):
            parse.wrk_output("unable to connect to 127.0.0.1:1 Connection refused\n")

    def test_key_value_unit_lines_are_read_and_others_skipped(self):
        text = "kernel events\nevents_per_s 1.5e7 1/s\nseeds 20\nns/event 64.1 ns\n\na b c d\n"
        self.assertEqual(parse.key_value_unit(text), [
            ("events_per_s", 1.5e7, "1/s"), ("seeds", 20.0, ""), ("ns/event", 64.1, "ns")])

    def test_worker_lines_are_read_in_both_shapes_and_ordered(self):
        text = "worker 1: 249 connections\nworker 0: 251 connections"
        self.assertEqual(parse.worker_connections(text), [251, 249])
        self.assertEqual(parse.worker_connections(
            "summary worker=0 sessions=9 finished=9 failed=0 open_max=5\n"
            "summary worker=1 sessions=8 finished=8 failed=0 open_max=7\n"), [5, 7])

    def test_session_lines_and_totals_are_no_worker_lines(self):
        self.assertEqual(parse.worker_connections(
            "2026-11-23T10:15:30.123Z session worker=0 number=7 from_client=72\n"
            "summary total sessions=9 connects_failed=0\n2 workers ended"), [])

    def test_threads_of_haproxy_activity_are_read(self):
        text = "loops: 9 [ 4 5 ]\naccepted: 1000 [ 491 73 236 200 ]\nlistener: 3\n"
        self.assertEqual(parse.haproxy_threads(text), [491, 73, 236, 200])
        self.assertEqual(parse.haproxy_threads("accepted: 7\n"), [])


class Statistics(unittest.TestCase):
    def test_the_median_leaves_out_rounds_without_the_proxy(self):
        self.assertEqual(stats.median_of(ROUNDS, "weir", "cpu"), 12.0)
        self.assertEqual(stats.median_of(ROUNDS, "nginx", "cpu"), 40.0)
        self.assertIsNone(stats.median_of(ROUNDS, "envoy", "cpu"))

    def test_ratios_are_taken_within_a_round(self):
        self.assertEqual(stats.paired_ratio(ROUNDS, "weir", "nginx", "cpu"), 0.5)
        self.assertEqual(stats.paired_ratio(ROUNDS, "weir", "floor", "cpu"), 1.25)
        self.assertIsNone(stats.paired_ratio(ROUNDS, "weir", None, "cpu"))

    def test_the_better_peer_has_the_lower_cost_or_the_higher_rate(self):
        self.assertEqual(stats.better_peer(ROUNDS, ["nginx", "haproxy"], CPU), "haproxy")
        self.assertEqual(stats.better_peer(ROUNDS[:2], ["nginx", "haproxy"], CPU), "nginx")
        self.assertEqual(stats.better_peer(ROUNDS[:2], ["nginx", "haproxy"], RATE), "nginx")
        self.assertIsNone(stats.better_peer(ROUNDS, [], CPU))

    def test_the_spread_is_the_range_over_the_median(self):
        self.assertAlmostEqual(stats.spread_percent(ROUNDS, "weir", "cpu"), 100 * 20 / 12)
        self.assertIsNone(stats.spread_percent([], "weir", "cpu"))

    def test_the_table_is_aligned_and_shows_what_is_unknown_as_a_dash(self):
        summary = stats.summarise(ROUNDS[:2], ["weir", "nginx", "envoy"], ["nginx"], [CPU])
        lines = stats.summary_table(summary, [CPU]).splitlines()
        self.assertEqual(lines[0].split(), ["proxy", "CPU", "us", "+-%", "x", "peer", "x", "floor"])
        self.assertEqual(lines[1].split(), ["weir", "20.00", "100", "0.50", "1.25"])
        self.assertEqual(lines[2].split(), ["nginx", "40.00", "100", "1.00", "2.50"])
        self.assertEqual(lines[3].split(), ["envoy", "-", "-", "-", "-"])
        self.assertEqual(len({len(line) for line in lines}), 1)


class Commands(unittest.TestCase):
    def test_every_measurement_names_proxies_that_exist_and_have_its_mode(self):
        for kind in measures.BY_NAME.values():
            for name in kind.proxies:
                proxy = proxies.by_name(name, "/bin/weir", "/tmp")
                self.assertTrue(callable(getattr(proxy, kind.mode)))
                self.assertEqual(proxy.name, name)

    def test_an_unknown_proxy_is_refused_with_the_choices(self):
        for name in ("envoy", "haproxy-", "haproxy-k", "weir-64k", ""):
            with self.assertRaisesRegex(BenchError, "choose from weir"):
                proxies.by_name(name, None, "/tmp")

    def test_weir_is_started_as_the_command_line_contract_says(self):
        job = proxies.Job("tcp", "/tmp", ["127.0.0.1:1", "127.0.0.1:2"], 1, {0})
        argv, address = proxies.by_name("weir", "/bin/true", "/tmp").tcp(job)
        self.assertEqual(" ".join(argv), "/bin/true tcp --listen 127.0.0.1:0 "
                         "--to 127.0.0.1:1,127.0.0.1:2 --workers 1")
        self.assertIsNone(address)

    def test_the_json_goes_below_the_build_directory_unless_told(self):
        settings = cli.arguments(["tcp", "--build-dir", "/tmp/b"])
        self.assertEqual(settings.json, "/tmp/b/bench/tcp.json")
        self.assertEqual(cli.arguments(["tcp", "--json", "x"]).json, "x")


class Processes(unittest.TestCase):
    def test_cpu_time_grows_with_work_and_agrees_with_the_process_clock(self):
        import time
        before, own = procs.cpu_ns([os.getpid()]), time.process_time_ns()
        sum(i * i for i in range(300_000))
        grown, own = procs.cpu_ns([os.getpid()]) - before, time.process_time_ns() - own
        self.assertGreater(grown, 0)
        self.assertAlmostEqual(grown, own, delta=own / 2)

    def test_a_child_that_ends_early_is_reported_with_its_output(self):
        child = procs.Child("thing", ["/bin/sh", "-c", "echo no such key; exit 3"], {0})
        with self.assertRaisesRegex(BenchError, "thing: ended with status 3 .*no such key"):
            child.listening()


if __name__ == "__main__":
    unittest.main()
