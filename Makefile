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

# The engine, in the version that go.mod names, from Go's module proxy.
ENGINE = $(or $(VERSION),$(shell awk '/example.com\/engine v/ { print $$2; exit }' go.mod))
.PHONY: engine
engine:
	@found=$$(cd / && GOWORK=off "$(or $(GO),go)" mod download -json "example.com/engine@$(ENGINE)") || { \
	echo "$$found" | sed -n 's/.*"Error": "\(.*\)".*/engine: \1/p' >&2; \
	echo 'engine: if git has had it here: git checkout "$$(git log -1 --format=%H --diff-filter=D -- engine/go.mod)^" -- engine' >&2; exit 1; }; \
	GO="$(or $(GO),go)" bash "$$(echo "$$found" | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')/scripts/bring.sh" "$(ENGINE)"

# A rule of your own is told by a line of `help::`, as in engine/make/help.mk.
-include scripts/*.mk
