# Everything a newcomer types. `make help` lists it. GNU make, on Linux and macOS.
.DEFAULT_GOAL := help
.PHONY: help setup up preview down drift recover status test check lock policy-config schema reference facts-actions
.PHONY: facts-check endpoint-policy-table explanation docs-test bench faults mutants mutation least-privilege fuzz
.PHONY: audit-dependencies licences compat long policy-pack policy-report report audit import-file fleet-demo hostile
.PHONY: clean

PYTHON ?= python3
STACK ?= dev
SANDBOX ?=
SANDBOX_PORT ?=
ARGS ?=
FILE ?=
STATE ?=
CONFIG ?=
ADOPT ?=
PAGE ?=
BOTOCORE ?=

VENV := .venv
RUN := $(VENV)/bin/python
BOOTSTRAP := $(PYTHON) -m sandbox.bootstrap
RUNNER := $(RUN) -m sandbox
# What the user typed reaches the runner through the environment: the shell never reads it as a command.
export STACK SANDBOX SANDBOX_PORT FILE STATE CONFIG ADOPT PAGE BOTOCORE
# A variable that is set doubles the time of every Python start.
unexport PYTHONDONTWRITEBYTECODE

# The engine says nothing of a misspelt policy in the pack's configuration, nor of a file that stacks.toml has left behind.
CHECK_PACK_CONFIG := [ ! -f "policies/config/$$STACK.json" ] || \
	$(RUN) tools/policy_config.py --check "policies/config/$$STACK.json"

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-21s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  STACK=dev          the stack: Pulumi.<STACK>.yaml. dev runs in the sandbox, all others in your account"
	@echo "  SANDBOX=1          with preview: a real stack's settings in the sandbox, without an account"
	@echo "  SANDBOX_PORT=5601  another port for the sandbox"
	@echo "  ARGS='--diff'      more options for pulumi"

setup:  ## Python environment, Pulumi engine, aws plugin (the other targets do this by themselves)
	@$(BOOTSTRAP)

up:  ## creates the endpoints under the policy pack; STACK=dev: in the sandbox, no AWS account needed
	@$(BOOTSTRAP) --for up
	@$(CHECK_PACK_CONFIG)
	@$(RUNNER) up --stack="$$STACK" -- $(ARGS)

preview:  ## what `make up` would do; SANDBOX=1 tries a real stack's settings without an account
	@$(BOOTSTRAP) --for run
	@$(CHECK_PACK_CONFIG)
	@$(RUNNER) preview --stack="$$STACK" -- $(ARGS)

down:  ## destroys what `make up` made, checks that nothing is left, stops the sandbox
	@$(BOOTSTRAP) --for run
	@$(RUNNER) down --stack="$$STACK" -- $(ARGS)

drift:  ## where settings, state and AWS differ, and what repairs it; for schedules. Changes nothing
	@$(BOOTSTRAP) --for run
	@$(CHECK_PACK_CONFIG)
	@$(RUN) -m cli drift --stack="$$STACK" $(ARGS)

recover:  ## an update was interrupted: what it made and did not record comes into the stack's state; asks before it writes
	@$(BOOTSTRAP) --for run
	@$(RUN) -m cli recover --stack="$$STACK" $(ARGS)

status:  ## says what is up in the sandbox
	@$(BOOTSTRAP) --for check
	@$(RUNNER) status

test:  ## all checks and all tests, with the real engine; fails if a test was skipped
	@$(BOOTSTRAP) --for test
	@$(MAKE) --no-print-directory static
	$(RUN) -m pytest -n 3 --dist loadgroup $(ARGS)
	@echo "All checks and tests passed. Next: make up"

check:  ## the static checks alone: format, lint, types, who may import whom
	@$(BOOTSTRAP) --for check
	@$(MAKE) --no-print-directory static

.PHONY: static
static:
	$(RUN) -m ruff format --check .
	$(RUN) -m ruff check .
	$(RUN) -m mypy --strict .
	$(VENV)/bin/lint-imports

lock:  ## requirements*.txt anew from pyproject.toml: one version and its hashes each
	@$(BOOTSTRAP) --for check
	$(RUN) -m tools.lock $(ARGS)

policy-config:  ## policies/config/*.json anew from the stacks' requirements; FILE=x.json checks one written by hand
	@$(BOOTSTRAP) --for check
	$(RUN) tools/policy_config.py $(if $(FILE),--check "$$FILE")

schema:  ## schema/stack.schema.json anew from the settings' models: what editors know of a stack file
	@$(BOOTSTRAP) --for check
	$(RUN) -m tools.settings_schema $(ARGS)

reference:  ## docs/reference and the table in Pulumi.README.md anew from the code
	@$(BOOTSTRAP) --for check
	$(RUN) -m tools.reference $(ARGS)

facts-actions:  ## the list of IAM actions anew, from botocore and blueprint/facts/iam_services.toml
	@$(BOOTSTRAP) --for check
	$(RUN) -m tools.iam_actions

facts-check:  ## what changed at AWS since the facts were read: newest botocore, and PAGE=saved.html of AWS's docs
	@$(BOOTSTRAP) --for check
	@$(RUN) -m tools.facts_check $(if $(PAGE),--page="$$PAGE") $(if $(BOTOCORE),--botocore="$$BOTOCORE") \
		--output dist/facts-check $(ARGS)

endpoint-policy-table:  ## what each preset of endpointPolicies lets through: presets x calls
	@$(BOOTSTRAP) --for check
	@$(RUN) -m tools.endpoint_policy_table $(ARGS)

