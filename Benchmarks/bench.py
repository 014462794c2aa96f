#!/usr/bin/env python3
"""Runs workloads over systems, alternating them round by round, and prints medians and ratios.

    ./bench.py run [--rounds 5] [--quick] [--workloads W1,lat200k] [--systems c-ring,disruptor]
    ./bench.py table [FILE]

README.md says what the workloads are and what makes a comparison fair.
"""

import argparse
import fcntl
import itertools
import json
import os
import platform
import random
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

from tables import QUIET_CORES, QUIET_RESIDENTS, print_workload, read_results

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"
PROGRAMS = os.environ.get("PATH", os.defpath) + ":/usr/sbin:/usr/local/sbin"  # daemons too


class BenchError(Exception):
    """Something the user can put right; its text is all that is shown."""


# What there is: workloads.json and systems/*.json.


def load_workloads():
    return json.loads((HERE / "workloads.json").read_text())


def load_systems(names):
    systems = [json.loads(p.read_text()) for p in sorted((HERE / "systems").glob("*.json"))]
    known = {system["name"]: system for system in systems}
    for name in names or []:
        if name not in known:
            raise BenchError(f"no system {name!r}; there are {', '.join(known)}")
    return [known[name] for name in names] if names else systems


def axes_of(workload, quick, filters):
    """The values of each axis, after --quick and --only."""
    axes = dict(workload["axes"])
    if quick:
        axes.update(workload["quick"])
    for axis, values in filters.items():
        if axis in axes:
            kept = [value for value in axes[axis] if str(value) in values]
            axes[axis] = kept
    return axes


def cases_of(workload, quick, filters):
    axes = axes_of(workload, quick, filters)
    return [dict(zip(axes, values)) for values in itertools.product(*axes.values())]


def takes_part(system, workload_name, case):
    part = system["workloads"].get(workload_name)
    if part is None:
        return False
    return all(case[axis] in values for axis, values in part.get("only", {}).items())


# Building.


def missing_packages(system):
    packages = []
    for need in system.get("needs", []):
        if "program" in need and shutil.which(need["program"], path=PROGRAMS) is None:
            packages.append(need["package"])
        named = os.environ.get(need.get("variable", ""), need.get("file"))
        if "file" in need and not Path(named).exists():
            packages.append(need["package"])
    return packages


def install(system, packages):
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    hint = f"{system['name']} needs {', '.join(packages)}: run `{' '.join(command)}` as root"
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise BenchError(hint)
    print(f"installing {', '.join(packages)} for {system['name']}", file=sys.stderr)
    if subprocess.run(command, stdout=subprocess.DEVNULL).returncode != 0:
        raise BenchError(hint)
    if missing_packages(system):
        raise BenchError(f"{hint} (it ran, and something is still missing)")


def is_stale(build):
    output = HERE / build["output"]
    if not output.exists():
        return True
    sources = HERE / build["sources"]
    files = (p for p in sources.rglob("*") if p.is_file() and not is_output(p, sources))
    return any(p.stat().st_mtime > output.stat().st_mtime for p in files)


def is_output(path, sources):
    return any(part.startswith((".", "build")) for part in path.relative_to(sources).parts[:-1])


def build(system):
    packages = missing_packages(system)
    if packages:
        install(system, packages)
    recipe = system["build"]
    if not recipe.get("always") and not is_stale(recipe):
        return
    print(f"building {system['name']}", file=sys.stderr)
    command = [str(HERE / recipe["command"][0]), *recipe["command"][1:]]
    if subprocess.run(command, cwd=HERE, stdout=sys.stderr).returncode != 0:
        raise BenchError(f"{system['name']} did not build: {' '.join(recipe['command'])}")
    output = HERE / recipe["output"]
    if output.exists():
        output.touch()


# Running.


def command_line(system, workload_name, case, options, seconds):
    part = system["workloads"][workload_name]
    words = [word.format(**case) for word in part["command"]]
    words[0] = str(HERE / words[0])
    ring_bytes = part.get("ring_bytes", {}).get(case.get("payload")) or options.ring_bytes
    in_command = {"payload", *part.get("fixed", [])}
    for axis, value in case.items():
        if axis not in in_command:
            words += [f"--{axis}", str(value)]
    words += ["--seconds", str(seconds)]
    if ring_bytes:
        words += ["--ring-bytes", str(ring_bytes)]
    if options.pin:
        words.append("--pin")
    return words


