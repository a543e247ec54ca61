#!/usr/bin/env bash
# A cluster on this machine: PostgreSQL, three silos on loopback, one training, and everything gone again.
#
#   deploy/local/cluster.sh                                    trains on samples/digits.parquet with k = 10
#   deploy/local/cluster.sh --input PATH... --k K ...          trains on that, with the options of `kmeans submit`
#   KEEP=1 deploy/local/cluster.sh ...                         leaves the cluster running until Enter or Ctrl-C, and says how to reach it
#
# It needs the full build and Debian's PostgreSQL (apt-get install postgresql). SILOS, SILO_PORT, GATEWAY_PORT and
# HTTP_PORT choose how many silos there are and where their ports begin; OUTPUT is where the model goes.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
silos=${SILOS:-3}
silo_port=${SILO_PORT:-11111}
gateway_port=${GATEWAY_PORT:-30000}
http_port=${HTTP_PORT:-8080}
output=${OUTPUT:-}
silo="$root/src/Silo/bin/Release/net10.0/silo.dll"
pids=()

# Short: the path of PostgreSQL's socket is limited.
work=$(mktemp -d /tmp/kmeans-cluster-XXXXXX)
# Another user may run the database inside.
chmod 711 "$work"

say() { echo "cluster.sh: $*" >&2; }

# Silos first, and at once: they hand their work back while the database is there.
clean_up() {
    local pid
    trap - EXIT INT TERM
    for pid in "${pids[@]}"; do
        kill -TERM "$pid" 2>/dev/null || true
    done
    for pid in "${pids[@]}"; do
        wait "$pid" 2>/dev/null || true
    done
    if [ -s "$work/pg/data/postmaster.pid" ]; then
        "$root/deploy/local/postgres.sh" kill "$work/pg" 2>/dev/null || true
    fi
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

fail() {
    say "$1"
    for log in "$work"/silo-*.log; do
        if [ -s "$log" ]; then
            say "the end of ${log##*/}:"
            tail -n 20 "$log" >&2
        fi
    done
    exit 1
}

# free PORT: a silo whose port another program holds would end, and the other one would answer for it.
free() {
    if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then
        say "port $1 is in use; SILO_PORT, GATEWAY_PORT and HTTP_PORT choose where the silos' ports begin."
        exit 2
    fi
}

# ready URL PID: until it answers 200, for two minutes at most, or until the process has ended.
ready() {
    local deadline=$((SECONDS + 120))
    while [ $SECONDS -lt $deadline ]; do
        kill -0 "$2" 2>/dev/null || return 1
        curl -fsS --noproxy '*' -m 2 -o /dev/null "$1" 2>/dev/null && return 0
        sleep 0.2
    done
    return 1
}

[ $# -gt 0 ] || set -- --input "$root/samples/digits.parquet" --exclude digit --k 10
# Silos open files only below folders that they were told, so the inputs' own folders are those; and what is a path
# here has to be one for them.
roots=
arguments=()
takes_inputs=false
for argument in "$@"; do
    case $argument in
        --input) takes_inputs=true ;;
        --*) takes_inputs=false ;;
        *)
            if $takes_inputs; then
                folder=$(cd "$(dirname "$argument")" 2>/dev/null && pwd -P) || { say "$argument: there is no such folder."; exit 2; }
                argument="${folder%/}/$(basename "$argument")"
                [ ! -d "$argument" ] || folder=$argument
                roots="$roots${roots:+;}$folder"
            fi
            ;;
    esac
    arguments+=("$argument")
done
[ -n "$roots" ] || { say "--input names the files to train on."; exit 2; }

for ((i = 0; i < silos; i++)); do
    free $((silo_port + i))
    free $((gateway_port + i))
    free $((http_port + i))
done

say "building"
"$root/kmeans" --version >/dev/null
dotnet build "$root/src/Silo" -c Release --nologo -v q >"$work/build.log" 2>&1 < /dev/null || { cat "$work/build.log" >&2; exit 1; }
[ -f "$silo" ] || { say "the silo belongs to the full build, which this machine's package source does not serve (docs/design/two-builds.md)."; exit 1; }

say "starting PostgreSQL"
database=$("$root/deploy/local/postgres.sh" start "$work/pg")
dotnet "$silo" --apply-schema --Silo:PostgreSql "$database" || fail "the schema was not applied."

# A silo's own port, client port and HTTP port count up from the first ones.
for ((i = 0; i < silos; i++)); do
    say "starting silo $((i + 1)) of $silos"
    dotnet "$silo" --Silo:PostgreSql "$database" --Silo:ClusterId local --Silo:SiloName "silo-$i" --Silo:DataRoots "$roots" \
        --Silo:AdvertisedAddress 127.0.0.1 --Silo:SiloPort $((silo_port + i)) --Silo:GatewayPort $((gateway_port + i)) \
        --Silo:HttpPort $((http_port + i)) --Silo:ShutdownSeconds 20 >"$work/silo-$i.log" 2>&1 < /dev/null &
    pids+=($!)
done
for ((i = 0; i < silos; i++)); do
    ready "http://127.0.0.1:$((http_port + i))/health/ready" "${pids[$i]}" || fail "silo $((i + 1)) did not become ready."
done

say "$silos silos are ready"
"$root/kmeans" submit --cluster "$database" --cluster-id local --job local --watch "${arguments[@]}" || fail "the job did not end well."
"$root/kmeans" fetch --cluster "$database" --cluster-id local --job local --output "${output:-$work/model}" || fail "the model could not be fetched."

if [ -n "${KEEP:-}" ]; then
    say "kmeans list --cluster '$database' --cluster-id local      reaches it; logs are in $work"
    say "Enter ends it."
    read -r || true
fi
