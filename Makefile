# cspm-bot: `make run` starts the bot on this machine, `make test` runs all that CI runs. Python packages are in .venv.

# PYTHON=3.12 is the version that the artefact is built for; PYTHON=python3.12 is the command that creates .venv.
PYTHON ?= python3
INTERPRETER := $(if $(filter 3.%,$(PYTHON)),python3,$(PYTHON))

# The functions' runtime; the same as the defaults of PythonRuntime and Architecture in template.yaml.
RUNTIME := $(or $(filter 3.%,$(PYTHON)),3.13)
ARCH ?= arm64
STACK ?= cspm-bot
PLATFORM := $(if $(filter x86_64,$(ARCH)),manylinux2014_x86_64,manylinux2014_aarch64)

BUILD ?= build
VENV := .venv
BIN := $(VENV)/bin
PIP := -m pip --disable-pip-version-check -qq
PORT ?= 8420
POLICY ?=
TESTS ?=

FUNCTIONS := Ingest Plan Cards Slack Remediate Schedule Events ConfigRule
SOURCES := $(shell find bot handlers -type f -not -path '*/__pycache__/*')

READY := $(VENV)/.ready
SAM := $(VENV)/sam/.ready
BUILT := $(BUILD)/.artefact-$(RUNTIME)-$(ARCH)
TEMPLATES_CHECKED := build/.templates-checked
COMPILE := pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command 'make lock'

export SAM_CLI_TELEMETRY := 0
export AWS_DEFAULT_REGION ?= eu-west-1

.PHONY: help run test test-fast test-deep lint format build deploy screenshots docs lock clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | awk -F'|' '{printf "make %-11s %s\n", $$1, $$2}'

run: $(READY) ## start the bot on this machine and print the page's address; Ctrl-C stops it (PORT= changes the port)
	@echo 'Starting, about ten seconds …'
	@exec $(BIN)/python -m infra.local.run --port $(PORT) $(if $(POLICY),--policy $(POLICY))

# Two processes; tests that start a local stack are one group, so that two stacks never run at once (tests/grouping.py).
PARALLEL := -n 2 --dist loadgroup --no-loadscope-reorder
DEEP ?= none

ifeq ($(TESTS),)
test: lint ## run everything that CI runs; TESTS=... runs those tests only, without the lint
	$(BIN)/python -m pytest -q $(PARALLEL) --deep=$(DEEP)
else
test: $(READY)
	$(BIN)/python -m pytest -q $(TESTS)
endif

test-fast: $(READY) ## run the tests of the domain, the Slack rendering and most use cases, in about a minute
	$(BIN)/python -m pytest -q $(PARALLEL) -m 'not slow' tests/domain tests/slack tests/flows

test-deep: lint ## run all tests, with the deep ones and many examples of each property
	$(BIN)/python -m pytest -q $(PARALLEL) --deep=all

lint: $(READY) $(TEMPLATES_CHECKED) ## check style, types, templates and documents
	$(BIN)/ruff check --quiet
	$(BIN)/ruff format --check --quiet
	$(BIN)/mypy
	$(BIN)/python -m infra.local.check_text

# The slowest part of the lint; it is skipped while the templates are those of the last run that passed.
$(TEMPLATES_CHECKED): template.yaml infra/local/translate.py $(READY) $(SAM)
	@mkdir -p build
	$(BIN)/python -m infra.local.translate build/translated.json
	$(BIN)/cfn-lint template.yaml build/translated.json
	$(VENV)/sam/bin/sam validate --lint --template template.yaml
	@touch $@

format: $(READY) ## format the code
	$(BIN)/ruff check --quiet --fix
	$(BIN)/ruff format --quiet

build: $(BUILT) ## build the artefact build/cspm-bot.zip (ARCH=arm64 or x86_64, PYTHON=3.13)
	@$(BIN)/python -m infra.local.artefact $(BUILD)/artefact $(BUILD)/cspm-bot.zip
	@echo "$(BUILD)/cspm-bot.zip: $$(du -h $(BUILD)/cspm-bot.zip | cut -f1), for python$(RUNTIME) on $(ARCH)"

