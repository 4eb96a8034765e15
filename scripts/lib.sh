# Shared by the scripts beside it; source it, don't run it.
# shellcheck shell=bash
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT"
# see the Makefile
unset PYTHONDONTWRITEBYTECODE

die() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

# step NAME COMMAND...: run the command and say what it was and how long it took; a failure ends the script.
step() {
    local name=$1 start=$SECONDS rc=0
    shift
    printf '==> %s\n' "$name"
    "$@" || rc=$?
    if [ "$rc" -ne 0 ]; then
        printf 'FAILED: %s (exit code %s, %ss)\n' "$name" "$rc" "$((SECONDS - start))" >&2
        exit "$rc"
    fi
    printf '    ok: %s (%ss)\n' "$name" "$((SECONDS - start))"
}
