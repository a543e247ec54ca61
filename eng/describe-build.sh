#!/usr/bin/env bash
# Says in one line what a core build leaves out and why; prints nothing after a full build.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

decision="$root/Build.local.props"
why="FullBuild=false is set"
if [ -z "${FullBuild:-}" ]; then
    grep -q '>false</FullBuild>' "$decision" 2>/dev/null || exit 0
    why="packages not served here: $(sed -n 's/.*<PackagesNotServed>\(.*\)<.*/\1/p' "$decision")"
elif [ "$FullBuild" != false ]; then
    exit 0
fi

parts=
for project in "$root"/src/*/*.csproj "$root"/tests/*/*.csproj; do
    if grep -q '<RequiresFullBuild>true<' "$project"; then
        part=${project%/*}
        parts="$parts ${part#"$root"/}"
    fi
done
echo "core build: not built:${parts:- nothing} ($why)."