def busy_seconds():
    """CPU seconds the machine has spent since it started, and those spent by our own drivers."""
    fields = [int(word) for word in open("/proc/stat").readline().split()[1:9]]
    idle_and_io_wait = fields[3] + fields[4]
    machine_total = (sum(fields) - idle_and_io_wait) / os.sysconf("SC_CLK_TCK")
    ours = resource.getrusage(resource.RUSAGE_CHILDREN)
    return machine_total, ours.ru_utime + ours.ru_stime


def residents():
    """CPU nanoseconds of every thread there is, but for ours and those of the kernel's network."""
    threads = {}
    for folder in Path("/proc").glob("[0-9]*/task/[0-9]*"):
        try:
            name = (folder / "comm").read_text()
            if folder.parts[2] != str(os.getpid()) and not name.startswith("ksoftirqd"):
                threads[folder.name] = int((folder / "schedstat").read_text().split()[0])
        except OSError:
            pass  # it has ended
    return threads


def noise(result, metric):
    """How much of what a quiet run may have of others' work this one had. A delay has also to be
    free of what was there before, the kernel's threads too: one that keeps a core for 1 % of a run
    is all that its p99 shows."""
    residents = result["residents_cores"] / QUIET_RESIDENTS if metric == "delay" else 0
    return max(result["others_cores"] / QUIET_CORES, residents)


def measure(system, workload_name, metric, case, options, seconds):
    """The first run that had the machine to itself, or else the quietest of --tries."""
    quietest = None
    for attempt in range(1, options.tries + 1):
        if attempt > 1:  # what disturbs every so often shall not meet every try
            time.sleep(random.uniform(0, 2))
        with Turn(options.lock):
            before, began, (total, ours) = residents(), time.monotonic(), busy_seconds()
            result = measure_once(system, workload_name, case, options, seconds)
            took, (total_after, ours_after) = time.monotonic() - began, busy_seconds()
        others = max(0.0, (total_after - total) - (ours_after - ours)) / took
        after = residents()
        worked = sum(after[thread] - before[thread] for thread in after.keys() & before.keys())
        result.update(
            others_cores=round(others, 3), residents_cores=round(worked / 1e9 / took, 4))
        if quietest is None or noise(result, metric) < noise(quietest, metric):
            quietest = result
        if noise(result, metric) <= 1:
            break
    return {**quietest, "tries": attempt, "disturbed": noise(quietest, metric) > 1}


def measure_once(system, workload_name, case, options, seconds):
    """One result, or one that says why there is none: a failed run is never left out silently."""
    words = command_line(system, workload_name, case, options, seconds)
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=60 + 20 * seconds)
        lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
        result = json.loads(lines[-1]) if lines else {"error": done.stderr.strip()[-300:]}
        if not lines and not result["error"]:
            result["error"] = f"no result, exit code {done.returncode}"
    except subprocess.TimeoutExpired:
        result = {"error": "timed out"}
    if result.get("checksum_ok") is False:
        result["error"] = "checksum differs"
    return {**result, "system": system["name"], "workload": workload_name, "case": case}


def describe(result, metric):
    if "error" in result:
        return f"FAILED: {result['error']}"
    if metric == "allocations":
        return f"{result['allocations']} allocations in {result['events']} events"
    if metric == "fanout":
        return (f"{result['rate'] / 1e6:.2f} M/s, {result['srv_cpu_per_m']:.3f} s of server CPU "
                "a million")
    if metric in ("latency", "delay"):
        return f"p50 {result['p50_ns'] / 1e3:.2f} p99 {result['p99_ns'] / 1e3:.2f} µs"
    return f"{result['rate'] / 1e6:.1f} M/s"


class Turn:
    """Holds the file of --lock while one driver runs, for machines that others build on too."""

    def __init__(self, path):
        self.path = path

    def __enter__(self):
        self.file = open(self.path, "a") if self.path else None
        if self.file:
            fcntl.flock(self.file, fcntl.LOCK_EX)

    def __exit__(self, *_):
        if self.file:
            self.file.close()


