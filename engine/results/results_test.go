package results

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/metrics"
)

func TestNumber(t *testing.T) {
	for want, v := range map[string]float64{
		"0": 0, "-0.5": -0.5, "0.1235": 0.123456, "1,235": 1234.56, "68,068": 68068.04,
		"452,600": 452600, "-1,000": -1000, "12,345,679": 12345678.9, "1.235e-07": 1.23456e-7,
		"1e+15": 1e15, "NaN": math.NaN(), "999.9": 999.94, "1,000": 999.96, "10,000": 9999.999,
	} {
		assert.Equal(t, want, Number(v))
	}
}

func TestSentence(t *testing.T) {
	for in, want := range map[string]string{"": "", "a b": "A b.", "ünder.": "Ünder.", "why?": "why?", "USD": "USD."} {
		assert.Equal(t, want, Sentence(in))
	}
}

func TestSliceName(t *testing.T) {
	for in, want := range map[string]string{
		"[292220, 500001]": "292,220 to 500,001", "[-1.5, 2.375)": "-1.5 to 2.375", "[0.999995, 0.999999)": "0.999995 to 0.999999", "[1, 1]": "1 to 1", "null": "null", "[a, b]": "[a, b]", "[1, 2, 3]": "[1, 2, 3]",
	} {
		assert.Equal(t, want, SliceName(in))
	}
}

func TestSummarizeNoFolds(t *testing.T) {
	empty := CrossValidation{}
	empty.Summarize()
	assert.Empty(t, empty.Mean)
}

func TestScoreLeavesOutWhatJSONCannotHold(t *testing.T) {
	constant := metrics.Data{Y: []float64{1}, Pred: []float64{1}}
	scores := Score(constant, metrics.All(metrics.Regression))
	assert.Contains(t, scores, "rmse")
	assert.NotContains(t, scores, "r2", "R² of one row is undefined")
	_, err := Marshal(scores)
	require.NoError(t, err)
}

// A history that is cut off says what to do.
func TestDamagedHistory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.json")
	require.NoError(t, os.WriteFile(path, []byte(`[{"action": "prom`), 0o600))
	_, err := ReadHistory(path)
	require.EqualError(t, err, "reading "+path+": unexpected end of JSON input: put an intact copy back, or remove the file: "+
		"then what is in the champion's place begins another history, without a champion before it to roll back to")
}
