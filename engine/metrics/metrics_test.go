package metrics

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

var nan = math.NaN()

// draw makes rows of each task with weights 0, 1, 2 and 3.
func draw(task Task, n int, rng *rand.Rand) Data {
	d := Data{Y: make([]float64, n), Pred: make([]float64, n), W: make([]float64, n)}
	k := map[Task]int{Binary: 2, Multiclass: 3}[task]
	if k > 0 {
		d.Proba = mat.NewDense(n, k, nil)
	}
	for i := range n {
		d.W[i] = float64(rng.IntN(4))
		if k == 0 {
			d.Y[i] = 100 * rng.ExpFloat64()
			d.Pred[i] = d.Y[i] * math.Exp(0.3*rng.NormFloat64())
			continue
		}
		d.Y[i], d.Pred[i] = float64(rng.IntN(k)), float64(rng.IntN(k))
		p, sum := d.Proba.RawRowView(i), 0.0
		for j := range p {
			p[j] = float64(1 + rng.IntN(20)) // scores tie
			sum += p[j]
		}
		for j := range p {
			p[j] /= sum
		}
	}
	return d
}

func TestEdges(t *testing.T) {
	check := func(name string, got, want float64) {
		t.Helper()
		if math.IsNaN(want) {
			require.True(t, math.IsNaN(got), "%s is %v", name, got)
			return
		}
		require.Equal(t, want, got, name)
	}
	check("rmse of nothing", RMSE(nil, nil, nil), nan)
	check("median of nothing", MedianAE(nil, nil, nil), nan)
	check("max of nothing", MaxError(nil, nil, nil), nan)
	check("r2 of one row", R2([]float64{1}, []float64{2}, nil), nan)
	check("r2 of a constant, met", R2([]float64{0.1, 0.1, 0.1}, []float64{0.1, 0.1, 0.1}, nil), 1)
	check("r2 of a constant, missed", R2([]float64{0.1, 0.1, 0.1}, []float64{0.1, 0.2, 0.1}, nil), 0)
	check("r2 of a constant under weights", R2([]float64{0.1, 9, 0.1}, []float64{0.2, 9, 0.1}, []float64{1, 0, 3}), 0)
	check("explained variance does not see a bias", ExplainedVariance([]float64{1, 2, 4}, []float64{2, 3, 5}, nil), 1)
	check("mape of a target of 0", MAPE([]float64{0}, []float64{1}, nil), 0x1p52)
	check("rmsle below -1", RMSLE([]float64{1, -2}, []float64{1, 1}, nil), nan)
	check("rmsle at -1", RMSLE([]float64{1, 1}, []float64{1, -1}, nil), nan)
	check("median of an even number", MedianAE([]float64{0, 0, 0, 0}, []float64{1, -2, 4, 9}, nil), 3)
	check("max without weight", MaxError([]float64{0, 0}, []float64{1, -9}, []float64{1, 0}), 1)
	check("auc of one class", ROCAUC([]float64{1, 1}, []float64{0.1, 0.9}, nil), nan)
	check("auc of ties", ROCAUC([]float64{1, 0, 1, 0}, []float64{0.5, 0.5, 0.5, 0.5}, nil), 0.5)
	check("precision-recall without positives", AveragePrecision([]float64{0, 0}, []float64{0.1, 0.9}, nil), nan)
	check("multiclass auc without a class", ROCAUCMulti([]float64{0, 1}, mat.NewDense(2, 3, nil), nil, OneVsOne, Macro), nan)
	check("mcc of constant calls", Confusion([]float64{0, 1}, []float64{1, 1}, nil).MCC(), 0)
	check("precision without calls", Confusion([]float64{0, 1}, []float64{0, 0}, nil).Precision(PositiveClass), 0)
	check("f1 of a class that is nowhere", Confusion([]float64{0, 2}, []float64{0, 2}, nil).F1(Macro), 1)
	check("log loss of certainty", LogLoss([]float64{1}, mat.NewDense(1, 2, []float64{1, 0}), nil), 52*math.Ln2)
}

func TestWrongLengthsPanic(t *testing.T) {
	check := func(f func()) {
		t.Helper()
		require.PanicsWithValue(t, "metrics: slice length mismatch", f)
	}
	two, three := make([]float64, 2), make([]float64, 3)
	check(func() { RMSE(two, three, nil) })
	check(func() { R2(two, three, nil) })
	check(func() { MedianAE(two, three, nil) })
	check(func() { ExplainedVariance(two, three, nil) })
	check(func() { RMSE(two, two, three) })
	check(func() { ROCAUC(two, three, nil) })
	check(func() { Confusion(two, three, nil) })
	check(func() { Confusion(two, two, three) })
	check(func() { LogLoss(two, mat.NewDense(3, 2, nil), nil) })
	check(func() { CalibrationCurve(two, three, nil, 5) })
	check(func() { All(Regression)[0].Score(Data{Y: two, Pred: two, Groups: []int{1}}) })
}

func TestLookup(t *testing.T) {
	check := func(name, want string) {
		t.Helper()
		_, err := Lookup(name)
		require.ErrorContains(t, err, want)
	}
	check("rsme", `no metric "rsme": there are accuracy, average_precision,`)
	check("pinball_1.5", `metric "pinball_1.5": "1.5" is not a share between 0 and 1`)
	check("pinball_x", `"x" is not a share between 0 and 1`)
	m, err := Lookup("pinball_0.9")
	require.NoError(t, err)
	require.True(t, m.For(Regression))
	require.False(t, m.For(Binary))
	require.InDelta(t, 9, m.Score(Data{Y: []float64{10}, Pred: []float64{0}}), 1e-12)
}

func TestBestThresholdEdges(t *testing.T) {
	y, score := []float64{0, 0, 1, 1}, []float64{0.1, 0.4, 0.6, 0.8}
	check := func(fp, fn, at float64) {
		t.Helper()
		require.Equal(t, at, BestThreshold(y, score, nil, Saved(fp, fn)).At)
	}
	check(1, 1, 0.5)             // parts the classes halfway
	check(0, 1, 0.5)             // the highest among equals
	check(1, 0, math.Inf(1))     // never call a row positive
	next := math.Nextafter(1, 2) // no number lies between
	best := BestThreshold([]float64{0, 1}, []float64{1, next}, nil, Counts.F1)
	require.Equal(t, next, best.At)
	y[0] = 1 // the lowest score is positive too
	require.Equal(t, math.Inf(-1), BestThreshold(y, score, nil, Saved(0.5, 1)).At)
}

func BenchmarkROCAUC(b *testing.B) {
	for _, n := range []int{4000, 600_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			r := rand.New(rand.NewPCG(1, 2))
			y, score := make([]float64, n), make([]float64, n)
			for i := range y {
				y[i], score[i] = float64(r.IntN(2)), r.Float64()
			}
			for b.Loop() {
				ROCAUC(y, score, nil)
			}
		})
	}
}
