package tree

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

// number is a float64 that JSON writes as null if it is NaN.
type number float64

func (n *number) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		*n = number(math.NaN())
		return nil
	}
	return json.Unmarshal(data, (*float64)(n))
}

func floats(v []number) []float64 {
	f := make([]float64, len(v))
	for i, n := range v {
		f[i] = float64(n)
	}
	return f
}

// matrix returns rows of equal length as a matrix.
func matrix(rows [][]number) *mat.Dense {
	x := mat.NewDense(len(rows), len(rows[0]), nil)
	for i, row := range rows {
		x.SetRow(i, floats(row))
	}
	return x
}

// readBoostingFixture reads one of the files that testdata/boosting.py makes.
func readBoostingFixture(t *testing.T, name string, v any) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, v))
}

// newRand returns random numbers that are the same in every test.
func newRand() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }
