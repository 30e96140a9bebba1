# Les cibles du projet. Le travail est dans tools/launch.py ; ce fichier ne fait que le nommer.
PYTHON ?= python3
LAUNCH = exec $(PYTHON) "$(CURDIR)/tools/launch.py"
.DEFAULT_GOAL := help
.PHONY: help demo demo-reset demo-people test check bench captures lock

help: ## Liste les cibles
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' "$(CURDIR)/Makefile" | expand -t 24

demo: ## Démarre la démonstration (PORT=8000, PORTAIL_DATA=var) ; Ctrl+C l'arrête
	@$(LAUNCH) demo

demo-reset: ## Efface la base et les courriels de la démonstration, puis la redémarre
	@$(LAUNCH) demo-reset

demo-people: ## Donne en JSON les personnes fictives de la démonstration
	@$(LAUNCH) demo-people

test: ## Joue les tests (ARGS="-k nom" : seulement certains)
	@$(LAUNCH) test $(ARGS)

check: ## Vérifie format, règles, types, couches, gabarits, migrations, réglages et verrous
	@$(LAUNCH) check

bench: ## Mesure les performances (ONLY=nom : une seule mesure)
	@$(LAUNCH) bench $(ONLY)

captures: ## Refait les captures de la documentation et de l'aide (ARGS=aide : l'aide seule)
	@$(LAUNCH) captures $(ARGS)

lock: ## Recalcule les verrous de dépendances (ARGS=--upgrade : versions les plus récentes)
	@$(LAUNCH) lock $(ARGS)
