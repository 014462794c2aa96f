"""The tables of bench.py: medians of the rounds, and ratios taken within each round."""

import json
import statistics

FLOOR = "c-ring"  # of workloads that name no other
BEST_PEER = "best peer"
QUIET_CORES = 0.1  # a run is disturbed when other programs used more than this
QUIET_RESIDENTS = 0.0075  # of a core, by threads that were there before: a p99 is about 0.01


def read_results(path):
    """Results by workload, case and system, in the order of their first appearance."""
    groups = {}
    for line in open(path):
        result = json.loads(line)
        if "system" not in result:
            continue
        case = tuple(result["case"].items())
        by_system = groups.setdefault(result["workload"], {}).setdefault(case, {})
        by_system.setdefault(result["system"], []).append(result)
    return groups


def spread(values, scale):
    low, middle, high = min(values), statistics.median(values), max(values)
    digits = 1 if middle / scale >= 10 else 2 if middle / scale >= 0.5 else 4
    return f"{middle / scale:.{digits}f} ({low / scale:.{digits}f}–{high / scale:.{digits}f})"


def ratio(results, others, field):
    """The median of the ratios of each round: what drifts from round to round falls out."""
    theirs = {r["round"]: r[field] for r in others}
    pairs = [(r[field], theirs[r["round"]]) for r in results if r["round"] in theirs]
    return f"{statistics.median(a / b for a, b in pairs):.2f}" if pairs else ""


def best_peer(good, floor, field, pick):
    """Of each round the best that a peer reached, as if one system had it."""
    rounds = {}
    for name, results in good.items():
        if name == floor or name.startswith("tickwire"):
            continue
        for r in results:
            rounds[r["round"]] = pick(r[field], rounds.get(r["round"], r[field]))
    return [{"round": number, field: value} for number, value in rounds.items()]


def print_table(header, rows):
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    for number, row in enumerate([header, *rows]):
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |")
        if number == 0:
            print("|" + "|".join("-" * (width + 2) for width in widths) + "|")


def rate_row(name, good, bases):
    results = good[name]
    cells = [spread([r["rate"] for r in results], 1e6)]
    return cells + [ratio(results, good.get(base, []), "rate") for base in bases]


def latency_row(name, good, bases):
    results = good[name]
    fields = ["p50_ns", "p99_ns", "p999_ns", "max_ns"]
    cells = [spread([r[field] for r in results], 1e3) for field in fields]
    for base in bases:
        both = [ratio(results, good.get(base, []), field) for field in fields[:2]]
        cells.append(" / ".join(both) if both[0] else "")
    return cells


def fanout_row(name, good, bases):
    """Rate and the server's CPU, each over the floor's and over the best peer's."""
    results = good[name]
    cells = [spread([r["rate"] for r in results], 1e6),
             spread([r["srv_cpu_per_m"] for r in results], 1)]
    for field, pick in (("rate", max), ("srv_cpu_per_m", min)):
        cells += ratios_to(results, good, bases, field, pick)
    return cells


def delay_row(name, good, bases):
    results = good[name]
    cells = [spread([r[f"{field}_ns"] for r in results], 1e3)
             for field in ("p50", "p90", "p99", "p999")]
    cells.append(spread([r["srv_cpu_per_m"] for r in results], 1))
    for field in ("p50_ns", "p99_ns", "srv_cpu_per_m"):
        cells += ratios_to(results, good, bases, field, min)
    return cells


def ratios_to(results, good, bases, field, pick):
    """Over the floor and over the best peer, where they are there."""
    return [ratio(results, good.get(base, []) if base != BEST_PEER
                  else best_peer(good, bases[0], field, pick), field) for base in bases]


def allocation_row(name, good, bases):
    return [spread([r["allocations_per_10k"] for r in good[name]], 1)] + [""] * len(bases)


# By metric: the columns of figures, what is added to the heading of a ratio, and what makes a row.
# With a list of such additions the ratios are to the floor and to the best peer, once for each.
METRICS = {
    "rate": (["million/s"], "", rate_row),
    "latency": (["p50", "p99", "p99.9", "max"], " p50 / p99", latency_row),
    "allocations": (["per 10,000"], "", allocation_row),
    "fanout": (["million/s", "CPU s a million"], ["", " CPU"], fanout_row),
    "delay": (["p50", "p90", "p99", "p99.9", "CPU s a million"], [" p50", " p99", " CPU"],
              delay_row),
}


def print_workload(name, workload, cases):
    """A row for each case and system, with a ratio to each peer."""
    figures, heading, row = METRICS[workload["metric"]]
    floor = workload.get("floor", FLOOR)
    found = {system for systems in cases.values() for system in systems}
    if isinstance(heading, list):
        bases = [floor, BEST_PEER]
        ratios = [f"÷ {base}{added}" for added in heading for base in bases]
    else:
        bases = [floor] + sorted(s for s in found if s != floor and not s.startswith("tickwire"))
        bases = [base for base in bases if base in found]
        ratios = [f"÷ {base}{heading}" for base in bases]
    rows = []
    for case, by_system in cases.items():
        label = " ".join(str(value) for _, value in case)
        good = {s: [r for r in rs if "error" not in r] for s, rs in by_system.items()}
        for system in sorted(by_system, key=lambda s: (s != floor, s)):
            failed = len(by_system[system]) - len(good[system])
            note = f" ({failed} failed)" if failed else ""
            cells = [""] * (len(figures) + len(ratios))
            if good[system]:
                cells = row(system, good, bases)
            rows.append([label, system + note, *cells])
    print(f"{name}: {workload['title']}: median (min–max)\n")
    print_table(["case", "system", *figures, *ratios], rows)
    if "without" in workload:
        print_without(workload["without"], cases)
    print_disturbed([r for systems in cases.values() for rs in systems.values() for r in rs])


def print_without(without, cases):
    """p99 of each case over that of the same system without what the case is about."""
    base = cases.get(tuple(without.items()), {})
    for case, by_system in cases.items():
        for system, results in by_system.items():
            others = [r for r in base.get(system, []) if "error" not in r]
            results = [r for r in results if "error" not in r]
            if case != tuple(without.items()) and results and others:
                grown = statistics.median(r["resident_after"] - r["resident_before"]
                                          for r in results)
                print(f"{system}: {' '.join(f'{k} {v}' for k, v in case)}: p99 is "
                      f"{ratio(results, others, 'p99_ns')} of that without, "
                      f"the server grew by {grown / 1e6:.1f} MB")


def print_disturbed(results):
    disturbed = [r for r in results if r.get("disturbed")]
    if disturbed:
        others = max(r["others_cores"] for r in disturbed)
        residents = max(r["residents_cores"] for r in disturbed)
        print(f"\n{len(disturbed)} of {len(results)} runs were disturbed: other programs used up "
              f"to {others:.2f} of a core, those there before {residents:.3f}. "
              "Repeat on a quiet machine.")
    print()
