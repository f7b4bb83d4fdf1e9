package config

import (
	"math"
	"testing"
	"time"

	"github.com/goccy/go-yaml/ast"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func canonical(t *testing.T, source string) string {
	t.Helper()
	s := defaults()
	require.NoError(t, Parse("x.yaml", []byte(source), &s))
	data, err := Canonical(&s)
	require.NoError(t, err)
	return string(data)
}

func TestCanonical(t *testing.T) {
	want := `{"alpha":1,"bins":0,"clusters":{},"columns":[],` +
		`"estimator":{"kind":"ridge","settings":{"config.ridge":{"alpha":1}}},` +
		`"labels":{"a":"A"},"max_depth":3,"name":"","nulls":["NA"],"other":null,"rate":0.5,"rounds":10,` +
		`"second":{"keys":[],"test_size":0.5},"seed":42,"shuffle":false,"split":{"keys":[],"test_size":0.2},"strategy":"median","timeout":"1s"}`
	assert.Equal(t, want, canonical(t, ""))
	assert.Equal(t, want, canonical(t, "# said again\nalpha: 1.0\nseed: 42\nestimator: {ridge: {alpha: 1}}\n"))
	assert.NotEqual(t, want, canonical(t, "estimator: {lasso: {alpha: 1}}"))
	assert.NotEqual(t, want, canonical(t, "alpha: 1.0000000000000002"))
}

func TestCanonicalRefusesWhatItCannotSay(t *testing.T) {
	_, err := Canonical(math.NaN())
	require.Error(t, err)
	assert.Panics(t, func() { _, _ = Canonical(&secretive{}) }, "a hidden field would be left out of the hash")
}

type secretive struct{ kind string }

func (s *secretive) UnmarshalYAML(node ast.Node) (err error) {
	s.kind, _, err = OneOf(node)
	return err
}

func TestKeys(t *testing.T) {
	s := defaults()
	all, err := Keys(&s)
	require.NoError(t, err)
	assert.Len(t, all, 18)
	assert.Equal(t, `"1s"`, string(all["timeout"]))

	some, err := Keys(&s, &s.Split, &s.Split.TestSize, &s.Name, &s.Seed)
	require.NoError(t, err)
	assert.Len(t, some, 4)
	assert.Equal(t, "0.2", string(some["split.test_size"]))
	assert.Equal(t, `{"keys":[],"test_size":0.2}`, string(some["split"]))
	assert.Equal(t, "42", string(some["seed"]))

	assert.Panics(t, func() { _, _ = Keys(&s, &time.Time{}) })
}
