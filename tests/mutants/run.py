"""Plays the scenarios against each mutant until one catches it.

usage: run.py --bin BUILD/bin [--seeds N] MUTANT..

A mutant is caught when `weir-sim-MUTANT run SCENARIO` ends with a FAILED verdict (exit status 1). A
crash or a hang is reported as such and does not count: oracles are to notice, not luck.
"""

import argparse
import pathlib
import subprocess
import sys
import time

LIMIT_S = 120  # of one run of one scenario: far beyond what a slow machine needs


def scenarios():
    folder = pathlib.Path(__file__).resolve().parents[2] / "examples" / "scenarios"
    return sorted(path.stem for path in folder.glob("*.toml"))


def play(program, scenario, seed):
    """Returns "passed", "caught", or what else happened."""
    try:
        result = subprocess.run([program, "run", scenario, "--seed", str(seed)],
                                capture_output=True, text=True, timeout=LIMIT_S, check=False)
    except subprocess.TimeoutExpired:
        return "hung"
    if result.returncode == 0:
        return "passed"
    if result.returncode == 1 and "FAILED" in result.stdout:
        return "caught"
    return f"exit status {result.returncode}: {result.stderr.strip()[-200:]}"


def hunt(program, seeds):
    """Returns (scenario, seeds played, seconds) of the first catch, or None; and odd endings."""
    begun = time.monotonic()
    odd = []
    for seed in range(1, seeds + 1):
        for scenario in scenarios():
            outcome = play(program, scenario, seed)
            if outcome == "caught":
                return (scenario, seed, time.monotonic() - begun), odd
            if outcome != "passed":
                odd.append(f"{scenario} seed {seed}: {outcome}")
    return None, odd


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("mutants", nargs="+")
    options = parser.parse_args()

    escaped = 0
    print(f"{'mutant':28} {'caught by':28} {'seeds':>5} {'seconds':>8}")
    for mutant in options.mutants:
        catch, odd = hunt(f"{options.bin}/weir-sim-{mutant}", options.seeds)
        if catch is None:
            escaped += 1
            print(f"{mutant:28} ESCAPED")
        else:
            print(f"{mutant:28} {catch[0]:28} {catch[1]:5} {catch[2]:8.1f}")
        for line in odd:
            print(f"  {line}")
    caught = len(options.mutants) - escaped
    print(f"{caught} passed, {escaped} failed")
    return 1 if escaped else 0


if __name__ == "__main__":
    sys.exit(main())