# Files that depend on the place or time of a build are left out (RECORD has hashes of scripts that contain local paths), so
# that two builds are the same, byte for byte.
$(BUILT): $(READY) requirements-runtime.lock $(SOURCES)
	@case "$(RUNTIME) $(ARCH)" in "3.11 "*|"3.12 "*|"3.13 "*) ;; *) echo "PYTHON=3.11, 3.12 or 3.13"; exit 1;; esac
	@case "$(ARCH)" in arm64|x86_64) ;; *) echo "ARCH=arm64 or x86_64"; exit 1;; esac
	rm -rf $(BUILD)/artefact $(BUILD)/.artefact-*
	$(BIN)/python $(PIP) install --target $(BUILD)/artefact --no-deps --no-compile --require-hashes \
	  --requirement requirements-runtime.lock \
	  --only-binary :all: --implementation cp --python-version $(RUNTIME) --platform $(PLATFORM)
	rm -rf $(BUILD)/artefact/bin
	cd $(BUILD)/artefact && rm -f *.dist-info/RECORD *.dist-info/INSTALLER *.dist-info/REQUESTED
	cp -R bot handlers $(BUILD)/artefact/
	find $(BUILD)/artefact -name __pycache__ -prune -exec rm -rf {} +
	@# The function's folder is read-only in the cloud: without bytecode each cold start would compile everything.
	@if python$(RUNTIME) -c '' 2>/dev/null; then cd $(BUILD)/artefact && PYTHONHASHSEED=0 \
	    python$(RUNTIME) -m compileall -q --invalidation-mode unchecked-hash -s . -p /var/task .; \
	  else echo "no python$(RUNTIME) on PATH, so no bytecode in it: the artefact works, but its cold starts are slower"; fi
	@touch $@

# `sam build` makes one of these targets for each function; all get the same artefact, each has its own handler.
.PHONY: $(addprefix build-,$(addsuffix Function,$(FUNCTIONS)))
$(addprefix build-,$(addsuffix Function,$(FUNCTIONS))): $(BUILT)
	cp -R $(BUILD)/artefact/. $(ARTIFACTS_DIR)/

# ARCH and PYTHON of the command line are passed as parameters; `sam deploy` asks for the others.
CHOSEN := $(if $(findstring command,$(origin ARCH)$(origin PYTHON)),--parameter-overrides Architecture=$(ARCH) PythonRuntime=python$(RUNTIME))

deploy: $(SAM) ## build and deploy with your own credentials, asking for every parameter
	$(VENV)/sam/bin/sam build --build-in-source
	$(VENV)/sam/bin/sam deploy --guided --stack-name $(STACK) --capabilities CAPABILITY_NAMED_IAM $(CHOSEN)

screenshots: $(READY) ## take the pictures of the documents from the running page (needs Chromium on PATH)
	$(BIN)/python -m infra.local.screenshots

docs: $(READY) ## generate the catalogue, the costs and other parts of the documents
	$(BIN)/python -m infra.local.docs_pages
	$(BIN)/python -m tests.infra.costs.page

lock: $(READY) ## resolve the dependencies again, with hashes
	$(INTERPRETER) -m venv build/uv && build/uv/bin/python $(PIP) install uv
	build/uv/bin/uv $(COMPILE) --extra dev pyproject.toml --output-file requirements.lock
	@# Lambda's runtime has boto3 and its dependencies
	build/uv/bin/uv $(COMPILE) pyproject.toml --constraints requirements.lock --output-file requirements-runtime.lock \
	  $(addprefix --no-emit-package ,boto3 botocore s3transfer urllib3 python-dateutil six)
	echo "aws-sam-cli==1.170.0" | build/uv/bin/uv $(COMPILE) - --output-file requirements-sam.lock

clean: ## remove built files, but not the environment
	rm -rf build .aws-sam

$(READY): requirements.lock pyproject.toml
	@$(INTERPRETER) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	  || { echo "Python 3.11, 3.12 or 3.13 is needed; choose one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Setting up $(VENV) (once, a minute or two)"
	@test -x $(BIN)/python || $(INTERPRETER) -m venv $(VENV)
	@$(BIN)/python $(PIP) install --no-deps --require-hashes --requirement requirements.lock
	@$(BIN)/python $(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(SAM): requirements-sam.lock
	@echo "Setting up the SAM CLI in $(VENV)/sam (once, a minute or two)"
	@test -x $(VENV)/sam/bin/python || $(INTERPRETER) -m venv $(VENV)/sam
	@$(VENV)/sam/bin/python $(PIP) install --no-deps --require-hashes --requirement requirements-sam.lock
	@touch $@
