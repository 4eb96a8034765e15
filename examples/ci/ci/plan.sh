#!/bin/sh
# Compare the declared state with the panel and write plan/plan.json, plan.md and plan.html. Nothing can be written to the
# panel: every write is refused before it is sent.
#
# IREDMAIL_API_URL, IREDMAIL_API_USERNAME, IREDMAIL_API_PASSWORD   the panel and who logs in
set -eu
. "$(dirname "$0")/env.sh"

rm -rf plan
export IREDMAIL_READ_ONLY=true
ansible-playbook mailstate.iredmail.apply -e @ci/settings.yml -e mail_state_output_dir="$PWD/plan" --check
