# The order of the stages. Make builds their programs and calls them; whether a
# stage has work to do it finds out by itself, from the content of what it reads.

ALL ?=
WORK ?= .
# A cluster may set WORK for purposes of its own.
ifneq ($(filter environment%,$(origin WORK)),)
$(warning WORK=$(WORK) of the environment is not taken: write make WORK=…)
override WORK := .
endif
SOURCE ?=
FORCE ?=

STAGES := fetch clean features train evaluate promote plot

.PHONY: all $(STAGES) serve rollback why timings clobber

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
	@bin/fetch $(PLACE) -source $(call q,$(SOURCE))

clean features:
	@bin/$@ $(PLACE)

# What these come to is kept in reports/runs, and sent if MLFLOW_TRACKING_URI is set.
train evaluate promote plot:
	@$(if $(filter plot,$@),$(call programs,plot))
	@bin/$@ $(PLACE) $(if $(filter promote,$@),-force $(call q,$(FORCE)))
	@bin/tools track $(PLACE) -after $@

serve: promote
	@$(call programs,serve)
	@exec bin/serve $(PLACE) -address 127.0.0.1:$(call q,$(PORT))

rollback:
	@$(call programs,promote tools)
	@bin/promote $(PLACE) -rollback
	@bin/tools track $(PLACE) -after rollback

why:
	@$(call programs,$(STAGES))
	@bash engine/scripts/why.sh $(PLACE) -- $(STAGES)

timings:
	@$(call programs,$(STAGES))
	@for stage in $(STAGES); do bin/$$stage $(PLACE) -timing || exit; done

clobber:
	@$(call programs,tools)
	@bin/tools clobber -work $(call q,$(WORK)) $(if $(ALL),-all)
	@rm -rf bin
