# Rules of the template alone, which a project made from it does not have.

DEST ?=
MODULE ?=
WITH ?=
FASTAPI ?=

.PHONY: new bench load peers reproduce interop ci golden claims

new:
	@$(call programs,new $(if $(DATA),tools))
	@bin/new -dest $(call q,$(DEST)) -module $(call q,$(MODULE)) -with $(call q,$(WITH)) -data $(call q,$(DATA)) -target $(call q,$(TARGET)) \
		-member $(call q,$(MEMBER)) -task $(call q,$(TASK))

bench: build
	@bash scripts/bench.sh $(call q,$(CONFIG))

peers:
	@$(need_go)
	@GO=$(call q,$(GO)) bash scripts/peers/run.sh $(if $(SOURCE),--book $(call q,$(SOURCE)))

load: promote
	@$(call programs,serve)
	@FASTAPI=$(call q,$(FASTAPI)) GO=$(call q,$(GO)) bash scripts/load.sh $(PLACE)

reproduce:
	@$(need_go)
	@SOURCE=$(call q,$(SOURCE)) bash scripts/reproduce.sh $(call q,$(CONFIG))

interop:
	@$(need_go)
	@bash tests/interop/run.sh

ci:
	@bash .ci/run

# The packages whose tests know -update. References, which other programs compute, are made by `go generate`.
GOLDEN = $(shell cd engine && grep -l 'write the golden files' */*_test.go */*/*_test.go | xargs -n1 dirname | sort -u | sed 's|^|./|')
golden:
	@$(need_go)
	@$(call q,$(GO)) -C engine test -count=1 $(GOLDEN) -update

# Simulations of what the project claims of its numbers: docs/claims.md. FULL=1 runs them at length.
claims:
	@$(need_go)
	@GO=$(call q,$(GO)) bash scripts/claims.sh

help::
	@echo 'make new            make a project of your own, from your table: DEST=../churn DATA=customers.csv'

help-all::
	@echo ''
	@echo 'make golden         write the golden files of the tests again'
	@echo 'make bench          measure the speed of the stages'
	@echo 'make load           measure the server under load; FASTAPI=1: beside FastAPI'
	@echo 'make peers          time the learners beside LightGBM and others: docs/benchmarks.md'
	@echo 'make claims         simulate what docs/claims.md claims, and print the figures; FULL=1: at length'
	@echo 'make reproduce      build twice from clean clones and compare every output'
	@echo 'make interop        check against other programs: container, browser, onnxruntime'
	@echo 'make ci             what continuous integration runs'
	@echo ''
	@echo 'DEST=               folder in which make new makes a project; . is this one'
	@echo 'MODULE=             its Go module, as github.com/me/churn'
	@echo 'WITH=               what else it takes: WITH=zenml,slurm'
	@echo 'FASTAPI=            with how many workers of uvicorn make load compares the server'
