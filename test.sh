#!/usr/bin/env bash
# Checks everything: formatting, a Release build with warnings as errors, every test project. The last line is
# "N passed, N failed" (and ", N skipped" where any were), and the exit code is not 0 where anything failed.
# A build or format that fails counts as one failure.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
. "$root/eng/build.sh"

results="$root/artifacts/test-results"
passed=0
failed=0
skipped=0

finish() {
    "$root/eng/describe-build.sh"
    if [ "$skipped" -gt 0 ]; then
        echo "$passed passed, $failed failed, $skipped skipped"
    else
        echo "$passed passed, $failed failed"
    fi
    [ "$failed" -eq 0 ]
    exit
}

# step NAME COMMAND...: runs it, shows its output only where it fails, and says how long it took.
step() {
    local name=$1 began=$SECONDS
    shift
    if ! run_quietly "$@"; then
        echo "$name: FAILED"
        failed=$((failed + 1))
        return 1
    fi
    echo "$name: ok ($((SECONDS - began)) s)"
}

# The value of one attribute of a results file's <Counters>.
counter() {
    sed -n "s/.*<Counters .*[ ]$2=\"\([0-9]*\)\".*/\1/p" "$1" | head -n 1
}

# test_project PROJECT: runs one test project and adds its counts. A run that ends without results is a failure.
test_project() {
    local name report total executed succeeded code=0
    name=$(basename "$1" .csproj)
    report="$results/$name.trx"
    dotnet test "$1" -c Release --no-build --nologo -v q --results-directory "$results" --logger "trx;LogFileName=$name.trx" \
        --blame-hang-timeout 15m --blame-hang-dump-type none < /dev/null || code=$?
    if [ ! -f "$report" ]; then
        echo "$name: ended without results (exit code $code)."
        failed=$((failed + 1))
        return
    fi
    total=$(counter "$report" total)
    executed=$(counter "$report" executed)
    succeeded=$(counter "$report" passed)
    passed=$((passed + succeeded))
    failed=$((failed + executed - succeeded))
    skipped=$((skipped + total - executed))
    if [ "$code" -ne 0 ] && [ "$executed" -eq "$succeeded" ]; then
        echo "$name: its tests passed but the run ended with exit code $code."
        failed=$((failed + 1))
    fi
}

export DOTNET_CLI_UI_LANGUAGE=en DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
cd "$root" || exit 1
rm -rf "$results"
require_dotnet && hold_build || { failed=1; finish; }
. "$root/eng/prerequisites.sh"

step "packages" eng/detect-build.sh || finish
step "restore" dotnet restore KMeans.sln --nologo -v q || finish
# Analyzers run in the build, as errors, so only layout and code style are left to check here.
step "format" dotnet format whitespace --folder . --exclude artifacts/ --verify-no-changes
step "style" dotnet format style KMeans.sln --no-restore --verify-no-changes
build_begins
step "build" dotnet build KMeans.sln -c Release --no-restore --nologo -v q || finish
build_ended
release_build

export KMEANS_EXECUTABLE="$root/kmeans"
# One project at a time: each one already uses every core.
for project in tests/*/*.Tests.csproj; do
    if grep -q '<RequiresFullBuild>true<' "$project" && [ -n "$(eng/describe-build.sh)" ]; then
        continue
    fi
    test_project "$project"
done
finish
