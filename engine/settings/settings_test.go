package settings

import (
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/config"
	"example.com/engine/must"
)

type section struct {
	A int `yaml:"a"`
}

// A stage depends on the sections that it names.
func TestDependsOnSections(t *testing.T) {
	f := Features[section, section]{Seed: DefaultSeed}
	require.NoError(t, config.Parse("features.yaml", []byte("derive: {a: 1}\nsplit: {a: 2}"), &f))
	all := must.Get(config.Keys(&f))(t)
	require.Len(t, all, 3)
	some := must.Get(config.Keys(&f, &f.Derive))(t)
	require.Len(t, some, 1)
	require.JSONEq(t, `{"a": 1}`, string(some["derive"]))
}
