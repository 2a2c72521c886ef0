# Every verb of the project; continuous integration calls nothing else. `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help install fmt lint types test test-unit test-integration test-e2e test-browser test-deploy test-images quality bench \
        train train-attribution schemas demo up down kafka-up kafka-down kafka-logs kafka-status clean

VENV := .venv
BIN := $(VENV)/bin
PYTEST := $(BIN)/pytest
FAST := $(wildcard tests/unit tests/contract tests/component tests/property)
BENCHES := $(shell grep -l '__main__' tests/bench/*.py 2>/dev/null | grep -v _feed_server)
# The Helm versions that the chart is tested with. Each is built once (minutes); continuous integration tests both.
HELM := $(if $(CI),3 4,3)
STAMP := $(VENV)/.stancewatch-installed
PACKAGES := schemas/python services/shared services/fetcher services/stance_classifier services/alerting services/timeline
SOURCES := schemas/python $(addsuffix /src,$(filter services/%,$(PACKAGES)))
KAFKA := $(BIN)/python deploy/kafka-local/kafka_local.py
# Ours: nothing of the product may phone home or fetch a model while it is tested.
export ORT_DISABLE_TELEMETRY := 1
export HF_HUB_OFFLINE := 1

help: ## Show this list
	@echo "Stancewatch: make VERB"
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(STAMP) ## Build .venv with everything (the command is then .venv/bin/stancewatch)

$(STAMP): requirements/dev.txt $(addsuffix /pyproject.toml,$(PACKAGES)) deploy/install.sh
	@bash deploy/install.sh $(VENV) requirements/dev.txt $(PACKAGES)
	@touch $@

fmt: install ## Format the code
	$(BIN)/ruff check --fix --select I -q .
	$(BIN)/ruff format .

lint: install ## Check style (ruff) and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: install ## Check types (mypy, strict)
	$(BIN)/mypy $(SOURCES)
	MYPYPATH=deploy/demo:deploy/kafka-local $(BIN)/mypy deploy/demo/demo.py deploy/demo/up.py deploy/kafka-local/kafka_local.py

test: install ## The tests that need no broker: unit, contract, component, property (sets itself up)
	$(PYTEST) -n auto --dist loadfile $(FAST)

test-integration: install ## Tests on a real Kafka broker (started for them): restart, poison, duplicates, kill -9
	$(PYTEST) tests/integration

test-e2e: install ## The whole chain: an article in the feed, one post in Slack
	$(PYTEST) tests/e2e

test-browser: install ## The timeline page in Chromium
	$(PYTEST) $(or $(wildcard tests/browser),-m browser tests)

test-deploy: install ## Chart, dashboards, alert rules, and all of them on a live stack (helm is built once: minutes; HELM="3 4")
	@bash deploy/helm/install_helm.sh $(HELM)
	$(PYTEST) tests/deploy

quality: install ## How well it reads unseen stories: figures with intervals, and their floors
	$(BIN)/python -m tests.quality.gate

bench: install ## Speed and memory: each script of tests/bench prints its figures and fails above its limit
	@for script in $(BENCHES); do echo "== $$script"; $(BIN)/python $$script || exit 1; done

train: ## Train the stance model anew (own environment .venv-train; hours): make train PUBLIC=dir, or without public sets
	@$(if $(PUBLIC),STANCEWATCH_PUBLIC_DATA="$(abspath $(PUBLIC))") bash services/stance_classifier/training/train.sh

train-attribution: ## Train the attribution tagger anew (.venv-train; half an hour): make train-attribution POLNEAR=dir, or without
	@$(if $(POLNEAR),STANCEWATCH_POLNEAR="$(abspath $(POLNEAR))") bash services/stance_classifier/training/train-attribution.sh

test-images: install ## Build the images without Docker (buildah) and run each of them
	$(PYTEST) tests/images

schemas: install ## Generate models and AsyncAPI document from schemas/
	$(BIN)/python -m stancewatch_schemas.generate

demo: install ## See it work: broker, services, sample feeds, alerts; ends by itself (KEEP=1: on Ctrl-C)
	@$(BIN)/python deploy/demo/demo.py $(if $(KEEP),--keep)

up: install ## Run it on your own files: make up CONFIG=dir (sources.yaml and watchlist.yaml), until make down
	@$(BIN)/python deploy/demo/up.py $(if $(CONFIG),--config "$(CONFIG)")

down: install ## Stop what `make up` started
	@$(BIN)/python deploy/demo/down.py

kafka-up: install ## Start a local Kafka broker and create the topics
	@$(KAFKA) up && KAFKA_BOOTSTRAP_SERVERS=$$($(KAFKA) address) $(BIN)/stancewatch topics create

kafka-down: install ## Stop the local Kafka broker
	@$(KAFKA) down

kafka-logs: install ## Show the local broker's log
	@$(KAFKA) logs

kafka-status: install ## Does the local broker answer?
	@$(KAFKA) status

clean: ## Remove caches and what runs left behind (keeps .venv and the Kafka jars)
	rm -rf .run .pytest_cache .mypy_cache .ruff_cache .hypothesis dist build
	find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +
