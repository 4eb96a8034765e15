# Everything is set up below this folder: .venv (tools, pinned in requirements/dev.txt) and .build (what they leave behind).
# Needs: Python 3.11, 3.12 or 3.13, git, make.

BIN := .venv/bin

export PATH := $(CURDIR)/$(BIN):$(PATH)
export ANSIBLE_COLLECTIONS_PATH := $(CURDIR)/.build
export ANSIBLE_CONFIG := $(CURDIR)/tests/ansible.cfg
export ANSIBLE_HOME := $(CURDIR)/.build/ansible
# Ansible refuses to run without UTF-8.
export LC_ALL ?= C.UTF-8
# Compiled modules are kept, whatever is usual on this machine: Ansible takes twice as long to start without them.
unexport PYTHONDONTWRITEBYTECODE
# The sandbox is on this machine: never ask a proxy for it.
export no_proxy := 127.0.0.1,localhost,$(no_proxy)
export NO_PROXY := 127.0.0.1,localhost,$(NO_PROXY)

MINUTES ?= 60

.DEFAULT_GOAL := help

.PHONY: help
help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: stage ## see it work: a sandbox panel, mail state applied, drift found and repaired
	@$(BIN)/python -m tests.demo

.PHONY: test
test: ## every check: lint, sanity, then the unit and integration tests
	@scripts/test

.PHONY: lint
lint: stage ## ruff, mypy, ansible-lint; shell scripts, workflows, licences, changelog, docs
	@scripts/lint

.PHONY: sanity
sanity: venv ## ansible-test sanity, without ignores
	@scripts/sanity

.PHONY: unit
unit: stage ## tests/unit
	@$(BIN)/pytest tests/unit

.PHONY: integration
integration: stage ## tests/integration: real ansible-playbook runs against the sandbox
	@$(BIN)/pytest tests/integration

.PHONY: matrix
matrix: stage ## all that is claimed: each ansible-core, the package, molecule, the site, the long tests
	@scripts/matrix $(ARGS)

.PHONY: molecule
molecule: venv ## the scenarios of extensions/molecule, on both backends
	@scripts/molecule

.PHONY: benchmark
benchmark: stage ## speed, as ratios
	@$(BIN)/python -m tests.benchmark

.PHONY: mutation
mutation: venv ## what no unit test notices, in the code that decides over deletions and secrets; an hour or more
	@scripts/mutation $(ARGS)

.PHONY: soak
soak: stage ## an hour (MINUTES=60) of random states, faults, restarts: nothing lost, nothing leaked
	@$(BIN)/python -m tests.soak --minutes $(MINUTES) $(ARGS)

.PHONY: format
format: venv ## put the Python files in order (ruff)
	@$(BIN)/ruff check --fix --exit-zero plugins tests scripts
	@$(BIN)/ruff format plugins tests scripts

.PHONY: changelog
changelog: stage ## turn changelogs/fragments into CHANGELOG.rst for the version in galaxy.yml
	@$(BIN)/antsibull-changelog release

.PHONY: api-coverage
api-coverage: stage ## docs/api-coverage.md, made anew
	@$(BIN)/python scripts/api-coverage

.PHONY: schema
schema: stage ## docs/state.schema.json, made anew
	@$(BIN)/python scripts/state-schema

.PHONY: module-docs
module-docs: stage ## what of the documentation of modules follows from the descriptors, in their files
	@$(BIN)/python scripts/module-docs

.PHONY: reliability
reliability: stage ## docs/reliability.md, made anew
	@$(BIN)/python scripts/reliability

.PHONY: docs
docs: stage ## the documentation site, in .build/site
	@scripts/docs

.PHONY: build
build: venv ## dist/*.tar.gz, ready for ansible-galaxy collection install
	@scripts/build

.PHONY: package
package: stage ## what is published as VERSION, built and looked at: package, notes, site
	@scripts/package $(VERSION)

.PHONY: release
release: stage ## VERSION, up to its upload: changelog, package, commit, tag; RELEASING.md has the rest
	@scripts/release $(VERSION)

.PHONY: publish
publish: stage ## upload the package of VERSION to Galaxy, with the key in GALAXY_API_KEY
	@scripts/publish $(VERSION)

.PHONY: rows
rows: ## the rows of make matrix, for the workflows
	@scripts/matrix --json

.PHONY: venv
venv: ## .venv, as pinned
	@scripts/venv

.PHONY: stage
stage: venv ## .build/ansible_collections/mailstate/iredmail, a link to this folder
	@scripts/stage

.PHONY: requirements
requirements: venv ## pin anew: requirements/*.in to requirements/*.txt (all: UPGRADE=--upgrade)
	@for name in dev galaxy mutation; do \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --custom-compile-command 'make requirements' \
	    --no-emit-index-url --no-emit-find-links $(UPGRADE) requirements/$$name.in --output-file requirements/$$name.txt \
	    || exit; done

.PHONY: clean
clean: ## remove everything that make made
	@rm -rf .build .venv dist .ansible
	@find plugins tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +
