package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"

	"example.com/engine/command"
)

// Each command is there once, by the name that its messages begin with, has a
// summary and knows the flags that every program has.
func TestCommands(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range commands {
		assert.False(t, seen[c.Name], "%s is there twice", c.Name)
		seen[c.Name] = true
		assert.NotEmpty(t, c.Summary, c.Name)
		var stdout, stderr bytes.Buffer
		assert.Zero(t, command.Dispatch("tools", commands, []string{c.Name, "-h"}, &stdout, &stderr), c.Name)
		assert.Contains(t, stderr.String(), "Usage of "+c.Name+":\n")
		assert.Contains(t, stderr.String(), "-cpuprofile")
		stderr.Reset()
		assert.Equal(t, 2, command.Dispatch("tools", commands, []string{c.Name, "surplus"}, &stdout, &stderr), c.Name)
		assert.Equal(t, c.Name+": unexpected argument \"surplus\"\n", stderr.String())
		assert.Empty(t, stdout.String(), c.Name)
	}
}
