#!/usr/bin/python3
"""Times kmeans and its peers on the same rows, in turns, and prints a table: median seconds and the true cost over all rows.

    tests/Benchmarks/peers.py ROWS.npy K [--seeds 3] [--only kmeans,lloyd,...] [--planted MSD]

Ours is the wall time of the whole process, from start to the finished model, with the rows on disk;
theirs is the time of the fit alone, with the rows in memory. Needs Debian's python3-sklearn,
python3-faiss and libopenblas0-pthread; run it with Debian's /usr/bin/python3. A peer that is not installed is left out.
"""
import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

# OpenBLAS 0.3.21 takes a slow kernel on processors that it does not know, which would flatter us.
if "OPENBLAS_CORETYPE" not in os.environ and "avx512f" in open("/proc/cpuinfo").read():
    os.environ["OPENBLAS_CORETYPE"] = "SkylakeX"
    os.execv(sys.executable, [sys.executable] + sys.argv)

import numpy as np  # noqa: E402  (after the restart)

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BATCH = 5000


def true_msd(rows, centers):
    """Mean squared distance of all rows to their nearest center, summed in double."""
    norms = (centers.astype(np.float64) ** 2).sum(1)
    total = 0.0
    for start in range(0, len(rows), 8192):
        part = rows[start:start + 8192]
        nearest = (norms - 2.0 * (part @ centers.astype(np.float32).T)).argmin(1)
        total += ((part.astype(np.float64) - centers[nearest]) ** 2).sum()
    return total / len(rows)


class Ours:
    """The whole process; mode 'rows' or 'stream' is the program's own choice."""

    def __init__(self, path, k, folder):
        self.path, self.k, self.folder = path, k, folder

    def fit(self, rows, seed):
        command = [os.path.join(ROOT, "kmeans"), "train", "--input", self.path, "--k", str(self.k), "--seed", str(seed + 1),
                   "--output", os.path.join(self.folder, "model"), "--overwrite", "--quiet"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return np.load(os.path.join(self.folder, "model", "centers.npy"))


def sklearn_lloyd(rows, k, seed):
    from sklearn.cluster import KMeans
    return KMeans(k, init="k-means++", n_init=1, random_state=seed).fit(rows).cluster_centers_


def sklearn_mini_batch(rows, k, seed):
    from sklearn.cluster import MiniBatchKMeans
    return MiniBatchKMeans(k, batch_size=BATCH, n_init=3, random_state=seed).fit(rows).cluster_centers_


def sklearn_one_pass(rows, k, seed):
    from sklearn.cluster import MiniBatchKMeans
    model = MiniBatchKMeans(k, batch_size=BATCH, n_init=3, random_state=seed)
    order = np.random.RandomState(seed).permutation(len(rows))
    for start in range(0, len(rows), BATCH):
        model.partial_fit(rows[order[start:start + BATCH]])
    return model.cluster_centers_


def faiss_kmeans(rows, k, seed):
    import faiss
    model = faiss.Kmeans(rows.shape[1], k, niter=25, seed=seed + 1, max_points_per_centroid=10 ** 9)
    model.train(rows)
    return model.centroids


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows")
    parser.add_argument("k", type=int)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--only", default="kmeans,one-pass,mini-batch,lloyd,faiss")
    parser.add_argument("--planted", type=float, help="the cost to compare with; without it, the least found")
    arguments = parser.parse_args()
    rows = np.ascontiguousarray(np.load(arguments.rows), dtype=np.float32)
    import warnings
    warnings.filterwarnings("ignore")
    with tempfile.TemporaryDirectory() as folder:
        ours = Ours(os.path.abspath(arguments.rows), arguments.k, folder)
        contenders = {
            "kmeans": ours.fit,
            "one-pass": lambda x, seed: sklearn_one_pass(x, arguments.k, seed),
            "mini-batch": lambda x, seed: sklearn_mini_batch(x, arguments.k, seed),
            "lloyd": lambda x, seed: sklearn_lloyd(x, arguments.k, seed),
            "faiss": lambda x, seed: faiss_kmeans(x, arguments.k, seed),
        }
        seconds, costs = {}, {}
        subprocess.run([os.path.join(ROOT, "kmeans"), "--version"], check=True, stdout=subprocess.DEVNULL)
        for seed in range(arguments.seeds):
            for name in arguments.only.split(","):
                start = time.perf_counter()
                try:
                    centers = contenders[name](rows, seed)
                except ImportError:
                    print(f"{name} is not installed and left out", file=sys.stderr)
                    continue
                seconds.setdefault(name, []).append(time.perf_counter() - start)
                costs.setdefault(name, []).append(true_msd(rows, centers))
    best = arguments.planted or min(statistics.median(c) for c in costs.values())
    first = statistics.median(seconds["kmeans"]) if "kmeans" in seconds else float("nan")
    print(f"{len(rows)} x {rows.shape[1]}, k = {arguments.k}, median of {arguments.seeds} seeds, in turns")
    print(f"{'':12}{'seconds':>9}{'of ours':>9}{'true msd':>14}{'over best':>11}")
    for name, times in seconds.items():
        middle, cost = statistics.median(times), statistics.median(costs[name])
        print(f"{name:12}{middle:9.2f}{middle / first:9.1f}{cost:14.6g}{100 * (cost / best - 1):10.2f}%")


main()
