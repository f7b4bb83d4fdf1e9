# How programs are built, and what all rules have in common.

GO ?= go
PARQUET ?=

SHELL := bash -o pipefail
.SUFFIXES:

# Stages follow each other anyway; this keeps `make -j clobber all` in order too.
.NOTPARALLEL:

export CGO_ENABLED := 0
export GOTOOLCHAIN := local

PROGRAMS := $(patsubst src/%/main.go,%,$(wildcard src/*/main.go))

# For every Go command below, those of scripts and tests too, so that nothing is compiled twice. Programs carry no
# path and no time, so the same code has the same hash anywhere; and nothing for a debugger, which takes a fifth of
# the time to compile: `make debug` builds with it.
COMPILE := -tags=nomsgpack -trimpath -buildvcs=false -gcflags=all=-dwarf=false
GOFLAGS := $(shell $(call q,$(GO)) env GOFLAGS 2>/dev/null)
export GOFLAGS := $(strip $(GOFLAGS) $(filter-out $(GOFLAGS),$(COMPILE)))
PLACE = -config $(call q,$(CONFIG)) -work $(call q,$(WORK))

# Parquet takes a quarter of the work of a first build, so programs have it only where a table is Parquet. That is
# looked up in settings, data and the files that a target names, which stay the same for the same target: a program
# built otherwise would run anew. `make all` links bin/tools, so it is no exception.
NEEDS_PARQUET := $(or $(PARQUET),$(shell bash engine/scripts/needs-parquet.sh $(call q,$(CONFIG)) $(call q,$(WORK)) $(call q,$(SOURCE)) $(call q,$(DATA)) $(call q,$(MEMBER)) $(call q,$(CURRENT)) $(call q,$(FILE))))
WITHOUT := $(if $(NEEDS_PARQUET),,-tags=nomsgpack,noparquet)

need_go = bash engine/scripts/need-go.sh $(call q,$(GO))

# The compiler collects no garbage below this size of its memory: some 15 % less work than by Go's default.
ROOMY := GOGC=off GOMEMLIMIT=600MiB

# $(call programs,train) builds bin/train. A target builds what it calls and no more: to link all of them takes
# longer than to compile a change.
programs = $(need_go) && $(ROOMY) $(call q,$(GO)) build $(WITHOUT) -o bin/ -ldflags="-s -w" $(addprefix ./src/,$(1))

.PHONY: build debug

build:
	@$(call programs,$(PROGRAMS))

# With what a debugger needs, and nothing moved or left out by the compiler.
PROGRAM ?= train
ARGS ?=
debug:
	@$(need_go)
	@GOFLAGS=-tags=nomsgpack $(call q,$(GO)) build -gcflags=all="-N -l" -o bin/debug/ ./src/$(call q,$(PROGRAM))
	@command -v dlv >/dev/null || { echo 'built bin/debug/$(PROGRAM), but there is no dlv to run it in: go install github.com/go-delve/delve/cmd/dlv@latest' >&2; exit 1; }
	@dlv exec bin/debug/$(call q,$(PROGRAM)) -- $(if $(filter tools,$(PROGRAM)),,$(PLACE)) $(ARGS)
