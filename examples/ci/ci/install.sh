#!/bin/sh
# Install Ansible and the collection, at the versions that the repository names.
set -eu
. "$(dirname "$0")/env.sh"

python3 -m pip install --quiet --requirement requirements.txt
ansible-galaxy collection install --requirements-file requirements.yml --collections-path collections
