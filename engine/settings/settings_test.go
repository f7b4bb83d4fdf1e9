package settings

import (
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/config"
)

type section struct {
	A int `yaml:"a"`
}

// A stage depends on the sections that it names.
func TestDependsOnSections(t *testing.T) {
	f := Features[section, section]{Seed: DefaultSeed}
	require.NoError(t, config.Parse("features.yaml", []byte("derive: {a: 1}\nsplit: {a: 2}"), &f))
	all, err := config.Keys(&f)
	require.NoError(t, err)
	require.Len(t, all, 3)
	some, err := config.Keys(&f, &f.Derive)
	require.NoError(t, err)
	require.Len(t, some, 1)
	require.JSONEq(t, `{"a": 1}`, string(some["derive"]))
}
