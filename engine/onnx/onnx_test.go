package onnx

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/model"
	"example.com/engine/must"
	"example.com/engine/onnx/graph"
	"example.com/engine/schema"
	"example.com/engine/table"
	"example.com/engine/transform"
	"example.com/engine/transform/steps"
	"example.com/engine/tree"
)

// The tree of graph's TestEncoding, whose bytes are those of ONNX's own package.
func TestTreeEnsemble(t *testing.T) {
	assert.Equal(t, graph.With(
		"aggregate_function", 1, "leaf_targetids", []int64{0, 0}, "leaf_weights", graph.DoubleTensor([]int64{2}, 1.5, -2e300),
		"n_targets", 1, "nodes_falseleafs", []int64{1}, "nodes_falsenodeids", []int64{1}, "nodes_featureids", []int64{1},
		"nodes_missing_value_tracks_true", []int64{1}, "nodes_modes", graph.Tensor{Dims: []int64{1}, Kind: graph.UInt8s, Raw: []byte{0}},
		"nodes_splits", graph.DoubleTensor([]int64{1}, 0.1), "nodes_trueleafs", []int64{1}, "nodes_truenodeids", []int64{0},
		"post_transform", 0, "tree_roots", []int64{0},
	), stump().attributes(1))
}

// stump has null on its left side.
func stump() *treeEnsemble {
	s := tree.NewTree(1)
	left := s.Split(0, 1, 0.1, true)
	s.Values(left)[0], s.Values(left + 1)[0] = 1.5, -2e300
	trees := tree.NewEnsemble(1, 1)
	trees.Append(s)
	f := &treeEnsemble{}
	f.add(trees, 0, 3, make([]graph.Rounding, 2), func(value int) (int, float64) { return 0, trees.Value[value] })
	return f
}

func TestDivideCountsLimitsBelow(t *testing.T) {
	for n := range 9 {
		var limits []float64
		for i := range n {
			limits = append(limits, float64(i))
		}
		s := tree.NewTree(1)
		divide(s, 0, limits, 0)
		for i := range n {
			on := float64(i)
			assert.InDelta(t, i, s.Values(s.Leaf([]float64{on}))[0], 0, "%v of %d", on, n)
			assert.InDelta(t, i+1, s.Values(s.Leaf([]float64{math.Nextafter(on, 9)}))[0], 0, "above %v of %d", on, n)
		}
	}
}

// fitted returns a small model of the columns and the estimator.
func fitted(t *testing.T, text string, more string) *model.Model {
	t.Helper()
	r := recipe(t, text, model.Regression, more)
	return must.Get(r.Fit(context.Background(), dataset(t).Slice(0, 60)))(t)
}

func TestWhatCannotBeExpressedIsNamed(t *testing.T) {
	check := func(m *model.Model, want string) {
		t.Helper()
		require.EqualError(t, must.Err(Export(m, Options{})), want)
	}
	m := fitted(t, "derive: [{function: {name: crowding, function: rooms_per_person, columns: [total_rooms, population]}}]\n"+
		"columns:\n  - {columns: [crowding], steps: [simple_imputer]}\n", "estimator: ridge")
	check(m, `onnx: derivation 1, function "crowding": can't be expressed: it is written in Go, and graph.RegisterFunction was not given its nodes`)

	m = fitted(t, "derive: []\ncolumns:\n  - {name: income, columns: [median_income], steps: [simple_imputer, standard_scaler]}\n", "estimator: ridge")
	m.Columns.Groups[0].Steps[1].Transformer = unknown{}
	check(m, `onnx: group "income": standard_scaler: can't be expressed: package onnx does not know onnx.unknown`)

	m.Columns.Groups[0].Steps[1].Transformer = &steps.FunctionTransformer{Function: "halve"}
	check(m, `onnx: group "income": standard_scaler: column "median_income": the function "halve" can't be expressed: package onnx does not know it`)

	m.Columns.Groups[0].Steps = m.Columns.Groups[0].Steps[:1]
	m.Target = "sqrt"
	check(m, `onnx: target transform "sqrt" can't be expressed: package onnx does not know it`)
}

type unknown struct{ transform.Transformer }

func TestNamesOfInputsAndOutputs(t *testing.T) {
	m := fitted(t, "derive: []\ncolumns:\n  - {columns: [median_income], steps: [simple_imputer]}\n", "estimator: ridge")
	e := &exporter{Graph: graph.New("pipeline"), model: m}
	require.NoError(t, e.export(Options{}))
	require.Len(t, e.Inputs, len(m.Schema.Features()), "the columns that no step reads, too")
	assert.Equal(t, graph.ValueInfo{Name: "longitude", Kind: graph.Doubles, Dims: []any{"N"}, Doc: "in a unit"}, e.Inputs[0])
	assert.Equal(t, []graph.ValueInfo{{Name: "prediction", Kind: graph.Doubles, Dims: []any{"N"}, Doc: "in USD"}}, e.Outputs)

	m.Task, m.Classes = model.Binary, []string{"no", "yes"}
	assert.Equal(t, []string{"prediction", "probabilities"}, (&exporter{model: m}).outputNames(Options{}))
	assert.Equal(t, []string{"prediction", "probability_no", "probability_yes"}, (&exporter{model: m}).outputNames(Options{Flat: true}))

	m.Schema.Columns = append(m.Schema.Columns, schema.Column{Name: "prediction", Type: schema.Number})
	_, err := Export(m, Options{})
	require.EqualError(t, err, `onnx: column "prediction": an output has this name: rename the column`)
}

