# What is done with models and runs beside the pipeline: the commands of bin/tools.

TRIALS ?=
STRATEGY ?=
SHARES ?= 1
DATA ?=
CURRENT ?=
FILE ?=
TARGET ?=
MLFLOW_PORT ?= 5000
SORT ?=
FILTER ?=
COMPARE ?=
A ?=
B ?=

SEARCH = bin/tools search $(PLACE) $(if $(TRIALS),-trials $(call q,$(TRIALS))) $(if $(STRATEGY),-strategy $(call q,$(STRATEGY)))

.PHONY: search feedback retrain drift schema onnx track diff runs mlflow-ui

search: features
	@$(call programs,tools)
	@$(MAKE) --no-print-directory -f engine/scripts/search.mk SEARCH=$(call q,$(subst $$,$$$$,$(SEARCH)))
	@bin/tools track $(PLACE) -after search

feedback:
	@$(call programs,tools)
	@bin/tools feedback $(PLACE) -truth $(call q,$(FILE))

# The gate decides about the new candidate as about any other.
retrain:
	@$(call programs,tools)
	@bin/tools retrain $(PLACE)
	@if grep -q '"retrain": true' "$(WORK)/reports/retrain.json"; then \
		$(MAKE) --no-print-directory promote; fi

# The champion stays as it is, also where it is not of today's settings.
drift:
	@$(call programs,tools)
	@bin/tools drift $(PLACE) -current $(call q,$(CURRENT))

schema:
	@$(call programs,tools)
	@bin/tools schema -data $(call q,$(DATA)) -target $(call q,$(TARGET))

onnx: promote
	@$(call programs,tools)
	@bin/tools onnx $(PLACE)

track:
	@$(call programs,tools)
	@bin/tools track $(PLACE)

diff:
	@$(call programs,tools)
	@bin/tools diff $(PLACE) -a $(call q,$(A)) -b $(call q,$(B))

runs:
	@$(call programs,tools)
	@bin/tools track $(PLACE) -list -sort $(call q,$(SORT)) -filter $(call q,$(FILTER)) -compare $(call q,$(COMPARE))

mlflow-ui:
	@$(call programs,tools)
	@MLFLOW_PORT=$(call q,$(MLFLOW_PORT)) bash engine/scripts/mlflow-ui.sh $(PLACE)
