"""Processes: start them pinned to cores, read their CPU time and memory, end them by pid."""
import collections
import contextlib
import ctypes
import os
import signal
import subprocess
import threading
import time

from benchlib import parse
from benchlib.errors import BenchError

START_SECONDS = 10
STOP_SECONDS = 10
LINES_KEPT = 2000
NICENESS = -15  # of proxies, backends and load generators alike
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


def run_pinned(cores):
    """For preexec_fn: pins the child, prefers it to whatever else the machine does (root only),
    and ends it when the runner dies, however that dies."""
    def prepare():
        os.sched_setaffinity(0, cores)
        os.setsid()
        with contextlib.suppress(OSError):  # not root, or a kernel without autogroups
            os.setpriority(os.PRIO_PROCESS, 0, NICENESS)
            with open("/proc/self/autogroup", "w", encoding="ascii") as group:
                group.write(str(NICENESS))  # between sessions, only this one counts
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    return prepare


class Child:
    """A server process with its output drained into `lines` (the last LINES_KEPT)."""

    def __init__(self, name, argv, cores):
        self.name, self.argv = name, argv
        self.lines = collections.deque(maxlen=LINES_KEPT)
        try:
            self.process = subprocess.Popen(
                argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                text=True, errors="replace", preexec_fn=run_pinned(cores))
        except OSError as error:
            raise BenchError(f"{name}: cannot run {argv[0]}: {error.strerror}") from error
        self._reader = threading.Thread(target=self._drain, daemon=True)
        self._reader.start()

    def _drain(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    def text(self):
        return "\n".join(list(self.lines))

    def fail(self, what):
        raise BenchError(f"{self.name}: {what}; argv: {' '.join(self.argv)}; its last output: "
                         + (" | ".join(list(self.lines)[-8:]) or "(none)"))

    def wait_until(self, check, what, seconds=START_SECONDS):
        """Polls until check() is true and returns that value; fails when the process ends."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            value = check()
            if value:
                return value
            if self.process.poll() is not None:
                self.wait()
                self.fail(f"ended with status {self.process.returncode} before {what}")
            time.sleep(0.01)
        return self.fail(f"no {what} within {seconds} s")

    def listening(self):
        """The address it says it listens on."""
        def announced():
            found = [parse.listening_address(line) for line in list(self.lines)]
            return next((address for address in found if address), None)
        return self.wait_until(announced, "line 'listening PROTOCOL HOST:PORT'")

    def pids(self):
        return [self.process.pid] + descendants(self.process.pid)

    def terminate(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def wait(self, seconds=STOP_SECONDS):
        """Its exit status; None when it had to be killed."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return None
        finally:
            self._reader.join(1)
            self._close_pipes()

    def _close_pipes(self):
        self.process.stdin.close()
        if not self._reader.is_alive():  # else a grandchild has the pipe, and the reader reads it
            self.process.stdout.close()

    def stop(self):
        self.terminate()
        return self.wait()


def descendants(pid):
    """Children and their children (nginx: the workers of the master)."""
    parents = {}
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            with open(f"/proc/{entry}/stat", encoding="utf-8", errors="replace") as file:
                parents[int(entry)] = int(file.read().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue  # it ended meanwhile
    found = [pid]
    for parent in found:  # grows while it is walked: breadth first; ends, as parents form a tree
        found += [child for child, its_parent in parents.items() if its_parent == parent]
    return found[1:]


def cpu_ns(pids):
    """Nanoseconds on a CPU, user and system, over all threads (those that ended, too): the clock
    behind /proc/PID/schedstat, read through clock_gettime (the id is Linux's CPUCLOCK_SCHED)."""
    return sum(time.clock_gettime_ns((~pid << 3) | 2) for pid in pids)


def user_seconds(pids):
    """Of that, the part outside the kernel. Sampled in ticks: coarse below a second or so."""
    ticks = 0
    for pid in pids:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            ticks += int(file.read().rsplit(")", 1)[1].split()[11])
    return ticks / os.sysconf("SC_CLK_TCK")


def own_bytes(pids):
    """Anonymous and shared memory, each page divided by the processes that map it. Without the
    pages of files: how much of libc counts depends on who else has it mapped at that moment."""
    wanted, total = ("Pss_Anon:", "Pss_Shmem:"), 0
    for pid in pids:
        with open(f"/proc/{pid}/smaps_rollup", encoding="utf-8") as file:
            total += sum(int(line.split()[1]) for line in file if line.startswith(wanted))
    return total * 1024


def socket_inodes(pid):
    """The sockets that one process has open."""
    folder, found = f"/proc/{pid}/fd", set()
    for entry in os.listdir(folder):
        try:
            target = os.readlink(f"{folder}/{entry}")
        except OSError:
            continue  # closed meanwhile
        if target.startswith("socket:["):
            found.add(target[8:-1])
    return found


def connection_inodes(port):
    """The established IPv4 connections whose local end is `port`."""
    with open("/proc/net/tcp", encoding="utf-8") as file:
        rows = [line.split() for line in file][1:]
    return {row[9] for row in rows if row[3] == "01" and int(row[1].split(":")[1], 16) == port}


def core_ticks():
    """{core: (busy, stolen, total)} in clock ticks, from /proc/stat."""
    cores = {}
    with open("/proc/stat", encoding="utf-8") as file:
        for line in file:
            name, *fields = line.split()
            if name.startswith("cpu") and name != "cpu":
                ticks = [int(field) for field in fields[:8]]
                idle = ticks[3] + ticks[4]
                cores[int(name[3:])] = (sum(ticks) - idle - ticks[7], ticks[7], sum(ticks))
    return cores


def core_share(before, after, core, field=0):
    """Percent of the time between two core_ticks() that `core` was busy (1: stolen by the host)."""
    total = after[core][2] - before[core][2]
    return 100 * (after[core][field] - before[core][field]) / total if total else None
