# Runs a search in several processes, side by side under -j, and puts their
# trials together. Each rung of a halving needs all trials of the one before.
# What is recorded is not done again, so a run that was stopped goes on.
#
#   make -j4 -f engine/scripts/search.mk SHARES=4 SEARCH='bin/tools search -trials 50'

SHARES ?= 1
SEARCH ?= bin/tools search
RUNG ?= 0

SHELL := bash -o pipefail
.SUFFIXES:

THIS := $(firstword $(MAKEFILE_LIST))
SHARE := $(addprefix share-,$(shell seq '$(subst ','\'',$(SHARES))'))

.PHONY: search shares $(SHARE)

ifeq ($(SHARES),1)
search:
	@$(SEARCH)
else
search:
	@rungs=$$($(SEARCH) -rungs) || exit; for ((rung = 0; rung < rungs; rung++)); do \
		$(MAKE) --no-print-directory -f $(THIS) shares RUNG=$$rung || exit; \
	done
	@$(SEARCH) -reduce
endif

shares: $(SHARE)

$(SHARE): share-%:
	@$(SEARCH) -index $$(($* - 1)) -of $(words $(SHARE)) -rung $(RUNG)
