#!/usr/bin/env python3
"""Compares successive updates with retraining: time (the reports' totals) and the true cost on all rows.

  update.py KMEANS FOLDER [ROWS FEATURES CLUSTERS NEW UPDATES] [OPTION...]     by default 2300000 400 500 23000 20: 4.4 GB in FOLDER, deleted at the end;
                                                                              options such as --distance cosine go to the trainings

The rows are generated once as files of NEW rows; a model is trained on the first ROWS and updated with one further file a time. At the end
the cost on all rows is compared with that of a training on them. One JSON line.
"""
import json, os, shutil, statistics, subprocess, sys

kmeans, folder = sys.argv[1:3]
counts = [int(argument) for argument in sys.argv[3:8] if argument.isdigit()]
options = sys.argv[3 + len(counts):]
rows, features, clusters, new, updates = counts + [2300000, 400, 500, 23000, 20][len(counts):]
files = rows // new
work = os.path.join(folder, "update-benchmark")


def run(*arguments):
    return subprocess.run([kmeans, *arguments, "--quiet"], check=True, stdout=subprocess.PIPE, text=True).stdout


def train(inputs, output, *more):
    run("train", *more, "--input", *inputs, "--output", output, "--overwrite", "--report", f"{work}/report.json")
    report = json.load(open(f"{work}/report.json"))
    os.remove(f"{work}/report.json")
    return report


def score(model, inputs):
    return json.loads(run("score", "--model", model, "--input", *inputs, "--json"))["msd"]


os.makedirs(work)
try:
    run("generate", "--rows", str(new * (files + updates)), "--features", str(features), "--clusters", str(clusters), "--files", str(files + updates), "--output", f"{work}/rows")
    parts = sorted(f"{work}/rows/{name}" for name in os.listdir(f"{work}/rows"))
    base = train(parts[:files], f"{work}/model", "--k", str(clusters), *options)
    reports = [train([part], f"{work}/model", "--update", f"{work}/model") for part in parts[files:]]
    again = train(parts, f"{work}/again", "--k", str(clusters), *options)
    updated, retrained = score(f"{work}/model", parts), score(f"{work}/again", parts)
    times = [report["seconds"]["total"] for report in reports]
    print(json.dumps({
        "updates": updates, "rows": reports[-1]["rows"], "updateSeconds": round(statistics.median(times), 3), "slowestSeconds": round(max(times), 3),
        "trainSeconds": round(base["seconds"]["total"], 3), "retrainSeconds": round(again["seconds"]["total"], 3), "allowedSeconds": round(0.02 * base["seconds"]["total"] + 0.3, 3),
        "costOverRetraining": round(updated / retrained, 6), "stated": reports[-1]["msd"], "true": updated}))
finally:
    shutil.rmtree(work)
