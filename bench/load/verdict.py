#!/usr/bin/env python3
"""Holds a run of compare.py against the gateway's limits: one row a measure, exit 1 if any is missed.

    verdict.py [--subject gateway] [--floor yarp] [run/results.json]

The run needs `direct`, the subject and the floor in the phases it is to be judged by; a phase that was not run is left out, and said so.
"""
import argparse
import json
import os
import statistics
import sys

ROOT = os.path.dirname(os.path.abspath(__file__))
TRANSLATED = "gateway-translate"   # the same gateway before a provider of another dialect: the translate lane
WORKLOADS = ("plain-1.5k", "plain-20k", "stream-32")


def ratio(rounds, floor):
    """Median of the ratios within each round: subjects of a round run within seconds of each other, so that a machine that gets slower or faster does not decide."""
    return statistics.median(r["cpu_us"] / f["cpu_us"] for r, f in zip(rounds, floor))


def measures(res, subject, floor):
    """Yields (measure, figure, limit, unit) for every limit the run can decide."""
    for w in WORKLOADS:
        subs = res.get("cpu", {}).get(w, {})
        if subject in subs and floor in subs:
            yield f"CPU per request, {w}", ratio(subs[subject], subs[floor]), 1.1, f"x {floor}"
        if TRANSLATED in subs and subject in subs:
            yield f"CPU per request, translated, {w}", ratio(subs[TRANSLATED], subs[subject]), 2.5, f"x {subject}"
    paced = res.get("paced", {})
    if TRANSLATED in paced and subject in paced:
        yield "CPU per paced event, translated", ratio(paced[TRANSLATED], paced[subject]), 2.5, f"x {subject}"
    if subject in paced and floor in paced:
        yield "CPU per paced event", ratio(paced[subject], paced[floor]), 1.0, f"x {floor}"
    subs = res.get("open", {}).get("1000", {})
    if subject in subs and "direct" in subs:
        # What others do on the machine adds to a latency and never takes away: the best round of each says most (README, "How to read the figures").
        for q, limit in (("p50", 0.25), ("p99", 1.0)):
            added = (min(r["latency_us"][q] for r in subs[subject]) - min(r["latency_us"][q] for r in subs["direct"])) / 1000
            yield f"added {q} at 1,000/s, best round", added, limit, "ms"
    if subject in res.get("startup", {}):
        yield "first answer after start", statistics.median(res["startup"][subject]["ready_ms"]), 600, "ms"
        yield "idle RSS", res["startup"][subject]["idle_rss_mib"], 80, "MiB"
    if subject in res.get("hold", {}).get("2000", {}):
        yield "RSS per open stream at 2,000", res["hold"]["2000"][subject]["kib_per_stream"], 45, "KiB"


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--subject", default="gateway")
    a.add_argument("--floor", default="yarp")
    a.add_argument("results", nargs="?", default=f"{ROOT}/run/results.json")
    opt = a.parse_args()
    with open(opt.results) as f:
        res = json.load(f)
    rows = list(measures(res, opt.subject, opt.floor))
    print(f"| measure | {opt.subject} | limit | |\n|---|---|---|---|")
    for name, figure, limit, unit in rows:
        print(f"| {name} | {figure:.2f} {unit} | {limit} {unit} | {'ok' if figure <= limit else 'MISSED'} |")
    missing = [p for p in ("startup", "cpu", "open", "paced", "hold") if not res.get(p)]
    if missing:
        print(f"\nNot run: {', '.join(missing)}.")
    if not rows or any(figure > limit for _, figure, limit, _ in rows):
        sys.exit(1)


if __name__ == "__main__":
    main()
