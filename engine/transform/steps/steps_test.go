package steps

import (
	"encoding/json"
	"math"
	"os"
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

var null = math.NaN()

// blockRows is how many rows go through a transformer at once, as package
// transform has it.
const blockRows = 1024

// column makes a table of one column of numbers, a.
func column(v ...float64) *table.Table { return table.Must(table.Floats("a", v)) }

// wordColumn makes a table of one category, a; "" is null.
func wordColumn(v ...string) *table.Table { return table.Must(table.Categories("a", v)) }

// fitted fits t on x without a target.
func fitted[T transform.Transformer](t *testing.T, transformer T, x *table.Table) T {
	t.Helper()
	require.NoError(t, transformer.Fit(x, nil, source()))
	return transformer
}

// transformed is the only column that comes of x, with its numbers.
func transformed(t *testing.T, transformer transform.Transformer, x *table.Table) []float64 {
	t.Helper()
	out := must.Get(transformer.Transform(x))(t)
	require.Equal(t, 1, out.Width())
	return out.Columns()[0].Floats
}

// requireSame compares numbers exactly; NaN is equal to NaN.
func requireSame(t *testing.T, want, got []float64) {
	t.Helper()
	require.Len(t, got, len(want))
	for i := range want {
		if want[i] != got[i] && !(math.IsNaN(want[i]) && math.IsNaN(got[i])) {
			t.Fatalf("number %d is %v, expected %v", i, got[i], want[i])
		}
	}
}

// textsOf returns the values of a category or a text; null is "".
func textsOf(c *table.Column) []string {
	out := make([]string, c.Len())
	for i := range out {
		switch {
		case c.IsNull(i):
		case c.Kind == table.Category:
			out[i] = c.Levels[c.Codes[i]]
		default:
			out[i] = c.Texts[i]
		}
	}
	return out
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
}

func TestSumKeepsDigits(t *testing.T) {
	total, n := sum([]float64{1, 1e100, null, 1, -1e100})
	require.Equal(t, 2.0, total)
	require.Equal(t, 4, n)
	total, n = sum([]float64{null})
	require.Zero(t, total)
	require.Zero(t, n)
}

func TestMoments(t *testing.T) {
	mean, variance, n := moments([]float64{1e9 + 4, null, 1e9 + 7, 1e9 + 13, 1e9 + 16})
	require.Equal(t, 1e9+10, mean)
	require.Equal(t, 22.5, variance)
	require.Equal(t, 4, n)
	mean, variance, n = moments(nil)
	require.Equal(t, []float64{0, 0, 0}, []float64{mean, variance, float64(n)})
}

func TestIsConstant(t *testing.T) {
	require.True(t, isConstant(5, 0, 3))
	require.True(t, isConstant(1e6, 1e-20, 10), "the mean is off by 1e-10 at most")
	require.False(t, isConstant(1, 1e-20, 10))
}

func TestMostFrequent(t *testing.T) {
	require.Equal(t, 2.0, mostFrequent([]float64{9, 2, 5, 2, 9}))
	require.Equal(t, 1.0, mostFrequent([]float64{1}))
	require.Equal(t, "b", mostFrequentText(wordColumn("c", "b", "", "b", "c", "", "").Columns()[0]))
}

func TestLinspaceEndsExactly(t *testing.T) {
	require.Equal(t, []float64{0, 1.0 / 3, 2.0 / 3, 1}, linspace(0, 1, 4))
	require.Equal(t, []float64{5}, linspace(5, 9, 1))
	for n := 2; n < 200; n++ {
		v := linspace(-0.1, 0.7, n)
		require.Equal(t, 0.7, v[n-1])
		require.False(t, math.IsNaN(v[0]))
	}
}

func TestSimpleImputer(t *testing.T) {
	againstScikitLearn(t, "simple_imputer")

	for strategy, want := range map[string]float64{"mean": 4, "median": 2.5, "most_frequent": 2, "constant": 0} {
		s := NewSimpleImputer()
		s.Strategy = strategy
		fitted(t, s, column(9, 2, null, 3, 2))
		requireSame(t, []float64{want, 7}, transformed(t, s, column(null, 7)))
	}
}

func TestSimpleImputerOfWords(t *testing.T) {
	s := NewSimpleImputer()
	s.Strategy = "most_frequent"
	x := table.Must(table.Categories("a", []string{"c", "b", "", "c", "b"}), table.Texts("t", []string{"y", "", "z", "z", ""}))
	fitted(t, s, x)
	require.Equal(t, []Fill{{Text: "b"}, {Text: "z"}}, s.Fills)

	// The row's own levels do not have the word that fills it.
	row := table.Must(table.Categories("a", []string{"", "q"}), table.Texts("t", []string{"", "r"}))
	out := must.Get(s.Transform(row))(t)
	require.Equal(t, []string{"b", "q"}, textsOf(out.Column("a")))
	require.Equal(t, []string{"z", "r"}, textsOf(out.Column("t")))
	require.Equal(t, []string{"", "q"}, textsOf(row.Column("a")))

	// Levels with spare room belong to others, too.
	room := append(make([]string, 0, 9), "q")
	_, err := s.Transform(table.Must(&table.Column{Name: "a", Kind: table.Category, Codes: []int32{-1}, Levels: room}, table.Texts("t", []string{""})))
	require.NoError(t, err)
	require.Equal(t, []string{"q", ""}, room[:2])
	require.Equal(t, "simple_imputer(strategy=most_frequent, fill=[b z])", s.String())
}

func TestSimpleImputerDropsAndIndicates(t *testing.T) {
	x := table.Must(table.Floats("a", []float64{1, null, 3}), table.Floats("b", []float64{null, null, null}), table.Floats("c", []float64{4, 5, 6}))
	s := NewSimpleImputer()
	s.AddIndicator = true
	fitted(t, s, x)
	require.Equal(t, []string{"a", "c", "missingindicator_a", "missingindicator_b"}, s.NamesOut())
	out := must.Get(s.Transform(x))(t)
	requireSame(t, []float64{1, 2, 3}, out.Column("a").Floats)
	requireSame(t, []float64{0, 1, 0}, out.Column("missingindicator_a").Floats)
	require.Equal(t, "simple_imputer(strategy=mean, fill=[2 5], dropped=[b])", s.String())
}

func TestSimpleImputerRefuses(t *testing.T) {
	s := NewSimpleImputer()
	require.ErrorContains(t, s.Fit(wordColumn("x"), nil, nil), `column "a" is a category and has no mean; use the strategy most_frequent or constant`)
	s.Strategy = "average"
	require.ErrorContains(t, s.Fit(column(1), nil, nil), "strategy")
	s.Strategy, s.FillValue = "constant", "none"
	require.ErrorContains(t, s.Fit(column(1), nil, nil), `fill_value: "none" is not a number, and column "a" is`)
	require.ErrorContains(t, s.Fit(table.Must(table.Times("w", []int64{1})), nil, nil), `column "w" is a time`)
}

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
		require.ErrorContains(t, must.Err(parseSteps(t, text)), want, text)
	}
}

func TestStepJSON(t *testing.T) {
	step := must.Get(transform.NewStep("standard_scaler"))(t)
	require.NoError(t, step.Fit(column(1, 3), nil, nil))
	data := must.Get(json.Marshal(step))(t)
	require.JSONEq(t, `{"kind": "standard_scaler", "state": {
		"with_mean": true, "with_std": true, "mean": [2], "scale": [1],
		"in": [{"name": "a", "kind": "number"}], "out": [{"name": "a", "kind": "number"}]}}`, string(data))
	loaded := must.JSON[transform.Step](t, data)
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
	out := must.Get(p.FitTransform(t.Context(), x, nil, nil))(t)
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
	require.EqualError(t, must.Err(transform.Pipeline{}.Transform(column(1))), "not fitted yet")
	foreign := transform.Pipeline{{Kind: "mine", Transformer: stranger{}}}
	require.EqualError(t, foreign.Fit(column(1), nil, nil), "mine: a step must be made by New or NewStep")
	require.Error(t, must.Err(foreign.Transform(column(1))))
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
	require.EqualError(t, must.Err(l.Transform(x)), path+`:3: column "rooms": log(0) is not a finite number`)
}
