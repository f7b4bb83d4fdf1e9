package metrics_test

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
	"gonum.org/v1/gonum/stat"

	"example.com/engine/metrics"
	"example.com/engine/metrics/metricstest"
	"example.com/engine/must"
)

var ctx = context.Background()

func lookup(t testing.TB, name string) metrics.Metric {
	t.Helper()
	return must.Get(metrics.Lookup(name))(t)
}

func intervals(t testing.TB, b metrics.Bootstrap, d metrics.Data, list []metrics.Metric, seed uint64) []metrics.Interval {
	t.Helper()
	return must.Get(b.Intervals(ctx, d, list, seed))(t)
}

// The interval of a mean is known: 1.96 standard errors to each side.
func TestIntervalOfAMean(t *testing.T) {
	d := metricstest.Rows(metrics.Regression, 2000, rand.New(rand.NewPCG(1, 2)))
	d.W = nil
	errors := make([]float64, len(d.Y))
	for i := range errors {
		errors[i] = math.Abs(d.Y[i] - d.Pred[i])
	}
	mean, sd := stat.MeanStdDev(errors, nil)
	se := sd / math.Sqrt(2000)
	got := intervals(t, metrics.NewBootstrap(), d, []metrics.Metric{lookup(t, "mae")}, 42)
	require.InDelta(t, mean, got[0].Estimate, 1e-12)
	// With 1,000 resamples the error of se itself is 1/√2000, and a 2.5 %
	// quantile is known to 0.085 standard errors: three times each.
	require.InEpsilon(t, se, got[0].StdErr, 0.07)
	require.InDelta(t, mean-1.96*se, got[0].Low, 0.26*se)
	require.InDelta(t, mean+1.96*se, got[0].High, 0.26*se)
}

func TestIntervalsAreTheSameBitsAtAnyNumberOfCPUs(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, task := range []metrics.Task{metrics.Regression, metrics.Binary, metrics.Multiclass} {
		d := metricstest.Rows(task, 200, rand.New(rand.NewPCG(1, 2)))
		var want []metrics.Interval
		for _, cpus := range []int{1, 2, 7} {
			runtime.GOMAXPROCS(cpus)
			b := metrics.Bootstrap{Resamples: 100, Level: 0.9}
			got := intervals(t, b, d, metrics.All(task), 42)
			if cpus == 1 {
				want = got
			}
			require.Equal(t, want, got)
		}
		for _, i := range want {
			require.True(t, i.Bounded(), i.None)
		}
	}
}

func TestUndefinedResamplesAreCounted(t *testing.T) {
	d := metricstest.Rows(metrics.Binary, 20, rand.New(rand.NewPCG(1, 2)))
	d.W = nil
	clear(d.Y)
	d.Y[3] = 1 // a resample misses it with probability (19/20)²⁰ = 36 %
	got := intervals(t, metrics.NewBootstrap(), d, []metrics.Metric{lookup(t, "roc_auc")}, 42)
	require.InDelta(t, 358, got[0].Undefined, 46) // three standard deviations
	require.True(t, got[0].Defined())
	d.Y[3] = 0
	got = intervals(t, metrics.NewBootstrap(), d, []metrics.Metric{lookup(t, "roc_auc")}, 42)
	require.Equal(t, 1000, got[0].Undefined)
	require.False(t, got[0].Defined())
}

func TestNoRows(t *testing.T) {
	b := metrics.Bootstrap{Resamples: 100, Level: 0.9}
	got := intervals(t, b, metrics.Data{}, []metrics.Metric{lookup(t, "rmse")}, 42)
	require.False(t, got[0].Defined())
}

// Ten copies of each row tell no more than one: by group the interval stays as
// wide, by row it shrinks by √10.
func TestGroupsAreDrawnTogether(t *testing.T) {
	d := metricstest.Rows(metrics.Regression, 100, rand.New(rand.NewPCG(1, 2)))
	var rows []int
	for i := range 1000 {
		rows = append(rows, i%100)
	}
	copies := d.Take(rows)
	width := func(d metrics.Data) float64 {
		got := intervals(t, metrics.NewBootstrap(), d, []metrics.Metric{lookup(t, "mae")}, 42)
		return got[0].High - got[0].Low
	}
	one, byRow := width(d), width(copies)
	copies.Groups = make([]uint64, len(rows))
	for i, row := range rows {
		copies.Groups[i] = uint64(row)
	}
	require.InEpsilon(t, one, width(copies), 1e-9)
	require.InEpsilon(t, one/math.Sqrt(10), byRow, 0.15)
}

func TestRowsWithoutWeightDoNotCount(t *testing.T) {
	d := metrics.Data{Y: make([]float64, 100), Pred: make([]float64, 100), W: make([]float64, 100)}
	for i := range d.Y {
		d.Pred[i] = 1e6
		if i%2 == 0 {
			d.Pred[i], d.W[i] = float64(i%4), 3
		}
	}
	got := intervals(t, metrics.NewBootstrap(), d, []metrics.Metric{lookup(t, "mae")}, 42)
	require.Equal(t, 1.0, got[0].Estimate)
	require.LessOrEqual(t, got[0].High, 2.0)
	d.Groups = make([]uint64, 100)
	got = intervals(t, metrics.NewBootstrap(), d, []metrics.Metric{lookup(t, "mae")}, 42)
	require.Equal(t, 1.0, got[0].Estimate)
	require.False(t, got[0].Bounded())
	require.Equal(t, "too few groups: 1, and it takes 10", got[0].None)
}

