// Package modeltest makes small models for tests of what is done with one.
package modeltest

import (
	"bytes"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/model"
	"example.com/engine/must"
	"example.com/engine/table"
)

// Friedman draws rows of a curved target y with noise, of which x2 tells nothing.
func Friedman(n int, rng *rand.Rand) *table.Table {
	v := make([][]float64, 4)
	for range n {
		x := []float64{rng.Float64(), rng.Float64(), rng.Float64()}
		y := 10*math.Sin(math.Pi*x[0]*x[1]) + rng.NormFloat64()
		for j, value := range append(x, y) {
			v[j] = append(v[j], value)
		}
	}
	return table.Must(table.Floats("x0", v[0]), table.Floats("x1", v[1]), table.Floats("x2", v[2]), table.Floats("y", v[3]))
}

// Rare draws rows of the classes no and yes, about so large a share of them yes, by
// a logistic regression on x0 and x1; x2 tells nothing.
func Rare(n int, share float64, rng *rand.Rand) *table.Table {
	v, class := make([][]float64, 3), make([]string, n)
	for i := range n {
		x := []float64{rng.NormFloat64(), rng.NormFloat64(), rng.NormFloat64()}
		class[i] = "no"
		// The mean of exp of what is added to the log-odds is exp(1.25).
		if odds := share * math.Exp(1.5*x[0]+x[1]*0.5-1.25); rng.Float64() < odds/(1+odds) {
			class[i] = "yes"
		}
		for j, value := range x {
			v[j] = append(v[j], value)
		}
	}
	return table.Must(table.Floats("x0", v[0]), table.Floats("x1", v[1]), table.Floats("x2", v[2]), table.Categories("class", class))
}

// SaveRows writes a table to a file, in the format that its name ends with, and makes
// the folder that this is in.
func SaveRows(t testing.TB, rows *table.Table, path string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	f := must.Get(os.Create(path))(t)
	w := must.Get(table.NewWriter(f, strings.TrimPrefix(filepath.Ext(path), "."), rows.Fields()))(t)
	require.NoError(t, errors.Join(w.Write(rows), w.Close(), f.Close()))
}

// Recipe is model.NewRecipe.
func Recipe(t testing.TB, settings string, rows *table.Table) model.Recipe {
	t.Helper()
	return must.Get(model.NewRecipe(settings, rows))(t)
}

// Fit fits a Recipe to its table.
func Fit(t testing.TB, settings string, rows *table.Table) *model.Model {
	t.Helper()
	return must.Get(Recipe(t, settings, rows).Fit(t.Context(), rows))(t)
}

// FitProfiled fits a Recipe to its table, and has it remember what the rows are like.
func FitProfiled(t testing.TB, settings string, rows *table.Table) *model.Model {
	t.Helper()
	r, m := Recipe(t, settings, rows), Fit(t, settings, rows)
	folds := must.Get(r.Folds(rows))(t)
	_, held, err := r.HoldOut(t.Context(), rows, folds, nil, func() {})
	require.NoError(t, err)
	require.NoError(t, m.TakeProfile(rows, held))
	return m
}

// Save writes a model to a file, makes the folder that this is in, and reads the
// model back, which then has a digest.
func Save(t testing.TB, m *model.Model, path string) *model.Model {
	t.Helper()
	var file bytes.Buffer
	require.NoError(t, m.Save(&file))
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, file.Bytes(), 0o644))
	m = must.Get(model.Read(file.Bytes()))(t)
	return m
}
