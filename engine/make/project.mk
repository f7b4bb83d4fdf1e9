# The project itself: its settings, tests, image and engine.

MEMBER ?=
TASK ?=
TEMPLATE ?=
VERSION ?=
FROM ?=

.PHONY: configure template-update test check docker-build docker-run

configure:
	@$(call programs,tools)
	@bin/tools configure -data $(call q,$(DATA)) -target $(call q,$(TARGET)) -member $(call q,$(MEMBER)) -task $(call q,$(TASK))

template-update:
	@$(need_go)
	@GO=$(call q,$(GO)) TEMPLATE=$(call q,$(TEMPLATE)) VERSION=$(call q,$(VERSION)) FROM=$(call q,$(FROM)) bash engine/scripts/template-update.sh

# `make check` vets. The compiler collects less garbage here, too; the tests do not. The engine's tests are in the
# template only. Programs that tests start are no part of Go's cache of test results, so the stories in tests/ run
# every time, four at once, as they often wait.
ENGINE_TESTS := $(wildcard engine/table/*_test.go)
test: build
	@$(if $(ENGINE_TESTS),$(ROOMY) $(call q,$(GO)) -C engine test -vet=off -exec "env -u GOGC -u GOMEMLIMIT" ./...)
	@$(ROOMY) $(call q,$(GO)) test -vet=off -exec "env -u GOGC -u GOMEMLIMIT" ./src/...
	@$(call q,$(GO)) test -vet=off -count=1 -parallel=4 ./tests/...

check:
	@$(need_go)
	@bash engine/scripts/check.sh $(call q,$(GO))

docker-build:
	@CONFIG=$(call q,$(CONFIG)) bash engine/scripts/docker-build.sh

docker-run:
	@CONFIG=$(call q,$(CONFIG)) PORT=$(call q,$(PORT)) bash engine/scripts/docker-run.sh
