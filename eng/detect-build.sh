#!/usr/bin/env bash
# Finds out whether this machine's package sources serve the full build, and the compiler that shortens the client's start, and
# remembers the answers in Build.local.props, which every build imports. docs/design/two-builds.md says why. Run by ./kmeans and ./test.sh while they hold the build.
#   exit 0: decided. exit 1: the restore failed for another reason than a missing package; its output is on standard error.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
. "$root/eng/build.sh"

decision="$root/Build.local.props"

# Someone who sets FullBuild by hand has decided.
if [ -n "${FullBuild:-}" ]; then
    exit 0
fi

# The answer holds for these package versions and these sources. cksum is on every system, and only a change matters here.
key=$({
    cat "$root/Directory.Packages.props"
    dotnet --version
    nuget_environment
    while IFS= read -r config; do
        if [ -n "$config" ]; then
            printf '%s\n' "$config"
            cat "$config"
        fi
    done <<< "$(nuget_configs)"
} | cksum | tr ' ' '-')
if [ -f "$decision" ] && grep -q "<BuildInputs>$key</BuildInputs>" "$decision"; then
    exit 0
fi

output=$(mktemp)
trap 'rm -f "$output"' EXIT
full=true
missing=
if ! DOTNET_CLI_UI_LANGUAGE=en dotnet restore "$root/KMeans.sln" -p:FullBuild=true --nologo -v q > "$output" 2>&1 < /dev/null; then
    # "Package not found" and nothing else means core. A source that cannot be reached (NU1301), a version that is not exact
    # (NU1603) or a broken project file is an error to be seen, or a passing fault would quietly drop half the product.
    if ! grep -q 'error NU110[12]' "$output" || grep 'error' "$output" | grep -qv 'error NU110[12]:'; then
        cat "$output" >&2
        echo "kmeans: restoring packages failed for another reason than a missing package; nothing was built." >&2
        exit 1
    fi
    full=false
    missing=$(sed -n 's/.*error NU110[12]: Unable to find package \([A-Za-z0-9._-]*[A-Za-z0-9]\).*/\1/p' "$output" | sort -u | tr '\n' ' ')
fi

# A faster start is all that is missed without it, so whatever keeps it away is no error.
precompile=false
if dotnet restore "$root/src/Client/KMeans.Client.csproj" -p:FullBuild=$full -p:Precompile=true --nologo -v q > "$output" 2>&1 < /dev/null; then
    precompile=true
fi

# Written whole and then moved into place: a build in another terminal never reads half of it.
cat > "$decision.new" <<EOF
<Project>
  <!-- Written by eng/detect-build.sh. Delete it to have this machine's package sources asked again. -->
  <PropertyGroup>
    <FullBuild Condition="'\$(FullBuild)' == ''">$full</FullBuild>
    <Precompile Condition="'\$(Precompile)' == ''">$precompile</Precompile>
    <BuildInputs>$key</BuildInputs>
    <PackagesNotServed>${missing% }</PackagesNotServed>
  </PropertyGroup>
</Project>
EOF
mv "$decision.new" "$decision"
