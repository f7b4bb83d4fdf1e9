package training

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/model"
	"example.com/engine/model/modeltest"
	"example.com/engine/results"
	"example.com/engine/table"
)

// recipe predicts y, which is twice x; town is x in words.
func recipe(t *testing.T, more string) model.Recipe {
	t.Helper()
	columns := table.Must(table.Floats("x", nil), table.Categories("town", nil), table.Floats("y", nil))
	r := modeltest.Recipe(t, "columns: [{columns: [x], steps: [passthrough]}]\n"+more, columns)
	r.Schema.Columns[2].Unit = "USD"
	return r
}

func write(t *testing.T, text string) string {
	path := filepath.Join(t.TempDir(), "train.csv")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func TestLoad(t *testing.T) {
	rows, err := Load(recipe(t, ""), write(t, "x,town,y\n1,a,2\n2,b,4\n"))
	require.NoError(t, err)
	require.Equal(t, []float64{2, 4}, rows.Column("y").Floats)
	require.Len(t, rows.SHA256, 64)
	empty := write(t, "x,town,y\n")
	_, err = Load(recipe(t, ""), empty)
	require.EqualError(t, err, empty+" has no rows: nothing to learn from")
}

// A report has the scores of a perfect model, and the guard says why it is one.
func TestGuardAndReport(t *testing.T) {
	const n = 200
	rng := rand.New(rand.NewPCG(1, 2))
	x, y, town := make([]float64, n), make([]float64, n), make([]string, n)
	for i := range n {
		x[i] = rng.Float64()
		y[i], town[i] = 2*x[i], string(rune('a'+i%10))
	}
	rows := table.Must(table.Floats("x", x), table.Categories("town", town), table.Floats("y", y))
	r := recipe(t, "estimator: {ridge: {alpha: 0}}")
	folds, err := r.Folds(rows)
	require.NoError(t, err)
	require.Equal(t, 6, Fits(r, folds))
	r.Ties.Groups = "town"
	warnings, err := Guard(r, rows, folds)
	require.NoError(t, err)
	require.Len(t, warnings, 2)
	require.Contains(t, warnings[0], `"x"`, "it gives the target away")
	require.Contains(t, warnings[1], "cross-validation: ", "groups are on both sides")
	r.Config.Leakage = "error"
	_, err = Guard(r, rows, folds)
	require.Error(t, err)

	metric, err := model.DecidingMetric(r.Config.Task, "")
	require.NoError(t, err)
	all := model.Metrics(r.Config.Task, metric)
	cv, held, err := r.HoldOut(context.Background(), rows, folds, all, func() {})
	require.NoError(t, err)
	m, _, err := r.FitCalibrated(context.Background(), rows, held)
	require.NoError(t, err)
	out, err := Report(m, rows, metric, all)
	require.NoError(t, err)
	require.InDelta(t, 0, out.Scores["rmse"], 1e-9)
	require.Equal(t, "y in USD, 200 rows", out.Target+" in "+out.Unit+", "+results.Count(out.Rows)+" rows")
	out.CrossValidation = cv
	require.Regexp(t, `^ridge on 200 rows, rmse \S+ in 5 folds \(± \S+\), \S+ on the training rows$`, Summary(out))
}
