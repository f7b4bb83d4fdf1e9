package main

import (
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/housing/src/internal/model"
	"example.com/housing/src/internal/results"
	"example.com/housing/src/internal/table"
)

// evaluated returns what evaluate writes for the rows: the numbers of
// predictions.csv, read back from text.
func evaluated(t *testing.T, c census) []float64 {
	t.Helper()
	m, err := model.Open(c.path)
	require.NoError(t, err)
	p, err := m.Predict(c.test)
	require.NoError(t, err)
	rows := make([]float64, c.test.Len())
	for i := range rows {
		rows[i] = float64(i)
	}
	path := inRunDir("predictions.csv")
	f, err := os.Create(path)
	require.NoError(t, err)
	defer f.Close()
	w, err := table.NewWriter(f, "csv", results.PredictionFields(m.Task, m.Classes))
	require.NoError(t, err)
	truth, err := m.Truth(c.test)
	require.NoError(t, err)
	require.NoError(t, w.Write(table.Must(table.Floats("row", rows), table.Floats("actual", truth), table.Floats("predicted", p.Values))))
	require.NoError(t, w.Close())
	back, err := table.ReadFile(path, table.Options{})
	require.NoError(t, err)
	return back.Column("predicted").Floats
}

// Every test row, sent by itself and in lists of several sizes, is answered
// with the bits that evaluate wrote.
func TestEveryTestRowIsAnsweredAsEvaluated(t *testing.T) {
	c := theCensus(t)
	s, url := startServer(t, c.path, Default())
	want := evaluated(t, c)
	require.Len(t, want, 4128)
	rows := make([]string, len(want))
	for i := range rows {
		rows[i] = rowJSON(c.test, s.champion.Load().inputs.columns, i)
	}
	for _, size := range []int{1, 7, len(rows)} {
		assert.Empty(t, differing(t, url, rows, want, size), "in lists of %d", size)
	}
	for i := 0; i < len(rows); i += 10 {
		status, body := post(t, url+"/predict", "application/json", rows[i])
		require.Equal(t, http.StatusOK, status, body)
		var one struct{ Prediction float64 }
		require.NoError(t, json.Unmarshal([]byte(body), &one))
		require.Equal(t, want[i], one.Prediction, "row %d", i)
	}
}

// The comparison sees a skew of the last bit in one row.
func TestParitySeesASkew(t *testing.T) {
	c := theCensus(t)
	s, url := startServer(t, c.path, Default())
	want := evaluated(t, c)[:100]
	rows := make([]string, len(want))
	for i := range rows {
		rows[i] = rowJSON(c.test, s.champion.Load().inputs.columns, i)
	}
	require.Empty(t, differing(t, url, rows, want, 30))
	want[42] *= 1 + 1e-15
	assert.Equal(t, []int{42}, differing(t, url, rows, want, 30))
}

// differing sends the rows in lists of a size and returns those that are not
// answered with the bits wanted.
func differing(t *testing.T, url string, rows []string, want []float64, size int) []int {
	t.Helper()
	var different []int
	for from := 0; from < len(rows); from += size {
		to := min(from+size, len(rows))
		status, body := post(t, url+"/predict", "application/json", "["+strings.Join(rows[from:to], ",")+"]")
		require.Equal(t, http.StatusOK, status, body)
		var answer struct {
			Predictions []struct{ Prediction float64 }
		}
		require.NoError(t, json.Unmarshal([]byte(body), &answer))
		require.Len(t, answer.Predictions, to-from)
		for i, p := range answer.Predictions {
			if p.Prediction != want[from+i] {
				different = append(different, from+i)
			}
		}
	}
	return different
}
