#!/bin/sh
# Check what is declared, without a panel and without credentials. Safe for pull requests of anybody.
set -eu
. "$(dirname "$0")/env.sh"

# Without the vault's password, files with encrypted values cannot be read: they are left out, and named.
files=$(mktemp)
find mail -type f \( -name '*.yml' -o -name '*.yaml' -o -name '*.json' \) ! -path '*/.*' | sort | while read -r file; do
    if [ -z "${MAIL_VAULT_PASSWORD:-}" ] && grep -q '[$]ANSIBLE_VAULT;' "$file"; then
        echo "Left out, since it is encrypted: $file" >&2
    else
        printf '%s\n' "$file"
    fi
done >"$files"
src=$(python3 -c 'import json, sys; print(json.dumps({"mail_state_src": sys.stdin.read().splitlines()}))' <"$files")
rm -f "$files"
ansible-playbook mailstate.iredmail.validate -e @ci/settings.yml -e "$src"