// A group with a third of the rows weighs as many: ten such groups are worth few.
func TestUnequalGroupsAreWorthFewer(t *testing.T) {
	d := metricstest.Rows(metrics.Regression, 300, rand.New(rand.NewPCG(1, 2)))
	d.W, d.Groups = nil, make([]uint64, 300)
	for i := range d.Groups {
		d.Groups[i] = uint64(max(0, i-100) / 20)
	}
	got := intervals(t, metrics.NewBootstrap(), d, []metrics.Metric{lookup(t, "rmse")}, 42)
	require.Equal(t, "too few groups: 10 of unequal size, worth 5.0 of one size, and it takes 10", got[0].None)
	require.Equal(t, 10, got[0].Units)
}

func TestIntervalAsJSON(t *testing.T) {
	there := metrics.Difference{Interval: metrics.Interval{Estimate: 1, Low: 0, High: 2, StdErr: 0.5, Units: 40, Kind: "groups"}, Worse: 0.1}
	none := metrics.Difference{Interval: metrics.Interval{Estimate: 1, Low: math.NaN(), High: math.NaN(), StdErr: math.NaN(), Kind: "rows", None: "few"}, Worse: math.NaN()}
	for _, c := range []struct {
		metrics.Difference
		text string
	}{
		{there, `{"estimate":1,"low":0,"high":2,"std_err":0.5,"units":40,"kind":"groups","worse":0.1}`},
		{none, `{"estimate":1,"low":null,"high":null,"std_err":null,"units":0,"kind":"rows","none":"few"}`},
	} {
		data := must.Get(json.Marshal(c.Difference))(t)
		require.JSONEq(t, c.text, string(data))
		back := must.JSON[metrics.Difference](t, data)
		require.Equal(t, fmt.Sprint(c.Difference), fmt.Sprint(back))
		alone := must.JSON[metrics.Interval](t, data)
		require.Equal(t, fmt.Sprint(c.Interval), fmt.Sprint(alone))
	}
}

func TestBootstrapStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := metrics.NewBootstrap().Intervals(ctx, metricstest.Rows(metrics.Regression, 10, rand.New(rand.NewPCG(1, 2))), metrics.All(metrics.Regression), 42)
	require.ErrorIs(t, err, context.Canceled)
}

func BenchmarkIntervals(b *testing.B) {
	d := metricstest.Rows(metrics.Regression, 4128, rand.New(rand.NewPCG(1, 2)))
	d.W = nil
	for b.Loop() {
		must.Get(metrics.NewBootstrap().Intervals(ctx, d, metrics.All(metrics.Regression), 42))(b)
	}
}

// The calibration error of probabilities that come true is near 0, where its logarithm
// has no bounds: an interval once reached from 0 to 2.5.
func TestIntervalOfAnECENearZero(t *testing.T) {
	y, proba := make([]float64, 2000), mat.NewDense(2000, 2, nil)
	for i := range y {
		proba.SetRow(i, []float64{0.9799, 0.0201})
		if i%50 == 0 {
			y[i] = 1
		}
	}
	ece := must.Get(metrics.Lookup("ece"))(t)
	d := metrics.Data{Y: y, Proba: proba}
	got := must.Get(metrics.Bootstrap{Resamples: 200, Level: 0.95}.Intervals(ctx, d, []metrics.Metric{ece}, 1))(t)
	require.GreaterOrEqual(t, got[0].Low, 0.0)
	require.LessOrEqual(t, got[0].Low, got[0].Estimate)
	require.Less(t, got[0].High, 0.02)
}

// With a handful of positive rows the error is wide, not the metric: an MCC once reached
// down to -1.65, a Brier score up to 5973, and a difference in precision to 331 %.
func TestIntervalsHoldNothingThatAMetricCannotBe(t *testing.T) {
	list, within := []metrics.Metric{}, map[string][2]float64{"mcc": {-1, 1}, "cost_1_20": {0, 20}}
	for _, name := range []string{"mcc", "cost_1_20", "brier", "precision", "recall", "f1", "balanced_accuracy", "ece"} {
		list = append(list, lookup(t, name))
	}
	inside := func(i metrics.Interval, low, high float64, name string) {
		if i.Bounded() {
			require.GreaterOrEqual(t, i.Low, low, name)
			require.LessOrEqual(t, i.High, high, name)
		}
	}
	data := func(found, called int) metrics.Data { // of 3 positive rows, and as many negative ones are called so
		d := metrics.Data{Y: make([]float64, 600), Pred: make([]float64, 600), Proba: mat.NewDense(600, 2, nil)}
		for i := range d.Y {
			p := 0.0001
			if i < 3 {
				d.Y[i] = 1
			}
			if i < found || i >= 3 && i < 3+called {
				d.Pred[i], p = 1, 0.9999
			}
			d.Proba.SetRow(i, []float64{1 - p, p})
		}
		return d
	}
	b, wide := metrics.Bootstrap{Resamples: 200, Level: 0.95}, 0
	for _, d := range []metrics.Data{data(1, 0), data(2, 0), data(2, 1), data(3, 1), data(3, 3)} {
		one := must.Get(b.Intervals(ctx, d, list, 1))(t)
		two := must.Get(b.Differences(ctx, d, data(2, 5), list, 1))(t)
		for k, m := range list {
			w, ok := within[m.Name]
			if !ok {
				w = [2]float64{0, 1}
			}
			inside(one[k], w[0], w[1], m.Name)
			inside(two[k].Interval, w[0]-w[1], w[1]-w[0], m.Name)
			if one[k].Bounded() {
				wide++
			}
		}
	}
	require.Greater(t, wide, 20)
}
