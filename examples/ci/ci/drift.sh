#!/bin/sh
# Report what differs from the declared state, in drift/. Fails if something does, or if something could not be read, so that the
# forge tells people. Nothing can be written to the panel.
#
# IREDMAIL_API_URL, IREDMAIL_API_USERNAME, IREDMAIL_API_PASSWORD   the panel and who logs in
set -eu
. "$(dirname "$0")/env.sh"

export IREDMAIL_READ_ONLY=true
ansible-playbook mailstate.iredmail.drift -e @ci/settings.yml -e mail_drift_output_dir="$PWD/drift" -e mail_drift_fail=true \
    -e '{"mail_drift_formats": ["json", "markdown", "html", "junit"]}'
