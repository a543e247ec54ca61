#!/usr/bin/env python3
"""How often a curve's 95 % intervals hold the true cost (kmeans score), over several seeds.

  intervals.py KMEANS DATA FROM..TO K,K,... [SEEDS] [OPTION...]     KMEANS is the program, DATA its input, SEEDS how many (10 by default);
                                                                  options go to the curve

One JSON line a seed: for each k the error of the stated msd in percent and in standard errors. The last line counts the intervals that held.
"""
import json, math, os, shutil, subprocess, sys, tempfile

kmeans, data, span, listed = sys.argv[1:5]
seeds = int(sys.argv[5]) if len(sys.argv) > 5 else 10
options = sys.argv[6:]
work = tempfile.mkdtemp(prefix="intervals-")


def run(*arguments):
    return subprocess.run([kmeans, *arguments, "--quiet"], check=True, stdout=subprocess.PIPE, text=True).stdout


try:
    scaled = []
    for seed in range(1, seeds + 1):
        run("curve", "--input", data, "--k", span, "--output", f"{work}/curve", "--overwrite", "--all-models", "--seed", str(seed), *options)
        curve = {point["k"]: point for point in json.load(open(f"{work}/curve/curve.json"))["points"]}
        line = {"seed": seed}
        for k in map(int, listed.split(",")):
            true = json.loads(run("score", "--model", f"{work}/curve/k/{k}", "--input", data, "--json"))["msd"]
            low, high = curve[k]["msdInterval"]
            error = curve[k]["msd"] - true
            scaled.append(error / ((high - low) / (2 * 1.96)) if high > low else 0.0)
            line[k] = [round(100 * error / true, 3), round(scaled[-1], 1)]
        print(json.dumps(line), flush=True)
    print(json.dumps({"data": data, "intervals": len(scaled), "held": sum(abs(error) <= 1.96 for error in scaled),
                      "rootMeanSquare": round(math.sqrt(sum(error * error for error in scaled) / len(scaled)), 2)}))
finally:
    shutil.rmtree(work)
