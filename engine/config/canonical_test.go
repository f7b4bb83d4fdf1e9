package config

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/goccy/go-yaml/ast"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/must"
)

func canonical(t *testing.T, source string) string {
	t.Helper()
	s := defaults()
	require.NoError(t, Parse("x.yaml", []byte(source), &s))
	data := must.Get(Canonical(&s))(t)
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
	require.Error(t, must.Err(Canonical(math.NaN())))
	assert.Panics(t, func() { _, _ = Canonical(&secretive{}) }, "a hidden field would be left out of the hash")
}

type secretive struct{ kind string }

func (s *secretive) UnmarshalYAML(node ast.Node) (err error) {
	s.kind, _, err = OneOf(node)
	return err
}

func TestKeys(t *testing.T) {
	s := defaults()
	all := must.Get(Keys(&s))(t)
	assert.Len(t, all, 18)
	assert.Equal(t, `"1s"`, string(all["timeout"]))

	some := must.Get(Keys(&s, &s.Split, &s.Split.TestSize, &s.Name, &s.Seed))(t)
	assert.Len(t, some, 4)
	assert.Equal(t, "0.2", string(some["split.test_size"]))
	assert.Equal(t, `{"keys":[],"test_size":0.2}`, string(some["split"]))
	assert.Equal(t, "42", string(some["seed"]))

	assert.Panics(t, func() { _, _ = Keys(&s, &time.Time{}) })
}

// settings has one field of every shape that configurations use.
type settings struct {
	Name      string            `yaml:"name"`
	Strategy  string            `yaml:"strategy" validate:"oneof=mean median most_frequent"`
	Alpha     float64           `yaml:"alpha" validate:"gte=0"`
	Rate      float32           `yaml:"rate" validate:"gt=0,lte=1"`
	Rounds    int               `yaml:"rounds" validate:"gte=1"`
	Bins      uint8             `yaml:"bins"`
	Shuffle   bool              `yaml:"shuffle"`
	Timeout   time.Duration     `yaml:"timeout"`
	MaxDepth  *int              `yaml:"max_depth" validate:"omitempty,gte=1"`
	Nulls     []string          `yaml:"nulls"`
	Columns   []column          `yaml:"columns" validate:"unique=Name"`
	Labels    map[string]string `yaml:"labels"`
	Clusters  map[string]column `yaml:"clusters"`
	Split     split             `yaml:"split"`
	Second    *split            `yaml:"second"`
	Other     any               `yaml:"other"`
	Estimator estimator         `yaml:"estimator"`
	common    `yaml:",inline"`
	Learned   []float64 `yaml:"-"`
}

type common struct {
	Seed uint64 `yaml:"seed" validate:"lt=1000000"`
}

type column struct {
	Name string  `yaml:"name" validate:"required"`
	Min  float64 `yaml:"min"`
	Max  float64 `yaml:"max"`
}

func (c column) Validate() error {
	if c.Min > c.Max {
		return Invalid("max", "%v is less than min, which is %v", c.Max, c.Min)
	}
	return nil
}

type split struct {
	TestSize float64  `yaml:"test_size" validate:"gt=0,lt=1"`
	Keys     []string `yaml:"keys" validate:"max=2"`
}

// estimator is written as its kind over its settings.
type estimator struct {
	Kind     string
	Settings any
}

type ridge struct {
	Alpha float64 `yaml:"alpha" validate:"gte=0"`
}

type lasso struct {
	Alpha float64 `yaml:"alpha" validate:"gte=0"`
	Order []int   `yaml:"order" validate:"min=1"`
}

func (e *estimator) UnmarshalYAML(node ast.Node) error {
	kind, settings, err := OneOf(node)
	if err != nil {
		return err
	}
	e.Kind = kind
	switch kind {
	case "ridge":
		e.Settings = &ridge{Alpha: 1}
	case "lasso":
		e.Settings = &lasso{Alpha: 1, Order: []int{1}}
	case "broken":
		return errors.New("broken on purpose")
	default:
		return Unknown(node, "estimator", kind, []string{"ridge", "lasso"})
	}
	return Decode(settings, e.Settings)
}

func defaults() settings {
	depth := 3
	return settings{
		Strategy: "median", Alpha: 1, Rate: 0.5, Rounds: 10, Timeout: time.Second, MaxDepth: &depth,
		Nulls: []string{"NA"}, Labels: map[string]string{"a": "A"}, Split: split{TestSize: 0.2}, Second: &split{TestSize: 0.5},
		common: common{Seed: 42}, Estimator: estimator{"ridge", &ridge{Alpha: 1}},
	}
}
