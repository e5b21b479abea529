.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INDEX ?= index
DOCUMENTS ?= corpus/documents
APT := chromium tesseract-ocr tesseract-ocr-fra libreoffice-writer-nogui

.PHONY: help install develop system index serve test check eval bench clean

help:  ## List the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --constraint constraints.txt --editable .
	@touch $@

$(VENV)/developed: $(VENV)/installed
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@

install: $(VENV)/installed  ## Make the virtual environment

develop: $(VENV)/developed  ## Add what tests and checks need

system:  ## Install the Debian packages of the optional features (OCR, LibreOffice for DOC and RTF, a browser for tests)
	apt-get update -qq && apt-get install -y -qq --no-install-recommends $(APT)

index: install  ## Bring the index in step with the documents
	$(BIN)/python -m indexer update $(DOCUMENTS) --index $(INDEX)

serve: index  ## Serve the documents at http://127.0.0.1:8000/recherche
	$(BIN)/python -m service --index $(INDEX)

test: develop  ## Run all tests
	$(BIN)/python -m pytest

check: develop  ## Format, lint, types and the import contract
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

eval: index  ## Score the search on the project's own questions
	$(BIN)/python -m eval retrieval eval/questions --index $(INDEX)

bench: install  ## Time every stage
	$(BIN)/python -m eval speed

clean:  ## Remove the environment and the index
	rm -rf $(VENV) $(INDEX)
