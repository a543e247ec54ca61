#!/usr/bin/python3
"""Trains on each data set in row mode and in stream mode with 5 % of the rows kept, and prints the true cost over the reference's.

    tests/Benchmarks/quality/quality.py [SET ...] [--mode rows|stream|both] [--seeds 5] [--cache FOLDER] [--arguments "..."] [--json FILE]

The reference is scikit-learn's k-means++ and Lloyd run to convergence (median of 5 seeds), or the planted or best known optimum.
Needs Debian's python3-sklearn, r-cran-mlbench, and MNIST as ./test.sh installs it; run it with Debian's /usr/bin/python3.
"""
import argparse
import json
import os
import statistics
import subprocess
import tempfile

import numpy as np

import data

STREAM = ["--row-budget", "0", "--summary-rows", "5%"]
# The most that the median may be over the reference: rows, stream.
LIMITS = {
    "digits": (1.000, 1.005), "satellite": (1.000, 1.005), "mnist10": (1.000, 1.005), "mnist100": (1.000, 1.010), "a3": (1.01, 1.03),
    "gauss1": (None, 1.005), "gauss10": (None, 1.005), "gauss100": (None, 1.005), "far": (None, 1.005), "sorted": (None, 1.005),
    "sorted50": (None, 1.005), "heavy": (1.000, 1.005), "shuttle": (1.000, 1.005), "letters": (1.000, 1.005),
}


def train(path, k, seed, extra, folder):
    model, report = os.path.join(folder, "model"), os.path.join(folder, "report.json")
    subprocess.run([os.path.join(data.ROOT, "kmeans"), "train", "--input", path, "--k", str(k), "--seed", str(seed), "--output", model,
                    "--overwrite", "--quiet", "--report", report, *extra], check=True, stdout=subprocess.DEVNULL)
    with open(report) as file:
        return np.load(os.path.join(model, "centers.npy")), json.load(file)


def measure(name, stream, arguments, folder):
    path, rows, k, facts = data.prepare(name, arguments.cache)
    extra = (STREAM if stream else []) + arguments.arguments.split()
    ratios, seconds, errors = [], [], []
    for seed in range(1, arguments.seeds + 1):
        centers, report = train(path, k, seed, extra, folder)
        cost = data.true_msd(rows, centers)
        ratios.append(cost / facts["reference"])
        seconds.append(report["seconds"]["total"])
        errors.append(report["msd"] / cost - 1)
    limit = LIMITS[name][1 if stream else 0]
    return {"set": name, "k": k, "mode": "stream" if stream else "rows", "reference": facts["reference"], "median": statistics.median(ratios),
            "ratios": ratios, "limit": limit, "seconds": statistics.median(seconds), "lloydSeconds": facts.get("seconds"), "msdErrors": errors}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="*", default=list(data.SETS))
    parser.add_argument("--mode", choices=["rows", "stream", "both"], default="both")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--cache", default=os.path.join(data.ROOT, "artifacts", "quality"))
    parser.add_argument("--arguments", default="", help="more arguments of train, such as '--extra-center-factor 4'")
    parser.add_argument("--json", help="also write the results to this file")
    arguments = parser.parse_args()
    subprocess.run([os.path.join(data.ROOT, "kmeans"), "--version"], check=True, stdout=subprocess.DEVNULL)
    results = []
    print(f"{'set':10}{'k':>4} {'mode':7}{'median':>9}{'limit':>8}{'worst':>9}{'spread':>8}{'seconds':>9}{'Lloyd s':>9}{'msd off':>9}")
    with tempfile.TemporaryDirectory() as folder:
        for name in arguments.sets:
            for stream in (False, True):
                if arguments.mode not in ("both", "stream" if stream else "rows"):
                    continue
                r = measure(name, stream, arguments, folder)
                results.append(r)
                spread = max(r["ratios"]) / r["median"] - 1
                met = r["limit"] is None or (r["median"] <= r["limit"] and spread <= 0.02)
                print(f"{name:10}{r['k']:4} {r['mode']:7}{r['median']:9.5f}{r['limit'] or '':>8}{max(r['ratios']):9.5f}{100 * spread:7.2f}%{r['seconds']:9.2f}"
                      f"{r['lloydSeconds'] or float('nan'):9.2f}{100 * statistics.median(map(abs, r['msdErrors'])):8.2f}%{'' if met else '  MISSED'}", flush=True)
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump(results, file, indent=1)


main()
