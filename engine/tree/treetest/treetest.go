// Package treetest has what the tests of trees, and of other learners, share: samples,
// fixtures of other libraries, trees drawn at random, and what must hold of every
// explanation.
package treetest

import (
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"example.com/engine/must"
)

// Number is a float64 that JSON writes as null if it is NaN.
type Number float64

// UnmarshalJSON reads a number or null.
func (n *Number) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		*n = Number(math.NaN())
		return nil
	}
	return json.Unmarshal(data, (*float64)(n))
}

// Floats returns the numbers as such.
func Floats(v []Number) []float64 {
	f := make([]float64, len(v))
	for i, n := range v {
		f[i] = float64(n)
	}
	return f
}

// Matrix returns rows of equal length as a matrix.
func Matrix(rows [][]Number) *mat.Dense {
	x := mat.NewDense(len(rows), len(rows[0]), nil)
	for i, row := range rows {
		x.SetRow(i, Floats(row))
	}
	return x
}

// ReadJSON reads a fixture of the test's package, which the script beside it makes.
func ReadJSON(t testing.TB, name string, v any) {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	require.NoError(t, err, "the script beside it makes it")
	require.NoError(t, json.Unmarshal(data, v))
}

// Rand returns random numbers that are the same in every test.
func Rand() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

// Sample returns n rows of p columns: values with ties in the first, NaN in the last
// if asked for, and a whole target that depends on both.
func Sample(n, p int, nan bool, seed uint64) (x *mat.Dense, y []float64) {
	r := rand.New(rand.NewPCG(seed, 7))
	x, y = mat.NewDense(n, p, nil), make([]float64, n)
	for i := range n {
		for j := range p {
			x.Set(i, j, r.Float64()*100)
		}
		x.Set(i, 0, math.Floor(x.At(i, 0)))
		y[i] = math.Floor(x.At(i, 0)/10 + 4*math.Sin(x.At(i, p-1)/9) + 3*r.NormFloat64())
		if nan && r.IntN(5) == 0 {
			x.Set(i, p-1, math.NaN())
		}
	}
	return x, y
}

// Classes cuts a target into k classes.
func Classes(y []float64, k int) []float64 {
	out := make([]float64, len(y))
	for i, v := range y {
		out[i] = float64((int(v) + 100) % k)
	}
	return out
}

// Split splits leaves of a tree, drawn at random, by a function that returns the left
// child, until there are that many, and draws their values.
func Split(r *rand.Rand, leaves int, split func(leaf int) (left int), values func(leaf int) []float64) {
	open := []int{0}
	for len(open) < leaves {
		i := r.IntN(len(open))
		left := split(open[i])
		open[i] = left
		open = append(open, left+1)
	}
	for _, leaf := range open {
		v := values(leaf)
		for k := range v {
			v[k] = r.NormFloat64()
		}
	}
}

// Explainer is what divides predictions among the features.
type Explainer interface {
	Outputs() int
	Base() []float64
	Explain(dst, row []float64)
	ExplainAll(dst, rows *mat.Dense)
}

// CheckSums fails unless the contributions to the prediction of each row of x, with
// the base, add up to it, and a row alone has those of the batch.
func CheckSums(t *testing.T, name string, e Explainer, x *mat.Dense, predict func(dst []float64, x *mat.Dense)) {
	t.Helper()
	n, p := x.Dims()
	k := e.Outputs()
	all, want := mat.NewDense(n, p*k, nil), make([]float64, n*k)
	e.ExplainAll(all, x)
	predict(want, x)
	one := make([]float64, p*k)
	for i := range n {
		e.Explain(one, x.RawRowView(i))
		require.Equal(t, one, all.RawRowView(i), "%s: a row alone differs from a batch", name)
		for j := range k {
			sum := e.Base()[j]
			for _, v := range one[j*p : (j+1)*p] {
				sum += v
			}
			require.InDelta(t, want[i*k+j], sum, 1e-9*(1+math.Abs(want[i*k+j])), "%s, row %d", name, i)
		}
	}
}

// Copy gives a learner the arrays of another, as loading a model file does.
func Copy(t testing.TB, to, from map[string]any) {
	t.Helper()
	require.Len(t, to, len(from))
	for name, p := range from {
		into := reflect.ValueOf(to[name])
		require.Equal(t, reflect.TypeOf(p), into.Type(), name)
		into.Elem().Set(reflect.ValueOf(p).Elem())
	}
}

// Census returns the rows of the template's table of houses, whose last column is
// what a house is worth.
func Census(t testing.TB) [][]float64 {
	t.Helper()
	// Up from the package under test, as -trimpath leaves no path of this file.
	place := "tests/testdata/project/data/external/housing.csv.gz"
	f, err := os.Open(place)
	for range 5 {
		if err == nil {
			break
		}
		place = filepath.Join("..", place)
		f, err = os.Open(place)
	}
	require.NoError(t, err)
	defer f.Close()
	z := must.Get(gzip.NewReader(f))(t)
	records := must.Get(csv.NewReader(z).ReadAll())(t)
	rows := make([][]float64, len(records)-1)
	for i, r := range records[1:] {
		rows[i] = make([]float64, len(r))
		for j, cell := range r {
			rows[i][j] = must.Get(strconv.ParseFloat(cell, 64))(t)
		}
	}
	return rows
}
