#!/usr/bin/env python3
"""W4 in polars and DuckDB: bars of 1s, then of 1m and 1h from the finer ones, on one thread.

The ticks are in memory as columns, in order of time, before the clock starts; the bars are in memory
as columns when it stops. Finer bars feed coarser ones here too, which is faster for both.
"""
import argparse, json, statistics, time
import numpy as np

BASE, STEP, SECOND = 1699999200_000_000_000, 100_000, 1_000_000_000

def ticks(events, instruments):
    z = np.arange(events, dtype=np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return {
        "t": BASE + np.arange(events, dtype=np.int64) * STEP,
        "s": (z % np.uint64(instruments)).astype(np.uint32),
        "p": 10000 + (z >> np.uint64(20) & np.uint64(0x3FF)).astype(np.int64),
        "q": 1 + (z >> np.uint64(40) & np.uint64(0x7F)).astype(np.int64),
    }

def with_polars(columns):
    import polars as pl
    frame = pl.DataFrame(columns)

    def run():
        first = (frame.lazy().group_by(pl.col("s"), (pl.col("t") // SECOND).alias("b"))
                 .agg(o=pl.col("p").first(), h=pl.col("p").max(), l=pl.col("p").min(),
                      c=pl.col("p").last(), v=pl.col("q").sum(),
                      n=(pl.col("p") * pl.col("q")).sum(), k=pl.len().cast(pl.Int64))
                 .sort("s", "b").collect())
        levels = [first]
        for _ in range(2):
            levels.append(levels[-1].lazy()
                          .group_by(pl.col("s"), (pl.col("b") // 60).alias("b"))
                          .agg(o=pl.col("o").first(), h=pl.col("h").max(), l=pl.col("l").min(),
                               c=pl.col("c").last(), v=pl.col("v").sum(), n=pl.col("n").sum(),
                               k=pl.col("k").sum()).sort("s", "b").collect())
        return levels

    def sums(levels):
        return [level.select("o", "h", "l", "c", "v", "n", "k").sum().row(0) + (level.height,)
                for level in levels]
    return run, sums

def with_duckdb(columns):
    import duckdb
    import pyarrow as pa
    connection = duckdb.connect(config={"threads": 1})
    connection.register("arrow", pa.table(columns))
    connection.execute("CREATE TABLE ticks AS SELECT * FROM arrow")
    first = f"""CREATE OR REPLACE TEMP TABLE b0 AS
        SELECT s, t // {SECOND} AS b, first(p) AS o, max(p) AS h, min(p) AS l, last(p) AS c,
               sum(q)::BIGINT AS v, sum(p * q)::BIGINT AS n, count(*) AS k
        FROM ticks GROUP BY s, b ORDER BY s, b"""
    others = [f"""CREATE OR REPLACE TEMP TABLE b{i} AS
        SELECT s, b // 60 AS b, first(o) AS o, max(h) AS h, min(l) AS l, last(c) AS c,
               sum(v)::BIGINT AS v, sum(n)::BIGINT AS n, sum(k)::BIGINT AS k
        FROM (SELECT s, b // 60 AS g, * EXCLUDE (s) FROM b{i - 1}) GROUP BY s, b // 60
        ORDER BY 1, 2""" for i in (1, 2)]

    def run():
        for statement in [first, *others]:
            connection.execute(statement)

    def sums(_):
        return [connection.execute(
            f"SELECT sum(o), sum(h), sum(l), sum(c), sum(v), sum(n), sum(k), count(*) FROM b{i}"
        ).fetchone() for i in range(3)]
    return run, sums

def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--system", choices=["polars", "duckdb"], required=True)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--instruments", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=1.0)
    options, _ = parser.parse_known_args()
    columns = ticks(options.events, options.instruments)
    run, sums = (with_polars if options.system == "polars" else with_duckdb)(columns)
    run()
    times, began = [], time.monotonic()
    while not times or time.monotonic() - began < options.seconds:
        start = time.perf_counter()
        result = run()
        times.append(time.perf_counter() - start)
    levels = [tuple(int(x) for x in level) for level in sums(result)]
    total = sum((o + h + l + c) * 31 + v * 7 + k + n for o, h, l, c, v, n, k, _ in levels)
    volume = int(columns["q"].sum())
    ok = all(level[6] == options.events and level[4] == volume for level in levels)
    seconds = statistics.median(times)
    print(json.dumps({
        "system": options.system, "workload": "W4", "events": options.events, "seconds": seconds,
        "rate": int(options.events / seconds), "bars": sum(level[7] for level in levels),
        "sum": total % 2**64, "checksum_ok": ok,
    }))
    return 0 if ok else 1

if __name__ == "__main__":
    raise SystemExit(main())
