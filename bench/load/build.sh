#!/usr/bin/env bash
# Builds everything the rig runs into run/: mock, load, the .NET subjects and the gateway as it is published.
#   bench/load/build.sh [PART…]      default: mock load yarp naive lean kestrel gateway; portkey (npm) on demand
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
run=$here/run
mkdir -p "$run"

build_c() { gcc -O2 -Wall -Wextra -Wno-unused-result -o "$run/$1" "$here/$1.c" -lm; }

build_subject() {
    dotnet publish "$here/subjects/$1" -c Release --nologo -v quiet -o "$run/$1" --artifacts-path "$run/artifacts/$1"
}

build_gateway() {
    rm -rf "$run/gateway"
    dotnet publish "$here/../../src/Gateway" -p:PublishProfile=single --nologo -v quiet -o "$run/gateway" --artifacts-path "$run/artifacts/gateway"
    python3 "$here/many.py" 10000 1000 > "$run/gateway-10k.yaml"
}

build_portkey() {
    mkdir -p "$run/portkey"
    cp "$here/subjects/portkey/package.json" "$run/portkey/"
    (cd "$run/portkey" && npm install --no-audit --no-fund --loglevel error)
}

[ $# -gt 0 ] || set -- mock load yarp naive lean kestrel gateway
for part in "$@"; do
    echo "== $part"
    case $part in
        mock | load) build_c "$part" ;;
        yarp | naive | lean | kestrel) build_subject "$part" ;;
        gateway) build_gateway ;;
        portkey) build_portkey ;;
        *) echo "unknown part: $part" >&2; exit 2 ;;
    esac
done
