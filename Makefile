# The project's own: defaults, and rules that it adds to those in engine/make. `make`
# lists the targets of every day, `make help-all` all of them.
# Works with GNU make 3.81 and later.

CONFIG ?= configs
PORT ?= 8080

ifneq ($(wildcard engine/make/main.mk),)
include engine/make/main.mk
else ifneq ($(MAKECMDGOALS),engine)
$(error engine/ is missing, which Go leaves out of a copy by gonew: `make engine` brings it)
endif

# The version of the engine, as go.mod names it, from Go's module proxy.
.PHONY: engine
engine: VERSION := $(or $(VERSION),$(shell awk '/example.com\/engine v/ { print $$NF; exit }' go.mod))
engine:
	@files=$$(cd / && GOWORK=off $(or $(GO),go) mod download -json "example.com/engine@$(VERSION)") || { echo "$$files" >&2; exit 1; }; \
	bash "$$(sed -n 's/.*"Dir": "\(.*\)".*/\1/p' <<<"$$files")/scripts/bring.sh" "$(VERSION)"

# A rule of your own is told by a line of `help::`, as in engine/make/help.mk.
-include scripts/*.mk
