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

SEARCH = bin/tools search $(PLACE) $(if $(TRIALS),-trials $(TRIALS)) $(if $(STRATEGY),-strategy $(STRATEGY))

.PHONY: search feedback retrain drift schema onnx track diff runs mlflow-ui

search: features
	@$(call programs,tools)
	@$(MAKE) --no-print-directory -f engine/scripts/search.mk SHARES="$(SHARES)" SEARCH='$(SEARCH)'
	@bin/tools track $(PLACE) -after search

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
	@MLFLOW_PORT="$(MLFLOW_PORT)" bash engine/scripts/mlflow-ui.sh $(PLACE)
