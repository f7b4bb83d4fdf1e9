package metrics

import (
	"context"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat"
)

var ctx = context.Background()

func lookup(t testing.TB, name string) Metric {
	t.Helper()
	m, err := Lookup(name)
	require.NoError(t, err)
	return m
}

func intervals(t testing.TB, b Bootstrap, d Data, metrics []Metric, seed uint64) []Interval {
	t.Helper()
	got, err := b.Intervals(ctx, d, metrics, seed)
	require.NoError(t, err)
	return got
}

// The interval of a mean is known: 1.96 standard errors to each side.
func TestIntervalOfAMean(t *testing.T) {
	d := draw(Regression, 2000, rand.New(rand.NewPCG(1, 2)))
	d.W = nil
	errors := make([]float64, len(d.Y))
	for i := range errors {
		errors[i] = math.Abs(d.Y[i] - d.Pred[i])
	}
	mean, sd := stat.MeanStdDev(errors, nil)
	se := sd / math.Sqrt(2000)
	got := intervals(t, NewBootstrap(), d, []Metric{lookup(t, "mae")}, 42)
	require.InDelta(t, mean, got[0].Estimate, 1e-12)
	// With 1,000 resamples the error of se itself is 1/√2000, and a 2.5 %
	// quantile is known to 0.085 standard errors: three times each.
	require.InEpsilon(t, se, got[0].StdErr, 0.07)
	require.InDelta(t, mean-1.96*se, got[0].Low, 0.26*se)
	require.InDelta(t, mean+1.96*se, got[0].High, 0.26*se)
}

func TestIntervalsAgreeWithSciPy(t *testing.T) {
	f := load(t).Bootstrap
	d := Data{Y: f.Y, Pred: f.Pred}
	check := func(method string, want []float64) {
		t.Helper()
		b := Bootstrap{Resamples: 20_000, Level: 0.9, Method: method}
		got := intervals(t, b, d, []Metric{lookup(t, "rmse")}, 42)
		// The 5 % quantile of 20,000 draws is known to 0.015 standard errors
		// of the metric: three times that.
		require.InDelta(t, want[0], got[0].Low, 0.045*got[0].StdErr)
		require.InDelta(t, want[1], got[0].High, 0.045*got[0].StdErr)
	}
	check("percentile", f.Percentile)
	check("bca", f.BCa)
	// The two have to differ by more than the tolerance, or nothing is tested.
	require.Greater(t, math.Abs(f.BCa[1]-f.Percentile[1]), 0.02)
}

func TestIntervalsAreTheSameBitsAtAnyNumberOfCPUs(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, task := range []Task{Regression, Binary, Multiclass} {
		d := draw(task, 200, rand.New(rand.NewPCG(1, 2)))
		var want []Interval
		for _, cpus := range []int{1, 2, 7} {
			runtime.GOMAXPROCS(cpus)
			b := Bootstrap{Resamples: 100, Level: 0.9, Method: "bca"}
			got := intervals(t, b, d, All(task), 42)
			if cpus == 1 {
				want = got
			}
			require.Equal(t, want, got)
		}
		for _, i := range want {
			require.True(t, i.Defined())
		}
	}
}

func TestUndefinedResamplesAreCounted(t *testing.T) {
	d := draw(Binary, 20, rand.New(rand.NewPCG(1, 2)))
	d.W = nil
	clear(d.Y)
	d.Y[3] = 1 // a resample misses it with probability (19/20)²⁰ = 36 %
	got := intervals(t, NewBootstrap(), d, []Metric{lookup(t, "roc_auc")}, 42)
	require.InDelta(t, 358, got[0].Undefined, 46) // three standard deviations
	require.True(t, got[0].Defined())
	d.Y[3] = 0
	got = intervals(t, NewBootstrap(), d, []Metric{lookup(t, "roc_auc")}, 42)
	require.Equal(t, 1000, got[0].Undefined)
	require.False(t, got[0].Defined())
}

func TestNoRows(t *testing.T) {
	b := Bootstrap{Resamples: 100, Level: 0.9, Method: "bca"}
	got := intervals(t, b, Data{}, []Metric{lookup(t, "rmse")}, 42)
	require.False(t, got[0].Defined())
}

// Ten copies of each row tell no more than one: by group the interval stays as
// wide, by row it shrinks by √10.
func TestGroupsAreDrawnTogether(t *testing.T) {
	d := draw(Regression, 100, rand.New(rand.NewPCG(1, 2)))
	var rows []int
	for i := range 1000 {
		rows = append(rows, i%100)
	}
	copies := d.Take(rows)
	width := func(d Data) float64 {
		got := intervals(t, NewBootstrap(), d, []Metric{lookup(t, "mae")}, 42)
		return got[0].High - got[0].Low
	}
	one, byRow := width(d), width(copies)
	copies.Groups = rows
	require.InEpsilon(t, one, width(copies), 1e-9)
	require.InEpsilon(t, one/math.Sqrt(10), byRow, 0.15)
}

func TestRowsWithoutWeightDoNotCount(t *testing.T) {
	d := Data{Y: make([]float64, 100), Pred: make([]float64, 100), W: make([]float64, 100)}
	for i := range d.Y {
		d.Pred[i] = 1e6
		if i%2 == 0 {
			d.Pred[i], d.W[i] = float64(i%4), 3
		}
	}
	for _, groups := range [][]int{nil, make([]int, 100)} {
		d.Groups = groups
		got := intervals(t, NewBootstrap(), d, []Metric{lookup(t, "mae")}, 42)
		require.Equal(t, 1.0, got[0].Estimate)
		require.LessOrEqual(t, got[0].High, 2.0)
		if groups != nil { // one group: always drawn
			require.Equal(t, Interval{Estimate: 1, Low: 1, High: 1}, got[0])
		}
	}
}

func TestBootstrapStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := NewBootstrap().Intervals(ctx, draw(Regression, 10, rand.New(rand.NewPCG(1, 2))), All(Regression), 42)
	require.ErrorIs(t, err, context.Canceled)
}

// Nineteen of twenty intervals hold the true error. Simulated with normal
// errors of known RMSE.
func TestIntervalsCoverTheTruth(t *testing.T) {
	const trials = 400
	rng := rand.New(rand.NewPCG(5, 6))
	covered := 0
	for trial := range trials {
		d := Data{Y: make([]float64, 150), Pred: make([]float64, 150)}
		for i := range d.Y {
			d.Pred[i] = 2 * rng.NormFloat64()
		}
		b := Bootstrap{Resamples: 200, Level: 0.95, Method: "percentile"}
		got := intervals(t, b, d, []Metric{lookup(t, "rmse")}, uint64(trial))
		if got[0].Low <= 2 && 2 <= got[0].High {
			covered++
		}
	}
	// Binomial: 95 % of 400 with a standard deviation of 4.4. The percentile
	// interval of a root of squares falls a little short of its level.
	require.InDelta(t, 0.95*trials, covered, 3*4.4)
}

func BenchmarkIntervals(b *testing.B) {
	d := draw(Regression, 4128, rand.New(rand.NewPCG(1, 2)))
	d.W = nil
	for b.Loop() {
		_, err := NewBootstrap().Intervals(ctx, d, All(Regression), 42)
		require.NoError(b, err)
	}
}
