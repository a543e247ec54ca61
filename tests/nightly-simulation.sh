#!/usr/bin/env bash
# Runs simulated schedules of the coordinator: 100,000, or as many as the first argument says. Prints what happened in them.
# The exit code is not 0 where a schedule ended with another fingerprint, hung, or ended with another error than its fault deserves.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$root"
report=$(mktemp)
trap 'rm -f "$report"' EXIT
export KMEANS_SCHEDULES=${1:-100000} KMEANS_FIRST_SCHEDULE=${2:-1} KMEANS_SCHEDULE_REPORT=$report
dotnet test tests/Core.Tests -c Release --nologo -v q --filter FullyQualifiedName~SimulationTests
cat "$report"