// The same cases serve two tests: here each is fitted on few rows, exported
// and looked at; with -cases they are fitted on more and written for
// tests/interop/onnx.py, which lets onnxruntime answer.
var casesDir = flag.String("cases", "", "write graphs, inputs and expected outputs to this `folder`")

// testCase is a pipeline with an estimator.
type testCase struct {
	name string
	of   func(t *testing.T) model.Recipe
}

func TestCases(t *testing.T) {
	fit, test := 150, 30
	if *casesDir != "" {
		fit, test = 1500, 4128
	}
	all := dataset(t)
	rng := rand.New(rand.NewPCG(3, 4))
	order := rng.Perm(all.Len())
	train, held := all.Take(order[:fit]), all.Take(order[fit:fit+test])
	for _, c := range cases(t) {
		t.Run(c.name, func(t *testing.T) {
			r := c.of(t)
			m := calibrated(t, r, allowed(r, train))
			graph := must.Get(Export(m, Options{}))(t)
			again := must.Get(Export(m, Options{}))(t)
			require.True(t, bytes.Equal(graph, again), "not the same bytes")
			if *casesDir == "" {
				checkGraph(t, m)
				return
			}
			rows := table.Concat(held, train.Slice(0, 600), planted(held), onThresholds(m, held))
			c.write(t, m, graph, rows)
		})
	}
}

// calibrated fits, with what held-out rows teach where the recipe asks for it.
func calibrated(t *testing.T, r model.Recipe, train *table.Table) *model.Model {
	t.Helper()
	if r.Config.Calibration.Method == "none" {
		return must.Get(r.Fit(context.Background(), train))(t)
	}
	folds := must.Get(r.Folds(train))(t)
	_, held, err := r.HoldOut(context.Background(), train, folds, nil, func() {})
	require.NoError(t, err)
	m, _, err := r.FitCalibrated(context.Background(), train, held)
	require.NoError(t, err)
	return m
}

// checkGraph looks whether every tensor is made once and before it is used.
func checkGraph(t *testing.T, m *model.Model) {
	t.Helper()
	e := &exporter{Graph: graph.New("pipeline"), model: m}
	require.NoError(t, e.export(Options{}))
	require.NoError(t, e.Check())
}

// number is a float64 that JSON can hold: what is not finite is a text.
type number float64

func (n number) MarshalJSON() ([]byte, error) {
	v := float64(n)
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return []byte(strconv.Quote(strconv.FormatFloat(v, 'g', -1, 64))), nil
	}
	return strconv.AppendFloat(nil, v, 'g', -1, 64), nil
}

// expected is what the graph has to answer; a row without an answer is null.
type expected struct {
	Task          model.Task       `json:"task"`
	Classes       []string         `json:"classes"`
	Kinds         []string         `json:"kinds"` // of the inputs
	Names         []string         `json:"names"`
	Inputs        []any            `json:"inputs"`
	Prediction    map[int]number   `json:"prediction"`
	Labels        map[int]string   `json:"labels"` // by the threshold, if there is one
	Probabilities map[int][]number `json:"probabilities"`
	Rows          int              `json:"rows"`
}

func (c *testCase) write(t *testing.T, m *model.Model, graph []byte, rows *table.Table) {
	t.Helper()
	x := expected{Task: m.Task, Classes: m.Classes, Rows: rows.Len()}
	for _, column := range m.Schema.Features() {
		x.Names, x.Kinds = append(x.Names, column.Name), append(x.Kinds, string(column.Type))
		x.Inputs = append(x.Inputs, cells(rows.Column(column.Name)))
	}
	x.Prediction, x.Probabilities = map[int]number{}, map[int][]number{}
	x.Labels = map[int]string{}
	x.answer(m, rows, 0)
	data := must.Get(json.Marshal(x))(t)
	dir := filepath.Join(*casesDir, c.name)
	require.NoError(t, os.MkdirAll(dir, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "expected.json"), data, 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "model.onnx"), graph, 0o644))
	if len(m.Classes) > 0 {
		flat := must.Get(Export(m, Options{Flat: true}))(t)
		require.NoError(t, os.WriteFile(filepath.Join(dir, "flat.onnx"), flat, 0o644))
	}
}

// answer predicts by halves where a row has no answer.
func (x *expected) answer(m *model.Model, rows *table.Table, first int) {
	p, err := m.Predict(rows)
	if err != nil {
		if half := rows.Len() / 2; half > 0 {
			x.answer(m, rows.Slice(0, half), first)
			x.answer(m, rows.Slice(half, rows.Len()), first+half)
		}
		return
	}
	if m.Decision != nil {
		for i, code := range p.Codes() {
			x.Labels[first+i] = m.Classes[int(code)]
		}
	}
	for i := range rows.Len() {
		if p.Proba == nil {
			x.Prediction[first+i] = number(p.Values[i])
			continue
		}
		for _, v := range p.Proba.RawRowView(i) {
			x.Probabilities[first+i] = append(x.Probabilities[first+i], number(v))
		}
	}
}

// cells returns the values of a column as the graph takes them.
func cells(c *table.Column) any {
	switch c.Kind {
	case table.Float:
		out := make([]number, c.Len())
		for i, v := range c.Floats {
			out[i] = number(v)
		}
		return out
	case table.Time:
		return c.Times
	case table.Text:
		return c.Texts
	}
	out := make([]string, c.Len())
	for i, code := range c.Codes {
		if code >= 0 {
			out[i] = c.Levels[code]
		}
	}
	return out
}
