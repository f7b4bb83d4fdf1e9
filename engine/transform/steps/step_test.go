package steps

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"

	"example.com/engine/config"
	"example.com/engine/must"
	"example.com/engine/table"
	"example.com/engine/transform"
)

func parseSteps(t *testing.T, text string) (transform.Pipeline, error) {
	t.Helper()
	var p transform.Pipeline
	return p, config.Parse("model.yaml", []byte(text), &p)
}

func TestStepReadsYAML(t *testing.T) {
	var p transform.Pipeline
	require.NoError(t, config.Parse("model.yaml", []byte("- simple_imputer: {strategy: median}\n- log\n- standard_scaler:\n    with_mean: false\n"), &p))
	require.Len(t, p, 3)
	require.Equal(t, "simple_imputer", p[0].Kind)
	require.Equal(t, "median", p[0].Transformer.(*SimpleImputer).Strategy)
	require.Equal(t, &Log{}, p[1].Transformer)
	require.Equal(t, &StandardScaler{WithStd: true}, p[2].Transformer)
}

// TestStepsNameTheirFaults gives the place of each fault in the file.
func TestStepsNameTheirFaults(t *testing.T) {
	for text, want := range map[string]string{
		"- log\n- standard_scalar":                  "model.yaml:2:3: [1]: unknown transformer \"standard_scalar\"; did you mean \"standard_scaler\"?",
		"- simple_imputer: {strategy: average}":     "model.yaml:1:30: [0].simple_imputer.strategy: ",
		"- simple_imputer: {stratgy: mean}":         "model.yaml:1:20: [0].simple_imputer.stratgy: unknown key",
		"- cluster_similarity: {gamma: 0}":          "model.yaml:1:31: [0].cluster_similarity.gamma: ",
		"- min_max_scaler: {feature_range: [2, 1]}": "model.yaml:1:35: [0].min_max_scaler.feature_range: 2 is not below 1",
		"- function_transformer: {function: sine}":  "model.yaml:1:36: [0].function_transformer.function: no function \"sine\"",
		"- {log: {}, standard_scaler: {}}":          "expected one kind",
	} {
		_, err := parseSteps(t, text)
		require.ErrorContains(t, err, want, text)
	}
}

func TestStepJSON(t *testing.T) {
	step := must.Get(transform.NewStep("standard_scaler"))(t)
	require.NoError(t, step.Fit(column(1, 3), nil, nil))
	data := must.Get(json.Marshal(step))(t)
	require.JSONEq(t, `{"kind": "standard_scaler", "state": {
		"with_mean": true, "with_std": true, "mean": [2], "scale": [1],
		"in": [{"name": "a", "kind": "number"}], "out": [{"name": "a", "kind": "number"}]}}`, string(data))
	var loaded transform.Step
	require.NoError(t, json.Unmarshal(data, &loaded))
	require.Equal(t, step, loaded)

	require.ErrorContains(t, json.Unmarshal([]byte(`{"kind": "magic"}`), &loaded), `no transformer "magic"`)
	require.Error(t, json.Unmarshal([]byte(`{"kind": "log", "state": {"plus_one": 3}}`), &loaded))
	require.ErrorContains(t, json.Unmarshal([]byte(strings.Replace(string(data), "number", "colour", 1)), &loaded), `column "a": no kind "colour"`)
}

func TestStepYAMLHasSettingsOnly(t *testing.T) {
	var p transform.Pipeline
	require.NoError(t, config.Parse("model.yaml", []byte("- standard_scaler\n- ratio: {name: r}"), &p))
	data := must.Get(yaml.Marshal(p))(t)
	require.YAMLEq(t, "- standard_scaler: {with_mean: true, with_std: true}\n- ratio: {name: r}", string(data))
}

func TestPipeline(t *testing.T) {
	var p transform.Pipeline
	require.NoError(t, config.Parse("model.yaml", []byte("[simple_imputer, log, standard_scaler]"), &p))
	x := column(1, null, 3)
	require.NoError(t, p.Fit(x, nil, nil))
	out := must.Get(p.FitTransform(x, nil, nil))(t)
	again := must.Get(p.Transform(x))(t)
	requireSame(t, out.Columns()[0].Floats, again.Columns()[0].Floats)
	require.Equal(t, []string{"a"}, p.NamesOut())
	require.Equal(t, "simple_imputer(strategy=mean, fill=[2]) → log() → standard_scaler(mean=[0.5973], scale=[0.4536])", p.String())
	_, err := p.Transform(column(1, -1))
	require.EqualError(t, err, `log: column "a", row 2: log(-1) is not a finite number`)
	require.EqualError(t, p.Fit(column(0), nil, nil), `log: column "a", row 1: log(0) is not a finite number`)
}

func TestPipelineRefuses(t *testing.T) {
	require.EqualError(t, transform.Pipeline{}.Fit(column(1), nil, nil), "no steps; to do nothing is the step passthrough")
	_, err := transform.Pipeline{}.Transform(column(1))
	require.EqualError(t, err, "not fitted yet")
	foreign := transform.Pipeline{{Kind: "mine", Transformer: stranger{}}}
	require.EqualError(t, foreign.Fit(column(1), nil, nil), "mine: a step must be made by New or NewStep")
	_, err = foreign.Transform(column(1))
	require.Error(t, err)
	require.Equal(t, "mine", foreign.String())
}

type stranger struct{ transform.Transformer }

// TestErrorsNameTheRowOfTheWhole counts rows over the blocks that run apart.
func TestErrorsNameTheRowOfTheWhole(t *testing.T) {
	v := slices.Repeat([]float64{1}, 5*blockRows)
	v[3000], v[4000] = 0, 0
	_, err := fitted(t, NewLog(), column(1)).Transform(column(v...))
	require.EqualError(t, err, `column "a", row 3001: log(0) is not a finite number`)
}

// TestErrorsNameTheFile gives the line that a bad value was read from.
func TestErrorsNameTheFile(t *testing.T) {
	path := t.TempDir() + "/houses.csv"
	writeFile(t, path, "rooms\n4\n0\n")
	r := must.Get(table.Open(path, table.Options{}))(t)
	defer r.Close()
	x := must.Get(r.Next())(t)
	l := fitted(t, NewLog(), column(1))
	l.In[0].Name, l.Out[0].Name = "rooms", "rooms"
	_, err := l.Transform(x)
	require.EqualError(t, err, path+`:3: column "rooms": log(0) is not a finite number`)
}
