package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// A page of a copy has no link that leads nowhere.
func TestUnlink(t *testing.T) {
	files := []string{"docs/serving.md", "src/own/rules.go", "LICENSE"}
	check := func(text, want string) {
		t.Helper()
		assert.Equal(t, want, string(unlink("docs/a.md", []byte(text), files)))
	}
	check("see [it](serving.md#limits), [own](../src/own) and [the licence](../LICENSE)", "see [it](serving.md#limits), [own](../src/own) and [the licence](../LICENSE)")
	check("[decision 0002](decisions/0002-a.md), [penguins](../configs/penguins)", "decision 0002, penguins")
	check("[model](../configs/model.yaml) [web](https://example.com/a) [here](#there)", "[model](../configs/model.yaml) [web](https://example.com/a) [here](#there)")
	check("![a map](map.png)", "a map")
	assert.Equal(t, "[a](b)", string(unlink("a.go", []byte("[a](b)"), nil)))
}