def machine():
    model = next(
        (line.split(":")[1].strip() for line in open("/proc/cpuinfo") if "model name" in line), "?"
    )
    return {"cpu": model, "cores": os.cpu_count(), "kernel": platform.release()}


def run(options):
    workloads = {n: w for n, w in load_workloads().items() if n in options.workloads}
    systems = [system for system in load_systems(options.systems)
               if any(name in system["workloads"] for name in workloads)]
    if options.pin:
        for system in [s for s in systems if not s["pin"]]:
            print(f"leaving out {system['name']}: it cannot pin its threads", file=sys.stderr)
        systems = [system for system in systems if system["pin"]]
    with Turn(options.lock):
        for system in systems:
            build(system)
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / time.strftime("%Y%m%d-%H%M%S.jsonl")
    failures = 0
    with open(path, "w") as out:
        out.write(json.dumps({"machine": machine(), "options": vars(options)}) + "\n")
        for round_number in range(1, options.rounds + 1):
            failures += run_round(round_number, workloads, systems, options, out)
    print(f"\n{path.relative_to(HERE)}\n")
    table(path)
    return 1 if failures else 0


def run_round(round_number, workloads, systems, options, out):
    """Every case once; within a case the systems follow each other, from another first each round."""
    failures = 0
    first = (round_number - 1) % len(systems)
    order = systems[first:] + systems[:first]
    for name, workload in workloads.items():
        seconds = options.seconds or workload["seconds"] * (0.4 if options.quick else 1)
        for case in cases_of(workload, options.quick, options.only):
            for system in [s for s in order if takes_part(s, name, case)]:
                result = measure(system, name, workload["metric"], case, options, seconds)
                failures += "error" in result
                out.write(json.dumps({"round": round_number, **result}) + "\n")
                out.flush()
                label = " ".join(str(value) for value in case.values())
                print(f"{round_number} {name} {label} {system['name']}: "
                      f"{describe(result, workload['metric'])}", file=sys.stderr)
    return failures


# The table.


def table(path):
    workloads = load_workloads()
    for name, cases in read_results(path).items():
        print_workload(name, workloads[name], cases)


def newest_results():
    paths = sorted(RESULTS.glob("*.jsonl"))
    if not paths:
        raise BenchError("no results yet: `./bench.py run` makes some")
    return paths[-1]


# Arguments.


def comma_list(text):
    return [word for word in text.split(",") if word]


def only(text):
    axis, _, values = text.partition("=")
    if not values:
        raise argparse.ArgumentTypeError(f"expected AXIS=VALUE,…, found {text!r}")
    return axis, comma_list(values)


def parse_arguments(workload_names):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    runs = commands.add_parser("run", help="build what is missing, measure, print the table")
    runs.add_argument("--rounds", type=int, default=5)
    runs.add_argument("--quick", action="store_true", help="one payload and 0.4 of the time")
    runs.add_argument("--seconds", type=float, help="length of one measured run")
    runs.add_argument("--workloads", type=comma_list, default=workload_names)
    runs.add_argument("--systems", type=comma_list)
    runs.add_argument("--only", type=only, action="append", default=[], metavar="AXIS=VALUE,…",
                      help="such as topology=1to1 or wait=spin; may be repeated")
    runs.add_argument("--ring-bytes", type=int, help="bytes of event payload in a ring")
    runs.add_argument("--tries", type=int, default=5, help="runs of a case that was disturbed")
    runs.add_argument("--pin", action="store_true", help="thread n on core n")
    runs.add_argument("--lock", metavar="FILE", help="hold this file's lock while a driver runs")
    tables = commands.add_parser("table", help="print the table of a run, by default the newest")
    tables.add_argument("file", nargs="?", type=Path)
    options = parser.parse_args()
    if options.command == "run":
        options.only = dict(options.only)
        for name in options.workloads:
            if name not in workload_names:
                parser.error(f"no workload {name!r}; there are {', '.join(workload_names)}")
    return options


def main():
    try:
        options = parse_arguments(list(load_workloads()))
        if options.command == "run":
            return run(options)
        table(options.file or newest_results())
        return 0
    except BenchError as error:
        print(f"bench.py: {error}", file=sys.stderr)
        return 69
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
