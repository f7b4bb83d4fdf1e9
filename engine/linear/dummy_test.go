package linear

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

func TestDummyRegressor(t *testing.T) {
	check := func(strategy string, y, w []float64, want float64) {
		t.Helper()
		d := NewDummy()
		d.Strategy = strategy
		x := mat.NewDense(len(y), 1, []float64{math.NaN(), 0, 0, 0}[:len(y)])
		require.NoError(t, d.Fit(context.Background(), x, y, w, nil))
		require.Equal(t, []float64{want, want, want, want}[:len(y)], predict(d, x))
	}
	check("mean", []float64{1, 2, 6}, nil, 3)
	check("mean", []float64{1, 2, 6}, []float64{3, 0, 1}, 2.25)
	check("mean", []float64{0.1, 0.1, 0.1}, nil, 0.1)
	check("median", []float64{9, 1, 2}, nil, 2)
	check("median", []float64{9, 1, 2, 4}, nil, 3)
	check("median", []float64{9, 1, 2, 4}, []float64{1, 1, 0, 2}, 4)
	check("median", []float64{9, 1, 2, 4}, []float64{1, 1, 0, 0}, 5)
	check("median", []float64{9, 1, 2, 4}, []float64{0, 0, 1, 0}, 2)
}

func TestDummyClassifier(t *testing.T) {
	x := mat.NewDense(4, 1, nil)
	check := func(strategy string, w []float64, want ...float64) {
		t.Helper()
		d := NewDummyClassifier()
		d.Strategy = strategy
		require.NoError(t, d.Fit(context.Background(), x, []float64{2, 0, 2, 3}, w, nil))
		dst := mat.NewDense(1, 5, []float64{9, 9, 9, 9, 9})
		d.PredictProba(dst, x)
		require.Equal(t, want, dst.RawRowView(0))
	}
	check("prior", nil, 0.25, 0, 0.5, 0.25, 0)
	check("prior", []float64{1, 0, 1, 2}, 0, 0, 0.5, 0.5, 0)
	check("most_frequent", nil, 0, 0, 1, 0, 0)
	check("most_frequent", []float64{1, 0, 1, 2}, 0, 0, 1, 0, 0)
}

func TestDummyRefuses(t *testing.T) {
	x := mat.NewDense(2, 1, nil)
	check := func(strategy string, y []float64, want string) {
		t.Helper()
		d := &Dummy{Strategy: strategy}
		require.EqualError(t, d.Fit(context.Background(), x, y, nil, nil), want)
	}
	check("prior", []float64{0, 0.5}, "linear: target of row 1 is 0.5, not a class code 0, 1, 2…")
	check("prior", []float64{0, -1}, "linear: target of row 1 is -1, not a class code 0, 1, 2…")
	check("prior", []float64{0, 1e9}, "linear: target of row 1 is 1e+09, not a class code 0, 1, 2…")
	check("mode", []float64{0, 1}, `linear: dummy has no strategy "mode"`)
}
