#!/usr/bin/env bash
# A private PostgreSQL in a folder, for tests and for trying things out: no TCP port, only a socket in that folder.
#
#   postgres.sh start FOLDER    makes the cluster where it is new, starts it, and prints a connection string of .NET's form
#   postgres.sh stop FOLDER     ends it at once; the data stays
#   postgres.sh kill FOLDER     ends it as a power cut would
#
# It takes Debian's programs (apt-get install postgresql), or those in the folder that KMEANS_POSTGRES names. PostgreSQL
# refuses to run as root, so root's is run by the user postgres. Nothing is flushed to the disk: keep nothing here.
set -euo pipefail

fail() {
    echo "postgres.sh: $1" >&2
    exit "${2:-1}"
}

[ $# -eq 2 ] || fail "usage: postgres.sh start|stop|kill FOLDER" 2
folder=$2

find_programs() {
    local candidate
    for candidate in "${KMEANS_POSTGRES:-}" /usr/lib/postgresql/*/bin "$(dirname "$(command -v pg_ctl || echo /none/pg_ctl)")"; do
        # The last one that fits is the newest.
        if [ -n "$candidate" ] && [ -x "$candidate/pg_ctl" ] && [ -x "$candidate/initdb" ]; then
            programs=$candidate
            [ "$candidate" != "${KMEANS_POSTGRES:-}" ] || return 0
        fi
    done
    [ -n "${programs:-}" ] || fail "no PostgreSQL here (Debian: apt-get install postgresql); KMEANS_POSTGRES may name the folder of its programs."
}

# as_owner COMMAND...: by a user that PostgreSQL accepts, from a folder that this user may enter.
as_owner() {
    if [ "$(id -u)" -eq 0 ]; then
        (cd / && exec runuser -u postgres -- "$@")
    else
        "$@"
    fi
}

start() {
    mkdir -p "$folder"
    folder=$(cd "$folder" && pwd -P)
    # A socket's path has a limit of 107 bytes in the kernel.
    [ ${#folder} -le 80 ] || fail "the folder's path is longer than 80 characters, which leaves no room for the socket: $folder" 2
    if [ ! -s "$folder/data/PG_VERSION" ]; then
        chmod 700 "$folder"
        if [ "$(id -u)" -eq 0 ]; then
            id postgres >/dev/null 2>&1 || fail "root needs a user named postgres to run PostgreSQL as; Debian's package makes one."
            chown postgres "$folder"
        fi
        as_owner "$programs/initdb" -D "$folder/data" -U kmeans --auth=trust --encoding=UTF8 --locale=C --no-sync >"$folder/initdb.log" 2>&1 < /dev/null ||
            { cat "$folder/initdb.log" >&2; fail "initdb failed."; }
    fi
    as_owner "$programs/pg_ctl" -D "$folder/data" -l "$folder/server.log" -w -t 60 \
        -o "-c listen_addresses='' -c unix_socket_directories='$folder' -c fsync=off -c synchronous_commit=off -c max_connections=100" \
        start >/dev/null 2>&1 < /dev/null || { tail -n 20 "$folder/server.log" >&2 || true; fail "the server did not start."; }
    echo "Host=$folder;Username=kmeans;Database=postgres"
}

find_programs
case $1 in
    start) start ;;
    stop) as_owner "$programs/pg_ctl" -D "$folder/data" -m fast -w -t 60 stop >/dev/null < /dev/null ;;
    kill) as_owner "$programs/pg_ctl" -D "$folder/data" -m immediate -w -t 60 stop >/dev/null < /dev/null ;;
    *) fail "usage: postgres.sh start|stop|kill FOLDER" 2 ;;
esac
