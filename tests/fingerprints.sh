#!/usr/bin/env bash
# Trains on the same rows with every count of shards, threads and workers, under chaos, with workers that are killed, stopped or late, with a coordinator that is killed and goes on
# from its checkpoint, and with a full disk under the checkpoint (as root on Linux), and compares the fingerprints.
# tests/fingerprints.sh INPUT K [MORE OPTIONS OF train...]; the exit code is not 0 where any two differ.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
kmeans=(dotnet "$root/src/Client/bin/Release/net10.0/kmeans.dll")
input=$(realpath "$1")
k=$2
shift 2
more=("$@")
folder=$(mktemp -d)
pids=()
later=()
urls=()
trap 'kill -CONT "${pids[@]}" 2>/dev/null; kill "${pids[@]}" "${later[@]}" 2>/dev/null; umount "$folder/full" 2>/dev/null; rm -rf "$folder"' EXIT
started=0
expected=""
differing=0

# check NAME OPTIONS...: trains and compares.
check() {
    local name=$1 fingerprint
    shift
    fingerprint=$("${kmeans[@]}" train --input "$input" --k "$k" --output "$folder/model" --overwrite --quiet "${more[@]}" "$@" 2>"$folder/errors" | sed -n 's/^fingerprint //p') || true
    expected=${expected:-$fingerprint}
    if [ -n "$fingerprint" ] && [ "$fingerprint" = "$expected" ]; then
        printf '%-32s %s\n' "$name" "${fingerprint:0:16}"
    else
        printf '%-32s %s DIFFERS\n' "$name" "${fingerprint:0:16}"
        cat "$folder/errors"
        differing=$((differing + 1))
    fi
}

# after SECONDS COMMAND...: runs it that much later, beside what comes next.
after() {
    local delay=$1
    shift
    (pause "$delay"; exec "$@") >/dev/null 2>&1 &
    later+=($!)
}

pause() {
    read -rt "$1" <> <(:) || true
}

# worker: starts one and waits for the line that says where it listens.
worker() {
    local log="$folder/worker-$((started++))"
    : >"$log"
    "${kmeans[@]}" worker --listen http://127.0.0.1:0 --data-root "$(dirname "$input")" >"$log" 2>&1 &
    pids+=($!)
    until grep -qo 'http://127.0.0.1:[1-9][0-9]*' "$log"; do
        kill -0 "${pids[-1]}" || { cat "$log"; exit 1; }
        pause 0.05
    done
    urls+=("$(grep -om1 'http://127.0.0.1:[1-9][0-9]*' "$log")")
}

list() {
    local IFS=,
    echo "$*"
}

for shards in 1 2 3 7 16; do
    check "shards $shards" --shards "$shards"
done
for threads in 1 2 4; do
    check "threads $threads" --threads "$threads"
done
for seed in 1 2 3; do
    check "chaos $seed" --chaos "$seed" --checkpoint "$folder/checkpoint"
done
for workers in 1 2 3; do
    worker
    check "workers $workers" --workers "$(list "${urls[@]}")"
done
for delay in 0.4 0.7 1 1.3; do
    after "$delay" kill -KILL "${pids[0]}"
    check "workers 3, 1 killed at $delay s" --workers "$(list "${urls[@]}")"
    wait "${pids[0]}" 2>/dev/null || true
    pids=("${pids[@]:1}")
    urls=("${urls[@]:1}")
    worker
done
after 0.7 kill -STOP "${pids[0]}"
check "workers 3, 1 stands still" --workers "$(list "${urls[@]}")"
kill -CONT "${pids[0]}"
late=${urls[0]##*:}
kill -KILL "${pids[0]}"
after 1 "${kmeans[@]}" worker --listen "http://127.0.0.1:$late" --data-root "$(dirname "$input")"
check "workers 3, 1 comes late" --workers "$(list "${urls[@]}")"

for delay in 0.4 0.7 1; do
    timeout -s KILL "$delay" "${kmeans[@]}" train --input "$input" --k "$k" --output "$folder/model" --overwrite --quiet "${more[@]}" --checkpoint "$folder/checkpoint" >/dev/null 2>&1 || true
    check "coordinator killed at $delay s" --checkpoint "$folder/checkpoint"
done
mkdir "$folder/full"
if mount -t tmpfs -o size=64k tmpfs "$folder/full" 2>/dev/null; then
    check "full disk under the checkpoint" --checkpoint "$folder/full/checkpoint"
fi
echo "$differing differ"
[ "$differing" -eq 0 ]
