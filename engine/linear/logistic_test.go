package linear

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"example.com/engine/tree/treetest"
)

//go:generate python3 testdata/make.py

func TestLogisticAgreesWithScikitLearn(t *testing.T) {
	var fixture struct {
		Classifications []struct {
			Name string
			Data rows
			Fits []struct {
				Settings  json.RawMessage
				Weighted  bool
				Coef      [][]float64
				Intercept []float64
				Proba     [][]float64
			}
		}
	}
	treetest.ReadJSON(t, "linear.json", &fixture)
	require.Len(t, fixture.Classifications, 3)
	for _, c := range fixture.Classifications {
		require.Len(t, c.Fits, 10)
		for _, fit := range c.Fits {
			t.Run(fmt.Sprintf("%s %s weighted=%t", c.Name, fit.Settings, fit.Weighted), func(t *testing.T) {
				x, w := c.Data.matrix(), c.Data.W
				if !fit.Weighted {
					w = nil
				}
				model := NewLogistic()
				require.NoError(t, json.Unmarshal(fit.Settings, model))
				require.NoError(t, model.Fit(context.Background(), x, c.Data.Y, w, nil))
				require.True(t, model.Converged)
				require.Empty(t, model.Warnings())
				// There is no closed form: both sides iterate until the
				// objective is at its minimum to rounding, and coefficients
				// are known to about the root of that. The largest difference
				// is 1e-6, where these agree with long double to 1e-9.
				const tolerance = 2e-6
				for k := range fit.Coef {
					near(t, "coef", model.Coef[k], fit.Coef[k], tolerance)
				}
				near(t, "intercept", model.Intercept, fit.Intercept, tolerance)
				proba := mat.NewDense(len(c.Data.Y), len(fit.Proba[0]), nil)
				model.PredictProba(proba, x)
				for i, want := range fit.Proba {
					near(t, "probability", proba.RawRowView(i), want, tolerance)
				}
			})
		}
	}
}

// drawClasses makes n rows of p columns and classes that lean on the first.
func drawClasses(n, p, classes int) (x *mat.Dense, y, w []float64) {
	x, y, w = draw(n, p)
	rng := rand.New(rand.NewPCG(3, 4))
	for i := range y {
		class := int(2*x.At(i, 0)+rng.NormFloat64()*2) + classes/2
		y[i] = float64(max(0, min(classes-1, class)))
	}
	return x, y, w
}

func fitLogistic(t *testing.T, l *Logistic, x *mat.Dense, y, w []float64) *Logistic {
	t.Helper()
	require.NoError(t, l.Fit(context.Background(), x, y, w, nil))
	require.True(t, l.Converged)
	return l
}

func TestLogisticWeightDoesWhatRepetitionDoes(t *testing.T) {
	for _, classes := range []int{2, 4} {
		x, y, w := drawClasses(80, 3, classes)
		var repeated rows
		for i := range y {
			for range int(w[i]) {
				repeated.X = append(repeated.X, x.RawRowView(i))
				repeated.Y = append(repeated.Y, y[i])
			}
		}
		for _, balance := range []string{"", "balanced"} {
			create := func() *Logistic { l := NewLogistic(); l.ClassWeight = balance; return l }
			weighted := fitLogistic(t, create(), x, y, w)
			plain := fitLogistic(t, create(), repeated.matrix(), repeated.Y, nil)
			for k := range plain.Coef {
				near(t, "coef", weighted.Coef[k], plain.Coef[k], 1e-6)
			}
			near(t, "intercept", weighted.Intercept, plain.Intercept, 1e-6)
		}
	}
}

func TestLogisticSameBitsAtAnyNumberOfCPUs(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, classes := range []int{2, 3} {
		x, y, w := drawClasses(20_000, 4, classes)
		var want []float64
		for _, cpus := range []int{1, 2, 7} {
			runtime.GOMAXPROCS(cpus)
			got := fitLogistic(t, NewLogistic(), x, y, w).Coef[0]
			if cpus == 1 {
				want = got
			}
			require.Equal(t, want, got)
		}
	}
}

func TestLogisticRowAloneGetsTheSameBits(t *testing.T) {
	for _, classes := range []int{2, 3} {
		x, y, _ := drawClasses(100, 5, classes)
		model := fitLogistic(t, NewLogistic(), x, y, nil)
		batch, one := mat.NewDense(100, classes, nil), mat.NewDense(1, classes, nil)
		model.PredictProba(batch, x)
		row := x.Slice(17, 18, 0, 5).(*mat.Dense)
		model.PredictProba(one, row)
		require.Equal(t, batch.RawRowView(17), one.RawRowView(0))
		require.Zero(t, testing.AllocsPerRun(10, func() { model.PredictProba(one, row) }))
	}
}

// Neither units nor columns that repeat others keep the fit from its optimum.
func TestLogisticOnHardColumns(t *testing.T) {
	for _, classes := range []int{2, 3} {
		x, y, _ := drawClasses(300, 6, classes)
		// With hardly a penalty, what is repeated or scaled changes nothing.
		plain := mat.DenseCopyOf(x.Slice(0, 300, 0, 3))
		for i := range y {
			x.Set(i, 1, 1e6*x.At(i, 1)+1e9)
			x.Set(i, 2, 1e-3*x.At(i, 2))
			x.Set(i, 3, x.At(i, 0)) // repeats
			x.Set(i, 4, 7)          // constant
			x.Set(i, 5, x.At(i, 0)+1e-9*x.At(i, 5))
		}
		model, weak := NewLogistic(), NewLogistic()
		model.C, weak.C = 1e9, 1e9
		fitLogistic(t, model, x, y, nil)
		fitLogistic(t, weak, plain, y, nil)
		require.Less(t, model.Iterations, 20)
		got, want := mat.NewDense(300, classes, nil), mat.NewDense(300, classes, nil)
		model.PredictProba(got, x)
		weak.PredictProba(want, plain)
		require.InDeltaSlice(t, want.RawMatrix().Data, got.RawMatrix().Data, 1e-4)
		require.Zero(t, model.Coef[0][4])
	}
}

