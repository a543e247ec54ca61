# Shell functions that ./kmeans and ./test.sh share. The caller has set $root to the repository's folder and has changed no directory.
# shellcheck shell=bash

state="$root/artifacts/kmeans"
client="$root/src/Client/bin/Release/net10.0/kmeans.dll"

# Fails with one line where the SDK is missing.
require_dotnet() {
    if ! command -v dotnet >/dev/null 2>&1; then
        for folder in "${DOTNET_ROOT:-}" "${HOME:-}/.dotnet" /usr/share/dotnet /usr/local/share/dotnet; do
            if [ -n "$folder" ] && [ -x "$folder/dotnet" ]; then
                PATH="$folder:$PATH"
                return 0
            fi
        done

        echo "kmeans: 'dotnet' is not on the PATH; install the .NET 10 SDK (https://dot.net)." >&2
        return 1
    fi
}

# Every NuGet configuration file that NuGet would read here, one a line: of this folder and its parents, the one named in the
# environment, the user's, the machine's.
nuget_configs() {
    local folder=$root name
    while :; do
        for name in nuget.config NuGet.config NuGet.Config; do
            if [ -f "$folder/$name" ]; then
                printf '%s\n' "$folder/$name"
                break
            fi
        done
        if [ -z "$folder" ]; then
            break
        fi
        folder=${folder%/*}
    done
    for name in "${RestoreConfigFile:-}" "${HOME:-}"/.nuget/NuGet/NuGet.Config "${HOME:-}"/.config/NuGet/*.[Cc]onfig \
        /etc/opt/NuGet/Config/*.[Cc]onfig "/Library/Application Support/NuGet/Config"/*.[Cc]onfig; do
        if [ -f "$name" ]; then
            printf '%s\n' "$name"
        fi
    done
}

# What the environment says about where packages come from.
nuget_environment() {
    printf '%s|' "${FullBuild:-}" "${RestoreConfigFile:-}" "${RestoreSources:-}" "${RestoreAdditionalProjectSources:-}" \
        "${NUGET_PACKAGES:-}" "${RestorePackagesPath:-}"
}

# Succeeds where the client must be built: it was never built, a source changed, or packages come from elsewhere now.
# Files count when they are newer than the moment the last build began; folders when something was added to or removed from
# them after it ended, since a build itself adds bin and obj. One find, a few milliseconds.
client_is_stale() {
    local built config
    [ -f "$client" ] && [ -f "$state/began" ] && [ -f "$state/ended" ] || return 0
    read -r built < "$state/ended" || true
    [ "$built" = "$(nuget_environment)" ] || return 0
    set -- "$root"/*.props "$root"/*.targets "$root"/KMeans.sln "$root"/global.json "$root/eng" "$root/src"
    while IFS= read -r config; do
        set -- "$@" "$config"
    done <<< "$(nuget_configs)"
    [ -n "$(find "$@" \( -name bin -o -name obj \) -prune -o \
        \( -type f -newer "$state/began" -o -type d -newer "$state/ended" \) -print 2>/dev/null | head -n 1)" ]
}

# Marks the moment from which a changed source means another build. A build writes into the files that are there, and a
# client that runs has them mapped: it is left the old ones, and the build gets copies.
build_begins() {
    local file
    rm -f "$state/ended"
    : > "$state/began"
    for file in "${client%/*}"/*.dll; do
        if [ -f "$file" ]; then
            cp -p "$file" "$file.copy" && mv -f "$file.copy" "$file"
        fi
    done
}

# Marks the client as built.
build_ended() {
    printf '%s\n' "$(nuget_environment)" > "$state/ended"
}

# Waits until no other build runs in this folder, then holds the place until release_build. The lock is a symbolic link that
# names its owner's process: made in one step, on every file system and system; a link whose owner is gone is taken over,
# and the second link keeps two waiters from doing that at once.
hold_build() {
    local owner waited=0
    mkdir -p "$state"
    until ln -sn "$$" "$state/lock" 2>/dev/null; do
        owner=$(readlink "$state/lock" 2>/dev/null) || continue
        if ! kill -0 "$owner" 2>/dev/null && ln -sn "$$" "$state/takeover" 2>/dev/null; then
            if [ "$(readlink "$state/lock" 2>/dev/null)" = "$owner" ]; then
                rm -f "$state/lock"
            fi
            rm -f "$state/takeover"
            continue
        fi
        if [ "$waited" -eq 0 ]; then
            echo "kmeans: waiting for another build in this folder (process $owner) ..." >&2
        fi
        waited=$((waited + 1))
        if [ "$waited" -gt 1200 ]; then
            echo "kmeans: process $owner has held the build for 20 minutes; end it or remove $state/lock." >&2
            return 1
        fi
        sleep 1
    done
    trap release_build EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
}

# Gives the place back.
release_build() {
    rm -f "$state/lock"
    trap - EXIT INT TERM HUP
}

# Runs a command silently; where it fails, prints what it printed on standard error and fails with its exit code.
run_quietly() {
    local code=0
    mkdir -p "$state"
    "$@" > "$state/output" 2>&1 < /dev/null || code=$?
    if [ "$code" -ne 0 ]; then
        cat "$state/output" >&2
    fi
    return "$code"
}
