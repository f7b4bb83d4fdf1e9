// Package estimatortest holds what is true of every estimator, as checks to run
// on one: fits on the same rows are the same, a row by itself gets the bits that
// it gets in a batch, weights count or are refused, what JSON and Arrays keep predicts the same bits, and
// contributions add up to the prediction.
package estimatortest

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"example.com/engine/config"
	"example.com/engine/estimator"
	"example.com/engine/explain"
	"example.com/engine/must"
)

// Case is a registered kind with settings, in YAML, to check it by. Classes is 0
// for a regression.
type Case struct {
	Kind, Settings string
	Classes        int
}

// inputs is how many columns the data have: a, b and c, of which b repeats values.
const inputs, rows = 3, 200

// Run runs every check as a test of its name.
func Run(t *testing.T, c Case) {
	t.Helper()
	x, y := c.data()
	one := c.fit(t, x, y)
	want := c.predict(one, x)
	require.False(t, floats.HasNaN(want), "predictions of numbers are numbers")
	t.Run("fitting twice learns the same", func(t *testing.T) {
		require.Equal(t, want, c.predict(c.fit(t, x, y), x))
	})
	t.Run("a row by itself is the same", func(t *testing.T) {
		k := len(want) / rows
		for i := 0; i < rows; i += 7 {
			require.Equal(t, want[i*k:(i+1)*k], c.predict(one, mat.NewDense(1, inputs, x.RawRowView(i))), "row %d", i)
		}
	})
	t.Run("saved and loaded it predicts the same", func(t *testing.T) {
		require.Equal(t, want, c.predict(saved(t, one), x))
	})
	t.Run("weights count or are refused", func(t *testing.T) {
		w := make([]float64, rows)
		for i := range w {
			w[i] = float64(i % 3)
		}
		e := c.unfitted(t)
		if err := e.Fit(context.Background(), x, y, w, rand.New(rand.NewPCG(3, 4))); err == nil {
			var between mat.Dense // as a tree may have a leaf for each row
			between.Add(x.Slice(1, rows, 0, inputs), x.Slice(0, rows-1, 0, inputs))
			between.Scale(0.5, &between)
			require.False(t, floats.Equal(c.predict(one, &between), c.predict(e, &between)), "they change nothing")
		}
	})
	t.Run("contributions add up", func(t *testing.T) { c.addUp(t, one, x, want) })
}

// data draws rows with a target that depends on all columns.
func (c Case) data() (x *mat.Dense, y []float64) {
	rng := rand.New(rand.NewPCG(1, 2))
	x, y = mat.NewDense(rows, inputs, nil), make([]float64, rows)
	for i := range rows {
		x.SetRow(i, []float64{rng.NormFloat64(), float64(rng.IntN(5)), rng.ExpFloat64()})
		y[i] = 2 + 3*x.At(i, 0) - x.At(i, 1) + x.At(i, 2) + rng.NormFloat64()
		if c.Classes > 0 {
			y[i] = min(float64(c.Classes-1), max(0, math.Floor(y[i]/2+1)))
		}
	}
	return x, y
}

func (c Case) fit(t *testing.T, x *mat.Dense, y []float64) estimator.Estimator {
	t.Helper()
	e := c.unfitted(t)
	before := mat.DenseCopyOf(x)
	require.NoError(t, e.Fit(context.Background(), x, y, nil, rand.New(rand.NewPCG(3, 4))))
	require.True(t, mat.Equal(before, x), "Fit changed its rows")
	return e
}

func (c Case) unfitted(t *testing.T) estimator.Estimator {
	t.Helper()
	e := must.Get(estimator.New(c.Kind))(t)
	require.NoError(t, config.Parse("settings", []byte(c.Settings), e.Learner))
	require.NoError(t, e.Bind([]string{"a", "b", "c"}))
	return e
}

// predict returns the answers, as many numbers a row as there are classes.
func (c Case) predict(e estimator.Estimator, x *mat.Dense) []float64 {
	n, _ := x.Dims()
	if c.Classes == 0 {
		out := make([]float64, n)
		e.Learner.(estimator.Regressor).Predict(out, x)
		return out
	}
	out := mat.NewDense(n, c.Classes, nil)
	e.Learner.(estimator.Classifier).PredictProba(out, x)
	return out.RawMatrix().Data
}

// saved is what a model file does: JSON, and slices that are too long for it.
func saved(t *testing.T, e estimator.Estimator) estimator.Estimator {
	t.Helper()
	data := must.Get(json.Marshal(e))(t)
	var loaded estimator.Estimator
	require.NoError(t, json.Unmarshal(data, &loaded))
	places := loaded.Arrays()
	for name, array := range e.Arrays() {
		require.Contains(t, places, name)
		reflect.ValueOf(places[name]).Elem().Set(reflect.ValueOf(array).Elem())
	}
	again := must.Get(json.Marshal(loaded))(t)
	require.JSONEq(t, string(data), string(again))
	return loaded
}

// addUp checks an estimator that is explained on the scale of what it predicts.
func (c Case) addUp(t *testing.T, e estimator.Estimator, x *mat.Dense, want []float64) {
	t.Helper()
	means := make([]float64, inputs)
	for j := range means {
		means[j] = floats.Sum(mat.Col(nil, j, x)) / rows
	}
	a, err := e.Attribution(means)
	if errors.Is(err, explain.ErrUnexplained) {
		t.Skip(err)
	}
	require.NoError(t, err)
	if a.Scale != explain.TargetScale && a.Scale != explain.ProbabilityScale {
		return // package model checks it, with the way back from the scale
	}
	base := a.Base()
	dst := make([]float64, len(base)*inputs)
	for i := range rows {
		a.Explain(dst, x.RawRowView(i))
		for k, b := range base {
			sum := b + floats.Sum(dst[k*inputs:(k+1)*inputs])
			require.InDelta(t, want[i*len(base)+k], sum, 1e-9*max(1, math.Abs(sum)), "row %d", i)
		}
	}
}