explanation:  ## the tables of docs/explanation.md anew, from blueprint/facts
	@$(BOOTSTRAP) --for check
	@$(RUN) -m tools.explanation

docs-test:  ## the documentation's own tests: every command is typed, every link followed
	@$(BOOTSTRAP) --for test
	$(RUN) -m pytest -n 3 --dist loadgroup tests/docs $(ARGS)

bench:  ## speed: the pack beside its peers, one stack's preview, a fleet; ARGS=--quick for the short run
	@$(BOOTSTRAP) --for run
	$(RUN) -m benchmarks.pack $(ARGS)
	$(RUN) -m benchmarks.stack $(ARGS)
	$(RUN) -m benchmarks.fleet $(ARGS)

faults:  ## kill -9 at every changing call of up, an update, a replacement, destroy; then the documented commands; ARGS=--all: every victim
	@$(BOOTSTRAP) --for run
	@$(RUN) -m tests.faults $(ARGS)

mutants:  ## every way to spoil a good stack, in every Region, played to the pack: all have to be blocked
	@$(BOOTSTRAP) --for check
	$(RUN) -m tests.mutants $(ARGS)

mutation:  ## every way to change the policies' code that mutmut knows: a test has to fail. ARGS='policies.zones' for one module
	@$(BOOTSTRAP) --for check
	$(RUN) -m tests.mutation $(ARGS)

least-privilege:  ## stacks of every kind by callers with exactly their IAM documents; every line of each accounted for
	@$(BOOTSTRAP) --for run
	$(RUN) -m tests.least_privilege $(ARGS)

fuzz:  ## bad input at every door: stack files, the pack's configurations, the engine's messages. ARGS='--cases 1000 --seed 7'
	@$(BOOTSTRAP) --for check
	$(RUN) -m tests.fuzz $(ARGS)

audit-dependencies:  ## known vulnerabilities in the lock files and the Go programs built here; 2 = could not look. Needs the internet
	@$(BOOTSTRAP) --for check
	$(RUN) -m tools.advisories

licences:  ## docs/licences.md anew: each package that is installed or built, and that its licence is allowed
	@$(BOOTSTRAP) --for check
	$(RUN) -m tools.licences

compat:  ## Python 3.11-3.13 x oldest, locked, newest versions, with the real engine. ARGS='3.12 oldest' for one cell
	@$(BOOTSTRAP) --for run
	$(RUN) -m tests.compat $(ARGS)

# Each part runs, whatever became of the others; the list at the end says which failed.
LONG ?= faults hostile fuzz mutants least-privilege audit-dependencies compat bench-quick
long:  ## what is too long for every change: faults, hostile, fuzz, mutants, least-privilege, audit-dependencies, compat, bench. LONG='fuzz compat' for some
	@failed=; for part in $(LONG); do \
		echo "== make $$part"; \
		if [ "$$part" = bench-quick ]; then $(MAKE) --no-print-directory bench ARGS=--quick; \
		else $(MAKE) --no-print-directory "$$part"; fi || failed="$$failed $$part"; \
	done; \
	if [ -n "$$failed" ]; then echo "long: failed:$$failed"; exit 1; fi; \
	echo "long: all passed: $(LONG)"

policy-pack:  ## a self-contained policy pack in dist/, ready to publish
	@$(BOOTSTRAP) --for check
	$(RUN) tools/policy_pack.py

policy-report:  ## a preview's policy findings as JSON and SARIF in dist/policy-report; SANDBOX=1 as with preview
	@$(BOOTSTRAP) --for run
	@$(CHECK_PACK_CONFIG)
	@$(RUN) -m tools.policy_report --stack="$$STACK" -- $(ARGS)

report:  ## the review of a stack's preview, as a page and as Markdown in dist/report; SANDBOX=1 as with preview
	@$(BOOTSTRAP) --for run
	@$(CHECK_PACK_CONFIG)
	@$(RUN) -m cli report --stack="$$STACK" -- $(ARGS)

audit:  ## judges what already runs: STATE=export.json (pulumi stack export) [CONFIG=policies/config/<stack>.json]
	@$(BOOTSTRAP) --for check
	@$(RUN) -m tools.audit --state="$$STATE" --config="$$CONFIG" $(ARGS)

import-file:  ## what `pulumi import --file` reads, for endpoints to take over: STACK=... ADOPT="ssm=vpce-... s3=vpce-..."
	@$(BOOTSTRAP) --for check
	@$(RUN) -m tools.import_file --stack="$$STACK" --adopt="$$ADOPT" $(ARGS)

fleet-demo:  ## docs/examples/fleet.yaml, 12 stacks in two accounts, up and down again in the sandbox, with progress and roll-up
	@$(BOOTSTRAP) --for run
	@$(RUN) -m cli fleet up docs/examples/fleet.yaml --sandbox --yes $(ARGS)
	@$(RUN) -m cli fleet destroy docs/examples/fleet.yaml --sandbox --yes $(ARGS)

hostile:  ## the long tests with the engine: an AWS that throttles, fails, drops and lags for five seeds; a fleet's lost machine
	@$(BOOTSTRAP) --for test
	$(RUN) -m pytest -n 2 tests/e2e/long_*.py $(ARGS)

clean:  ## stops the sandbox and removes all that was made here, but for .venv
	@if [ -x $(RUN) ]; then $(RUN) -m sandbox reset; fi
	rm -rf .sandbox .fleet dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
