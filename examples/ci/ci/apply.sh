#!/bin/sh
# Apply the plan that was approved: ci/apply.sh plan/plan.json. If the panel or the files have changed since, so that there is
# another plan now, it fails and writes nothing. What became of each change is in applied/.
#
# IREDMAIL_API_URL, IREDMAIL_API_USERNAME, IREDMAIL_API_PASSWORD   the panel and who logs in
set -eu
. "$(dirname "$0")/env.sh"

checksum=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1])).get("checksum") or "")' "${1:?which plan was approved?}")
if [ -z "$checksum" ]; then
    echo "$1 is not a plan that can be applied: it has no checksum. Nothing was written." >&2
    exit 1
fi
rm -rf applied
ansible-playbook mailstate.iredmail.apply -e @ci/settings.yml -e mail_state_output_dir="$PWD/applied" \
    -e "mail_state_expect_checksum=$checksum"
