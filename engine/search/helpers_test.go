package search

import (
	"testing"

	"github.com/goccy/go-yaml/ast"
	"github.com/stretchr/testify/require"

	"example.com/engine/config"
)

// document is a configuration that is kept as it was parsed.
type document struct {
	root ast.Node
}

func (d *document) UnmarshalYAML(node ast.Node) error {
	d.root = node
	return nil
}

func parse(t testing.TB, text string) ast.Node {
	t.Helper()
	var d document
	require.NoError(t, config.Parse("model.yaml", []byte(text), &d))
	return d.root
}

// settings reads the section search.
func settings(t testing.TB, text string) *Settings {
	t.Helper()
	s := Default()
	require.NoError(t, config.Parse("model.yaml", []byte(text), &s))
	return &s
}

// valuesOf returns a candidate's settings as texts by their path.
func valuesOf(c Candidate) map[string]string {
	values := map[string]string{}
	for _, s := range c.Settings {
		values[s.Path] = s.Format()
	}
	return values
}
