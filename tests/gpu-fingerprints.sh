#!/usr/bin/env bash
# Trains on whole data sets with the CPU, with a device, with one worker of each that has one half of the rows, and with a device that is lost half-way, and compares the fingerprints.
# tests/gpu-fingerprints.sh [DEVICE] [SET...]: DEVICE is what --gpu takes, cpu (ILGPU's simulator, minutes a set) by default, cpu+product for its matrix product; sets are mnist10 mnist100 gauss10 offset.
# Needs a Python with numpy, and MNIST in KMEANS_MNIST. The exit code is not 0 where any two differ.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
kmeans=(dotnet "$root/src/Client/bin/Release/net10.0/kmeans.dll")
python=${KMEANS_PYTHON:-python3}
device=${1:-cpu}
shift || true
sets=("${@:-mnist10}")
[ $# -gt 0 ] || sets=(mnist10 mnist100 gauss10 offset)
folder=$(mktemp -d)
pids=()
urls=()
trap 'kill "${pids[@]}" 2>/dev/null || true; rm -rf "$folder"' EXIT
mkdir "$folder/simd" "$folder/gpu"
differing=0

# rows NAME: the rows of a set as two files, all in one folder and one a folder for each worker.
rows() {
    mkdir -p "$folder/all/$1" "$folder/simd/$1" "$folder/gpu/$1"
    "$python" - "$1" "$folder" "${KMEANS_MNIST:-}" <<'PYTHON'
import os, sys, numpy
name, folder, mnist = sys.argv[1:]
if name == "mnist":
    rows = numpy.fromfile(f"{mnist}/train-images-idx3-ubyte", numpy.uint8)[16:].reshape(-1, 784)
else:
    # A million rows of 50 clusters whose centers have variance 10, with unit noise; one of the sets far from the origin.
    random = numpy.random.RandomState(7)
    centers = random.randn(50, 15) * 10 ** 0.5
    rows = centers[random.randint(0, 50, 1_000_000)] + random.randn(1_000_000, 15) + (1e6 if name == "offset" else 0)
for file, (worker, part) in enumerate(zip(("simd", "gpu"), numpy.array_split(rows.astype(numpy.float32), 2))):
    path = f"{folder}/all/{name}/{file}.npy"
    numpy.save(path, part)
    os.link(path, f"{folder}/{worker}/{name}/{file}.npy")
PYTHON
}

# worker BACKEND OPTIONS...: starts one that has its half of the rows and waits for the line that says where it listens.
worker() {
    local log="$folder/worker-$1"
    : >"$log"
    "${kmeans[@]}" worker --listen http://127.0.0.1:0 --data-root "$folder/$1" --threads 1 --backend "$@" >"$log" 2>&1 &
    pids+=($!)
    until grep -qo 'http://127.0.0.1:[1-9][0-9]*' "$log"; do
        kill -0 "${pids[-1]}" || { cat "$log"; exit 1; }
        read -rt 0.05 <> <(:) || true
    done
    urls+=("$(grep -om1 'http://127.0.0.1:[1-9][0-9]*' "$log")")
}

# check NAME OPTIONS...: trains, compares with the first, and says what computed how many partitions.
check() {
    local name=$1 fingerprint began=$SECONDS
    shift
    "${kmeans[@]}" train --input "$input" --k "$k" --row-budget 0 --output "$folder/model" --overwrite --quiet --report "$folder/report.json" "$@" >"$folder/out" 2>"$folder/errors" || true
    fingerprint=$(sed -n 's/^fingerprint //p' "$folder/out")
    expected=${expected:-$fingerprint}
    printf '%-28s %s' "$name" "${fingerprint:0:16}"
    if [ -z "$fingerprint" ] || [ "$fingerprint" != "$expected" ]; then
        printf ' DIFFERS\n'
        cat "$folder/errors"
        differing=$((differing + 1))
        return
    fi
    "$python" - "$folder/report.json" "$((SECONDS - began))" <<'PYTHON'
import json, sys
report = json.load(open(sys.argv[1]))
device = report.get("device") or {}
parts = [f"{count} partitions on {name}" for name, count in report["backends"].items()]
if device:
    parts.append(f"{device['rows']:,} rows on the device and {device['hostRows']:,} after it in {device['batches']} batches")
print("", ", ".join(parts + [f"{report['nearTies']} near-ties", f"{sys.argv[2]} s"]))
PYTHON
}

worker simd
worker gpu --gpu "$device"
for set in "${sets[@]}"; do
    expected=""
    case $set in
        mnist10 | mnist100) name=mnist k=${set#mnist} ;;
        gauss10 | offset) name=$set k=50 ;;
        *) echo "$set: use mnist10, mnist100, gauss10 or offset"; exit 2 ;;
    esac
    [ -d "$folder/all/$name" ] || rows "$name"
    input="$folder/all/$name"
    check "$set simd" --backend simd
    check "$set gpu" --backend gpu --gpu "$device"
    batches=$("$python" -c 'import json, sys; print((json.load(open(sys.argv[1])).get("device") or {}).get("batches", 0))' "$folder/report.json")

    # Each has its own half, so that both have to work however slow one of them is.
    input=$name
    check "$set simd and gpu workers" --workers "${urls[0]},${urls[1]}" --distribution sharded-by-key
    input="$folder/all/$name"

    # A batch takes four or five calls of the fused kernel, and more of the product: one for each tile.
    check "$set gpu lost half-way" --backend gpu --gpu "cpu:$((batches * 2 + 8))${device#"${device%%+*}"}"
done
echo "$differing differ"
[ "$differing" -eq 0 ]
