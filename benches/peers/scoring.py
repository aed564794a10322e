"""Scores and ranks the bids that Fairlot scores and ranks, in Python's decimal, in numpy and in pandas.

It reads commands, a line of JSON each, and answers each with a line: {"load": FILE} takes the bids of a file in;
{"run": WHICH, "times": N} answers the seconds that N runs took; {"result": WHICH} answers the numbers of the bids in
rank order, and their ranks. All do the same: weekly price, weighted marks, the quality gate, the lowest admissible
price, price marks, totals to four places, the order by total, quality and price, and ranks that equal bids share.
"""

import json
import sys
from decimal import ROUND_HALF_UP, Decimal
from time import perf_counter

import numpy as np
import pandas as pd

# 35 hours and 7 nights; 40 and 20 of 60 for quality, marks of 5, at least 40 % of it; 40 for price.
HOURS, NIGHTS, CARE, TRAVEL, MARK_MAX, NEEDED, PRICE = 35, 7, 40, 20, 5, 24, 40
PLACES = Decimal("0.0001")


def in_decimal(bids):
    admissible = []
    for number, (hour, night, care, travel) in enumerate(bids):
        quality = CARE * care / MARK_MAX + TRAVEL * travel / MARK_MAX
        if quality >= NEEDED:
            admissible.append((number, HOURS * hour + NIGHTS * night, quality))
    lowest = min(weekly for _, weekly, _ in admissible)
    rows = []
    for number, weekly, quality in admissible:
        total = (quality + PRICE * lowest / weekly).quantize(PLACES, ROUND_HALF_UP)
        rows.append((-total, -quality.quantize(PLACES, ROUND_HALF_UP), weekly, number))
    rows.sort()
    order, ranks, before = [], [], None
    for place, (total, quality, weekly, number) in enumerate(rows, 1):
        key = (total, quality, weekly)
        ranks.append(ranks[-1] if key == before else place)
        order.append(number)
        before = key
    return order, ranks


def in_numpy(bids):
    hour, night, care, travel = bids
    weekly = HOURS * hour + NIGHTS * night
    quality = CARE * care / MARK_MAX + TRAVEL * travel / MARK_MAX
    admissible = np.flatnonzero(quality >= NEEDED)
    weekly, quality = weekly[admissible], quality[admissible]
    total = np.round(quality + PRICE * weekly.min() / weekly, 4)
    quality = np.round(quality, 4)
    order = np.lexsort((weekly, -quality, -total))
    weekly, quality, total = weekly[order], quality[order], total[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (total[1:] != total[:-1]) | (quality[1:] != quality[:-1]) | (weekly[1:] != weekly[:-1])
    ranks = np.maximum.accumulate(np.where(first, np.arange(1, len(order) + 1), 0))
    return admissible[order], ranks


def in_pandas(bids):
    weekly = HOURS * bids["hour"] + NIGHTS * bids["night"]
    quality = CARE * bids["care"] / MARK_MAX + TRAVEL * bids["travel"] / MARK_MAX
    scored = pd.DataFrame({"weekly": weekly, "quality": quality})[quality >= NEEDED]
    scored["total"] = (scored["quality"] + PRICE * scored["weekly"].min() / scored["weekly"]).round(4)
    scored["quality"] = scored["quality"].round(4)
    scored = scored.sort_values(["total", "quality", "weekly"], ascending=[False, False, True])
    keys = scored[["total", "quality", "weekly"]]
    first = (keys != keys.shift()).any(axis=1)
    place = pd.Series(range(1, len(scored) + 1), index=scored.index)
    return scored.index, place.where(first).ffill().astype(int)


RUNS = {"decimal": in_decimal, "numpy": in_numpy, "pandas": in_pandas}


def load(path):
    with open(path, encoding="utf-8") as file:
        columns = json.load(file)
    floats = {name: np.array([float(value) for value in values]) for name, values in columns.items()}
    names = ["hour", "night", "care", "travel"]
    return {
        "decimal": list(zip(*([Decimal(value) for value in columns[name]] for name in names))),
        "numpy": [floats[name] for name in names],
        "pandas": pd.DataFrame(floats),
    }


def main():
    bids = {}
    for line in sys.stdin:
        command = json.loads(line)
        if "load" in command:
            bids = load(command["load"])
            answer = {}
        elif "run" in command:
            run, taken = RUNS[command["run"]], bids[command["run"]]
            began = perf_counter()
            for _ in range(command["times"]):
                run(taken)
            answer = {"seconds": perf_counter() - began}
        else:
            order, ranks = RUNS[command["result"]](bids[command["result"]])
            answer = {"order": [int(number) for number in order], "ranks": [int(rank) for rank in ranks]}
        print(json.dumps(answer), flush=True)


main()
