#!/usr/bin/env python3
"""Compares a curve with a training at each k: true costs (kmeans score) and time.

  curve.py KMEANS DATA [FROM..TO] [K,K,...] [OPTION...]     KMEANS is the program, DATA its input; the listed k are trained (all by default);
                                                            options such as --distance cosine go to both

One JSON line a k: the curve's true msd over the training's, and whether the stated interval held. The last line has the processor time and
the wall time of the whole curve over those of one training at the largest k, each the median of three runs in turns.
"""
import json, os, shutil, statistics, sys, tempfile, time

kmeans, data = sys.argv[1:3]
first, last = map(int, (sys.argv[3] if len(sys.argv) > 3 else "2..50").split(".."))
chosen = [int(k) for k in sys.argv[4].split(",")] if len(sys.argv) > 4 else range(first, last + 1)
options = sys.argv[5:]
work = tempfile.mkdtemp(prefix="curve-")


def run(*arguments, quiet=True):
    """Runs the program; its output, processor time and wall time."""
    output = os.path.join(work, "out")
    begin = time.monotonic()
    pid = os.fork()
    if pid == 0:
        target = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(target, 1)
        os.execv(kmeans, [kmeans, *arguments])
    _, status, usage = os.wait4(pid, 0)
    if status:
        sys.exit(f"{' '.join(arguments)} failed")
    return open(output).read(), usage.ru_utime + usage.ru_stime, time.monotonic() - begin


def score(model):
    return json.loads(run("score", "--model", model, "--input", data, "--json", "--quiet")[0])["msd"]


try:
    curves, trainings = [], []
    for i in range(3):
        extra = ["--all-models"] if i == 0 else []
        curves.append(run("curve", "--input", data, "--k", f"{first}..{last}", "--output", f"{work}/curve{i}", "--quiet", *extra, *options)[1:])
        trainings.append(run("train", "--input", data, "--k", str(last), "--output", f"{work}/top", "--overwrite", "--quiet", *options)[1:])
    curve = json.load(open(f"{work}/curve0/curve.json"))
    worst = 0
    for k in chosen:
        run("train", "--input", data, "--k", str(k), "--output", f"{work}/train", "--overwrite", "--quiet", *options)
        mine, theirs = score(f"{work}/curve0/k/{k}"), score(f"{work}/train")
        stated = next(point for point in curve["points"] if point["k"] == k)
        worst = max(worst, mine / theirs)
        print(json.dumps({"k": k, "ratio": round(mine / theirs, 4), "msd": mine, "stated": stated["msd"], "inInterval": stated["msdInterval"][0] * (1 - 1e-9) <= mine <= stated["msdInterval"][1] * (1 + 1e-9),
                          "bounded": stated["msdBound"] is None or mine <= stated["msdBound"] * (1 + 1e-9)}), flush=True)
    ratio = lambda i: round(statistics.median(c[i] for c in curves) / statistics.median(t[i] for t in trainings), 2)
    print(json.dumps({"data": data, "chosen": curve["k"], "sureness": curve["sureness"], "worst": round(worst, 4), "processorTime": ratio(0), "wallTime": ratio(1),
                      "curveSeconds": [round(c[1], 2) for c in curves], "trainingSeconds": [round(t[1], 2) for t in trainings]}))
finally:
    shutil.rmtree(work)
