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

	"github.com/stretchr/testify/require"

	"example.com/engine/model"
	"example.com/engine/must"
	"example.com/engine/onnx/graph"
	"example.com/engine/table"
)

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
			m := must.Get(r.Fit(context.Background(), allowed(r, train)))(t)
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
