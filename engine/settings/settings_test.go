package settings

import (
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/config"
)

type section struct {
	A int `yaml:"a"`
}

// A program checks the sections that it reads and the names of the others, not
// what is in them.
func TestOtherSections(t *testing.T) {
	data := Data[section, Other]{Fetch: section{A: 1}}
	require.NoError(t, config.Parse("data.yaml", []byte("clean: {any: [thing], at: all}"), &data))
	require.Equal(t, 1, data.Fetch.A)
	require.NoError(t, config.Parse("data.yaml", []byte("clean: here\nfetch: {a: 2}"), &data))
	require.Equal(t, 2, data.Fetch.A)
	require.EqualError(t, config.Parse("data.yaml", []byte("fetch: {b: 2}"), &data), "data.yaml:1:9: fetch.b: unknown key; did you mean \"a\"?")
	require.EqualError(t, config.Parse("data.yaml", []byte("claen: {}"), &data), "data.yaml:1:1: claen: unknown key; did you mean \"clean\"?")
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