func TestLogisticOfSeparableClasses(t *testing.T) {
	x := mat.NewDense(4, 1, []float64{-2, -1, 1, 2})
	model := NewLogistic()
	model.C = 1e6
	fitLogistic(t, model, x, []float64{0, 0, 1, 1}, nil)
	proba := mat.NewDense(1, 2, nil)
	model.PredictProba(proba, mat.NewDense(1, 1, []float64{1000}))
	require.Equal(t, []float64{math.Exp(-model.Intercept[0] - 1000*model.Coef[0][0]), 1}, proba.RawRowView(0))
}

func TestLogisticFarOut(t *testing.T) {
	x, y, _ := drawClasses(100, 2, 3)
	model := fitLogistic(t, NewLogistic(), x, y, nil)
	proba := mat.NewDense(2, 3, nil)
	model.PredictProba(proba, mat.NewDense(2, 2, []float64{1e5, 0, -1e5, 0}))
	require.InDeltaSlice(t, []float64{0, 0, 1, 1, 0, 0}, proba.RawMatrix().Data, 1e-12)
}

// Where rounding leaves nothing to gain, the fit ends though Tol is not met.
func TestLogisticStopsAtRounding(t *testing.T) {
	x, y, _ := drawClasses(200, 3, 2)
	model := NewLogistic()
	model.Tol = 1e-20
	fitLogistic(t, model, x, y, nil)
	require.Less(t, model.Iterations, 20)
}

func TestLogisticSkipsCodesWithoutRows(t *testing.T) {
	x, y, w := drawClasses(90, 2, 3)
	for i := range y {
		y[i] = 2 * y[i] // 0, 2, 4
		if y[i] == 4 {
			w[i] = 0
		}
	}
	model := fitLogistic(t, NewLogistic(), x, y, w)
	require.Equal(t, []int{0, 2}, model.Classes)
	proba := mat.NewDense(90, 5, nil)
	model.PredictProba(proba, x)
	for i := range y {
		row := proba.RawRowView(i)
		require.InDelta(t, 1, row[0]+row[2], 1e-15)
		require.Zero(t, row[1]+row[3]+row[4])
	}
	require.PanicsWithValue(t, "linear: fewer columns than classes", func() { model.PredictProba(mat.NewDense(90, 2, nil), x) })
}

func TestLogisticRefuses(t *testing.T) {
	x, y, _ := drawClasses(20, 2, 2)
	check := func(y []float64, want string) {
		t.Helper()
		require.EqualError(t, NewLogistic().Fit(context.Background(), x, y, nil, nil), want)
	}
	one := make([]float64, 20)
	for i := range one {
		one[i] = 3
	}
	check(one, "linear: logistic regression needs rows of two classes, all 20 are of class 3")
	one[5] = 0.5
	check(one, "linear: target of row 5 is 0.5, not a class code 0, 1, 2…")
	few := NewLogistic()
	few.MaxIter = 1
	require.NoError(t, few.Fit(context.Background(), x, y, nil, nil))
	require.Equal(t, []string{"logistic regression did not converge in 1 steps: scale the columns, lower C or raise max_iter"}, few.Warnings())
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	require.ErrorIs(t, few.Fit(ctx, x, y, nil, nil), context.Canceled)
}

// Above the alpha at which the strongest column pulls no more than the
// penalty, every coefficient is 0; just below it, one is not.
func TestLassoPathStartsAtTheStrongestPull(t *testing.T) {
	x, y, w := draw(80, 5)
	s, err := newSample(x, y, w)
	require.NoError(t, err)
	m := s.means(true)
	strongest := 0.0
	for j := range 5 {
		pull := 0.0
		for i := range y {
			pull += w[i] * (x.At(i, j) - m.x[j]) * (y[i] - m.y) / m.weight
		}
		strongest = max(strongest, pull)
	}
	check := func(alpha float64, want int) {
		t.Helper()
		l := NewLasso()
		l.Alpha = alpha
		require.NoError(t, l.Fit(context.Background(), x, y, w, nil))
		used := 0
		for _, c := range l.Coef {
			if c != 0 {
				used++
			}
		}
		require.Equal(t, want, used)
	}
	check(strongest*1.001, 0)
	check(strongest*0.999, 1)
	check(0, 5)
}

func TestDescentSaysWhenItDidNotConverge(t *testing.T) {
	x, y, _ := draw(80, 5)
	e := NewElasticNet()
	e.Alpha, e.MaxIter, e.Tol = 1e-4, 1, 1e-12
	require.NoError(t, e.Fit(context.Background(), x, y, nil, nil))
	require.False(t, e.Converged)
	require.Len(t, e.Warnings(), 1)
	require.Contains(t, e.Warnings()[0], "did not converge in 1 sweeps")
	e.MaxIter = 1000
	require.NoError(t, e.Fit(context.Background(), x, y, nil, nil))
	require.True(t, e.Converged)
	require.GreaterOrEqual(t, e.DualGap, -1e-14)
	require.Empty(t, e.Warnings())
}

func TestElasticNetStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	x, y, _ := draw(4, 5) // so few rows that they are not reduced
	require.ErrorIs(t, NewElasticNet().Fit(ctx, x, y, nil, nil), context.Canceled)
}
