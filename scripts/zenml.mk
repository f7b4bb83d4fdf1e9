# The pipeline on ZenML: see zenml/README.md.

.PHONY: zenml
zenml: build
	@bash scripts/zenml.sh --config $(call q,$(CONFIG)) --source $(call q,$(SOURCE))

help-all::
	@echo 'make zenml          run the pipeline on ZenML, in a place of its own'
