#!/usr/bin/env bash
# How long a pass takes with three workers of which one is ten times slower, over how long it takes with the two healthy ones alone. The slow one may run for a tenth of the time:
# it is stopped and continued in turn, 20 ms of every 200. Runs alternate, because machines are noisy; the last line is the median of the ratios.
# tests/slow-worker.sh [ROWS] [K] [PAIRS]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
rows=${1:-4000000}
k=${2:-500}
pairs=${3:-5}
kmeans=(dotnet "$root/src/Client/bin/Release/net10.0/kmeans.dll")
folder=$(mktemp -d)
pids=()
slowing=""

finish() {
    for pid in $slowing "${pids[@]}"; do
        kill -CONT "$pid" 2>/dev/null || true
        kill "$pid" 2>/dev/null || true
    done
    rm -rf "$folder"
}
trap finish EXIT

# slow_down PID: lets a process run for a tenth of the time.
slow_down() {
    while kill -STOP "$1" 2>/dev/null; do
        sleep 0.18
        kill -CONT "$1" 2>/dev/null || return 0
        sleep 0.02
    done
}

# pass URLS: trains and prints the seconds of the pass and the partitions of each instance.
pass() {
    "${kmeans[@]}" train --input rows --k "$k" --row-budget 0 --init-method random --threads 1 --output "$folder/model" --overwrite --quiet \
        --workers "$1" --report "$folder/report.json" --ledger "$folder/ledger" > "$folder/out"
    python3 - "$folder/report.json" "$folder/ledger" <<'PYTHON'
import collections, json, sys
report = json.load(open(sys.argv[1]))
seconds = report["seconds"]
counts = collections.Counter(json.loads(line)["instance"] for line in open(sys.argv[2]))
print(round(seconds["total"] - seconds["sample"] - seconds["initial"] - seconds["reduce"], 3), report["fingerprint"][:8], "+".join(str(count) for _, count in sorted(counts.items())))
PYTHON
}

mkdir "$folder/data"
"${kmeans[@]}" generate --rows "$rows" --features 32 --clusters 50 --output "$folder/data/rows" --files 4 --quiet > /dev/null
urls=()
for i in 1 2 3; do
    "${kmeans[@]}" worker --listen http://127.0.0.1:0 --data-root "$folder/data" --threads 1 > "$folder/worker$i" &
    pids+=($!)
    until grep -qs listening "$folder/worker$i"; do sleep 0.1; done
    urls+=("$(sed 's/listening on //' "$folder/worker$i")")
done

pass "${urls[0]},${urls[1]},${urls[2]}" > /dev/null
ratios=()
for ((i = 0; i < pairs; i++)); do
    healthy=$(pass "${urls[0]},${urls[1]}")
    slow_down "${pids[2]}" &
    slowing=$!
    mixed=$(pass "${urls[0]},${urls[1]},${urls[2]}")
    kill "$slowing" 2>/dev/null || true
    kill -CONT "${pids[2]}"
    slowing=""
    ratio=$(python3 -c "print(round(${mixed%% *} / ${healthy%% *}, 3))")
    ratios+=("$ratio")
    echo "two healthy: $healthy, one slow beside them: $mixed, ratio $ratio"
done
printf '%s\n' "${ratios[@]}" | sort -n | sed -n "$(((pairs + 1) / 2))p" | sed 's/^/median ratio /'
