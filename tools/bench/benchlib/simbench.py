"""The sim mode: the figures of `weir-sim bench PART`, line by line `key value unit`."""
import statistics
import subprocess

from benchlib import machine, parse, stats
from benchlib.errors import BenchError

PARTS = ("kernel", "proxy", "http")
PART_SECONDS_MAX = 600


def run(build_dir, rounds):
    """([{part/key: value}] for the rounds, {part/key: unit})."""
    path = machine.find_binary(build_dir, "bin/weir-sim")
    if not path:
        raise BenchError(f"weir-sim is missing: build it ({build_dir}/bin/weir-sim), or name "
                         "another --build-dir")
    results, units = [], {}
    for number in range(rounds):
        results.append({})
        for part in PARTS:
            for key, value, unit in _one(path, part):
                results[-1][f"{part}/{key}"] = value
                units[f"{part}/{key}"] = unit
        print(f"round {number + 1}/{rounds} done", flush=True)
    return results, units


def _one(path, part):
    try:
        done = subprocess.run([path, "bench", part], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, check=False,
                              timeout=PART_SECONDS_MAX)
    except subprocess.TimeoutExpired as error:
        raise BenchError(f"weir-sim bench {part} took more than {PART_SECONDS_MAX} s") from error
    rows = parse.key_value_unit(done.stdout)
    if done.returncode != 0 or not rows:
        raise BenchError(f"weir-sim bench {part} ended with status {done.returncode} and printed "
                         f"no 'key value unit' line; stderr: {done.stderr.strip()[-400:]}")
    return rows


def table(results, units):
    rows = [["figure", "median", "least", "most", "unit"]]
    for key, unit in units.items():
        values = [result[key] for result in results if key in result]
        numbers = [f"{pick(values):.6g}" for pick in (statistics.median, min, max)]
        rows.append([key, *numbers, unit])
    return stats.aligned(rows)
