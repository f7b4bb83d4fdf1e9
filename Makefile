# The order of the stages. Make builds their programs and calls them; whether a
# stage has work to do it finds out by itself, from the content of what it reads.
# Works with GNU make 3.81 and later.

CONFIG ?= configs
WORK ?= .
SOURCE ?=
PORT ?= 8080
TRIALS ?=
STRATEGY ?=
SHARES ?= 1
FASTAPI ?=
DATA ?=
CURRENT ?=
FILE ?=
TARGET ?=
DEST ?=
MODULE ?=
MEMBER ?=
TEMPLATE ?=
VERSION ?=
FROM ?=
TASK ?=
MLFLOW_PORT ?= 5000
SORT ?=
FILTER ?=
COMPARE ?=
A ?=
B ?=
PARQUET ?=
GO ?= go

SHELL := bash -o pipefail
.SUFFIXES:
# Stages follow each other anyway; this keeps `make -j clobber all` in order too.
.NOTPARALLEL:
.DEFAULT_GOAL := help

export CGO_ENABLED := 0
export GOTOOLCHAIN := local

STAGES := fetch clean features train evaluate promote plot
PROGRAMS := $(patsubst src/%/main.go,%,$(wildcard src/*/main.go))

# For every Go command below, those of scripts and tests too, so that nothing is compiled twice. Programs carry no
# path and no time, so the same code has the same hash anywhere; and nothing for a debugger, which takes a fifth of
# the time to compile: for one, `go build -gcflags=all="-N -l"`.
COMPILE := -tags=nomsgpack -trimpath -buildvcs=false -gcflags=all=-dwarf=false
GOFLAGS := $(shell "$(GO)" env GOFLAGS 2>/dev/null)
export GOFLAGS := $(strip $(GOFLAGS) $(filter-out $(GOFLAGS),$(COMPILE)))
PLACE = -config "$(CONFIG)" -work "$(WORK)"

# Parquet takes a quarter of the work of a first build, so programs have it only where a table is Parquet. That is
# looked up in settings, data and the files that a target names, which stay the same for the same target: a program
# built otherwise would run anew. `make all` links bin/tools, so it is no exception.
NEEDS_PARQUET := $(or $(PARQUET),$(shell bash scripts/needs-parquet.sh "$(CONFIG)" "$(WORK)" "$(SOURCE)" "$(DATA)" "$(MEMBER)" "$(CURRENT)" "$(FILE)"))
WITHOUT := $(if $(NEEDS_PARQUET),,-tags=nomsgpack,noparquet)

# $(call programs,train) builds bin/train. A target builds what it calls and no more: to link all of them takes
# longer than to compile a change. The compiler collects less garbage: some 8 % less work, for memory.
programs = bash scripts/need-go.sh "$(GO)" && GOGC=400 "$(GO)" build $(WITHOUT) -o bin/ -ldflags="-s -w" $(addprefix ./src/,$(1))
SEARCH = bin/tools search $(PLACE) $(if $(TRIALS),-trials $(TRIALS)) $(if $(STRATEGY),-strategy $(STRATEGY))

.PHONY: help all $(STAGES) schema drift serve rollback feedback retrain onnx search zenml track runs mlflow-ui diff why timings test check bench load peers reproduce \
	new configure template-update interop ci docker-build docker-run clobber build

help:
	@echo 'make all            run every stage that has work to do'
	@echo 'make fetch          bring the source table to data/raw, verified'
	@echo 'make clean          check it and clean it: data/processed/clean.csv'
	@echo 'make features       add row-wise columns, set test rows aside'
	@echo 'make train          fit the model on the training rows, with cross-validation'
	@echo 'make evaluate       judge it on the test rows: reports/metrics.json'
	@echo 'make promote        make it the champion if it is not worse'
	@echo 'make rollback       make the champion before this one champion again'
	@echo 'make feedback       measure the champion in use, where the truth is known: FILE=truth.csv'
	@echo 'make retrain        train anew if drift or feedback ask for it; the gate decides as always'
	@echo 'make plot           draw the figures and the report: reports/index.html'
	@echo 'make serve          answer predictions over HTTP'
	@echo 'make onnx           write the champion as ONNX: models/champion/model.onnx'
	@echo 'make search         look for better settings: reports/search/best.yaml'
	@echo 'make zenml          run the pipeline on ZenML, in a place of its own'
	@echo 'make drift          compare a table or a prediction log with the training rows: make drift CURRENT=table.csv'
	@echo 'make schema         guess a schema.yaml from a table: make schema DATA=table.csv'
	@echo ''
	@echo 'make runs           list the runs so far, or compare two of them'
	@echo 'make diff           tell in what the candidate differs from the champion, or A from B'
	@echo 'make track          send to MLflow what it does not have yet'
	@echo 'make mlflow-ui      start an MLflow server of your own and show the runs in it'
	@echo 'make why            tell which stages would run, and why'
	@echo 'make timings        tell how long each stage took, and how much memory'
	@echo 'make reproduce      build twice from clean clones and compare every output'
	@echo 'make clobber        remove all that was made: data, models, reports, programs'
	@echo ''
	@echo 'make test           run the tests'
	@echo 'make check          check format and code, run the tests for data races'
	@echo 'make bench          measure the speed of the stages'
	@echo 'make load           measure the server under load; FASTAPI=1: beside FastAPI'
	@echo 'make peers          time the learners beside LightGBM and others: docs/benchmarks.md'
	@echo 'make interop        check against other programs: container, browser, onnxruntime'
	@echo 'make new            make a project of your own, from your table: DEST=../churn DATA=customers.csv'
	@echo 'make configure      write the settings anew, from another table: DATA=customers.csv TARGET=churned'
	@echo 'make template-update merge what changed in the template since this was made from it'
	@echo 'make ci             what continuous integration runs'
	@echo 'make docker-build   build the image of the server with its model'
	@echo 'make docker-run     build it, run it, print a request to try'
	@echo ''
	@echo 'CONFIG=configs      folder with the settings'
	@echo 'WORK=.              folder below which data, models and reports are made'
	@echo 'SOURCE=             path or address to fetch instead of the configured one'
	@echo 'PORT=8080           port of make serve and make docker-run'
	@echo 'TRIALS=             how many settings make search tries instead of the configured number'
	@echo 'STRATEGY=           random, grid or halving instead of the configured one'
	@echo 'SHARES=1            in how many processes; make -j4 search SHARES=4 runs four at a time'
	@echo 'MLFLOW_PORT=5000    port of make mlflow-ui'
	@echo 'SORT=               order of make runs: SORT=rmse the least first, SORT=-r2 the greatest'
	@echo 'FILTER=             which runs: FILTER="estimator=ridge rmse<70000"'
	@echo 'COMPARE=            two runs to tell apart: COMPARE="1f2e 5b6a"'
	@echo 'A=                  model of make diff: champion, candidate, a run, a digest or a file; the champion'
	@echo 'B=                  the model that it is compared with; the candidate'
	@echo 'FASTAPI=            with how many workers of uvicorn make load compares the server'
	@echo 'CURRENT=            the table, folder or prediction log of make drift'
	@echo 'FILE=               the table of make feedback: what came true'
	@echo 'DATA=               the table of make new, configure and schema: a path or an address'
	@echo 'TARGET=             the column to predict'
	@echo 'DEST=               folder in which make new makes a project; . is this one'
	@echo 'MODULE=             its Go module, as github.com/me/churn'
	@echo 'MEMBER=             the file to take out of an archive'
	@echo 'TASK=               regression, binary or multiclass, where the guess is wrong'
	@echo 'TEMPLATE=           where make template-update finds the template, if not as .template says'
	@echo 'VERSION=            the version to update to instead of the newest'
	@echo 'FROM=               the version that this was made from, if .template does not say'
	@echo 'PARQUET=            yes builds Parquet in, also where neither settings nor data name such a file'
	@echo 'GO=go               the Go command'

# Each stage comes after the one before it.
all: plot
plot: promote
promote: evaluate
evaluate: train
train: features
features: clean
clean: fetch

# What draws comes last and is not compiled before: `make serve` does without.
fetch:
	@$(call programs,$(filter-out plot,$(STAGES)) tools)
	@bin/fetch $(PLACE) -source "$(SOURCE)"

clean features:
	@bin/$@ $(PLACE)

# What these come to is kept in reports/runs, and sent if MLFLOW_TRACKING_URI is set.
train evaluate promote plot:
	@$(if $(filter plot,$@),$(call programs,plot))
	@bin/$@ $(PLACE)
	@bin/tools track $(PLACE) -after $@

serve: promote
	@$(call programs,serve)
	@exec bin/serve $(PLACE) -address "127.0.0.1:$(PORT)"

search: features
	@$(call programs,tools)
	@$(MAKE) --no-print-directory -f scripts/search.mk SHARES="$(SHARES)" SEARCH='$(SEARCH)'
	@bin/tools track $(PLACE) -after search

# To look at the table, the copy compiles itself, with MAKE.
new:
	@$(call programs,new)
	@MAKE="$(MAKE_COMMAND)" bin/new -dest "$(DEST)" -module "$(MODULE)" -data "$(DATA)" -target "$(TARGET)" \
		-member "$(MEMBER)" -task "$(TASK)"

configure:
	@$(call programs,configure fetch clean features)
	@bin/configure -data "$(DATA)" -target "$(TARGET)" -member "$(MEMBER)" -task "$(TASK)"

zenml: build
	@bash scripts/zenml.sh --config "$(CONFIG)" --source "$(SOURCE)"

template-update:
	@bash scripts/need-go.sh "$(GO)"
	@GO="$(GO)" TEMPLATE="$(TEMPLATE)" VERSION="$(VERSION)" FROM="$(FROM)" bash scripts/template-update.sh

rollback:
	@$(call programs,promote tools)
	@bin/promote $(PLACE) -rollback
	@bin/tools track $(PLACE) -after rollback

feedback:
	@$(call programs,tools)
	@bin/tools feedback $(PLACE) -truth "$(FILE)"

# The gate decides about the new candidate as about any other.
retrain:
	@$(call programs,tools)
	@bin/tools retrain $(PLACE)
	@if grep -q '"retrain": true' "$(WORK)/reports/retrain.json"; then \
		$(MAKE) --no-print-directory promote CONFIG="$(CONFIG)" WORK="$(WORK)" SOURCE="$(SOURCE)"; fi

# The champion stays as it is, also where it is not of today's settings.
drift:
	@$(call programs,tools)
	@bin/tools drift $(PLACE) -current "$(CURRENT)"

schema:
	@$(call programs,tools)
	@bin/tools schema -data "$(DATA)" -target "$(TARGET)"

onnx: promote
	@$(call programs,tools)
	@bin/tools onnx $(PLACE)

track:
	@$(call programs,tools)
	@bin/tools track $(PLACE)

diff:
	@$(call programs,tools)
	@bin/tools diff $(PLACE) -a "$(A)" -b "$(B)"

runs:
	@$(call programs,tools)
	@bin/tools track $(PLACE) -list -sort "$(SORT)" -filter "$(FILTER)" -compare "$(COMPARE)"

mlflow-ui:
	@$(call programs,tools)
	@MLFLOW_PORT="$(MLFLOW_PORT)" bash scripts/mlflow-ui.sh $(PLACE)

build:
	@$(call programs,$(PROGRAMS))

why:
	@$(call programs,$(STAGES))
	@bash scripts/why.sh $(PLACE) -- $(STAGES)

timings:
	@$(call programs,$(STAGES))
	@for stage in $(STAGES); do bin/$$stage $(PLACE) -timing || exit; done

# `make check` vets. The compiler collects less garbage here, too; the tests do not. Programs that tests start are no
# part of Go's cache of test results, so the stories in tests/ run every time, four at once, as they often wait.
test: build
	@GOGC=400 "$(GO)" -C engine test -vet=off -exec "env -u GOGC" ./...
	@GOGC=400 "$(GO)" test -vet=off -exec "env -u GOGC" ./src/...
	@"$(GO)" test -vet=off -count=1 -parallel=4 ./tests/...

check:
	@bash scripts/need-go.sh "$(GO)"
	@bash scripts/check.sh "$(GO)"

bench: build
	@bash scripts/bench.sh "$(CONFIG)"

peers:
	@bash scripts/need-go.sh "$(GO)"
	@GO="$(GO)" bash scripts/peers/run.sh $(if $(SOURCE),--book "$(SOURCE)")

load: promote
	@$(call programs,serve)
	@FASTAPI="$(FASTAPI)" GO="$(GO)" bash scripts/load.sh $(PLACE)

reproduce:
	@bash scripts/need-go.sh "$(GO)"
	@SOURCE="$(SOURCE)" bash scripts/reproduce.sh "$(CONFIG)"

interop:
	@bash scripts/need-go.sh "$(GO)"
	@bash tests/interop/run.sh

ci:
	@bash .ci/run

docker-build:
	@CONFIG="$(CONFIG)" bash scripts/docker-build.sh

docker-run:
	@CONFIG="$(CONFIG)" PORT="$(PORT)" bash scripts/docker-run.sh

clobber:
	@bash scripts/clobber.sh "$(WORK)"
