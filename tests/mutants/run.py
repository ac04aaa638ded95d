"""Plays the scenarios against each mutant until one catches it.

usage: run.py --bin BUILD/bin [--seeds N] [--jobs N] [--blind] [MUTANT..]

A mutant is caught when `weir-sim-MUTANT run SCENARIO` ends with a FAILED verdict (exit status 1). A
crash or a hang is reported as such and does not count: oracles are to notice, not luck.

With seed 1 all scenarios are played, then with seed 2, and so on. The scenario that a patch names
in its line "Caught by:" comes first of each seed: that saves time, and "runs" says how many runs it
took in all. --blind takes the scenarios in the order of their names, as if nobody knew.
"""

import argparse
import concurrent.futures
import dataclasses
import os
import pathlib
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
LIMIT_S = 300  # of one run of one scenario: far beyond what a slow machine needs
ROW = "{:26} {:24} {:>5} {:>5} {:>8}"


@dataclasses.dataclass
class Hunt:
    """What became of one mutant."""
    mutant: str
    named: str
    scenario: str = ""  # that caught it
    seeds: int = 0
    runs: int = 0
    seconds: float = 0
    odd: list = dataclasses.field(default_factory=list)

    def is_caught(self):
        return self.scenario != ""

    def row(self):
        if not self.is_caught():
            return ROW.format(self.mutant, "ESCAPED", self.seeds, self.runs, f"{self.seconds:.1f}")
        return ROW.format(self.mutant, self.scenario, self.seeds, self.runs, f"{self.seconds:.1f}")


def named_scenario(mutant):
    """The one in the patch's line "Caught by:"."""
    lines = (HERE / f"{mutant}.patch").read_text(encoding="utf-8").splitlines()
    return next(line.split(": ")[1] for line in lines if line.startswith("Caught by: "))


def scenarios(first):
    folder = HERE.parents[1] / "examples" / "scenarios"
    names = sorted(path.stem for path in folder.glob("*.toml"))
    return sorted(names, key=lambda name: name != first)


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


def hunt(mutant, options):
    begun = time.monotonic()
    found = Hunt(mutant, named_scenario(mutant))
    order = scenarios("" if options.blind else found.named)
    while not found.is_caught() and found.seeds < options.seeds:
        found.seeds += 1
        for scenario in order:
            found.runs += 1
            outcome = play(f"{options.bin}/weir-sim-{mutant}", scenario, found.seeds)
            if outcome == "caught":
                found.scenario = scenario
                break
            if outcome != "passed":
                found.odd.append(f"{scenario} seed {found.seeds}: {outcome}")
    found.seconds = time.monotonic() - begun
    return found


def summary(hunts):
    caught = [found for found in hunts if found.is_caught()]
    if not caught:
        return ""
    medians = [f"{statistics.median(getattr(found, what) for found in caught):.4g} {what}"
               for what in ("seeds", "runs", "seconds")]
    return f"median of {len(caught)} caught: {', '.join(medians)}"


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--blind", action="store_true")
    parser.add_argument("mutants", nargs="*", help="all that have a patch here unless named")
    options = parser.parse_args()
    mutants = options.mutants or sorted(path.stem for path in HERE.glob("*.patch"))

    print(ROW.format("mutant", "caught by", "seeds", "runs", "seconds"))
    hunts = []
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for found in pool.map(lambda mutant: hunt(mutant, options), mutants):
            hunts.append(found)
            print(found.row(), flush=True)
            for line in found.odd:
                print(f"  {line}")
            if found.is_caught() and not options.blind and found.scenario != found.named:
                print(f"  not by {found.named}, as its patch says")
            failed += not found.is_caught()
    print(summary(hunts))
    print(f"{len(hunts) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
