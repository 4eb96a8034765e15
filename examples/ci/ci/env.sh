# shellcheck shell=sh
# Read by the other scripts: runs in the root of the repository, with the collection that ci/install.sh put there.
#
# MAIL_VAULT_PASSWORD   if files of the state are encrypted with Ansible Vault
cd "$(dirname "$0")/.." || exit
export ANSIBLE_COLLECTIONS_PATH="${ANSIBLE_COLLECTIONS_PATH:-$PWD/collections}"
# there are no hosts, only a panel
export ANSIBLE_LOCALHOST_WARNING=false ANSIBLE_INVENTORY_UNPARSED_WARNING=false

if [ -n "${MAIL_VAULT_PASSWORD:-}" ]; then
    ANSIBLE_VAULT_PASSWORD_FILE=$(mktemp)
    export ANSIBLE_VAULT_PASSWORD_FILE
    trap 'rm -f "$ANSIBLE_VAULT_PASSWORD_FILE"' EXIT
    printf '%s\n' "$MAIL_VAULT_PASSWORD" >"$ANSIBLE_VAULT_PASSWORD_FILE"
fi
