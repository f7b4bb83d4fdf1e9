package model

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/engine/metrics"
)

const boosted = "estimator: {gradient_boosting_regressor: {max_iter: 500, learning_rate: 0.06}}\n"

// BenchmarkPredictRow asks for one row through the whole pipeline: derived
// columns, imputer, scaler, cluster similarity, one-hot, 500 trees, interval.
func BenchmarkPredictRow(b *testing.B) {
	r := recipe(b, boosted)
	train := homes(b, 16_000)
	m := fitted(b, r, train)
	row := train.Slice(0, 1)
	b.ReportAllocs()
	for b.Loop() {
		_, _ = m.Predict(row)
	}
}

// BenchmarkCrossValidation compares five folds on all processors with five
// times a fit on one, divided by the processors. Each fold's fit has four
// fifths of the rows, so 0.8 is perfect.
func BenchmarkCrossValidation(b *testing.B) {
	r := recipe(b, boosted+"intervals: {method: none}\n")
	train := homes(b, 16_000)
	folds, err := r.Folds(train)
	require.NoError(b, err)
	metric, err := DecidingMetric(Regression, "rmse")
	require.NoError(b, err)
	var fit, crossed time.Duration
	cores := runtime.GOMAXPROCS(0)
	for b.Loop() {
		runtime.GOMAXPROCS(1)
		start := time.Now()
		fitted(b, r, train)
		fit += time.Since(start)
		runtime.GOMAXPROCS(cores)
		start = time.Now()
		_, err := r.CrossValidate(context.Background(), train, folds, []metrics.Metric{metric}, func() {})
		require.NoError(b, err)
		crossed += time.Since(start)
	}
	b.ReportMetric(crossed.Seconds()/(float64(len(folds))*fit.Seconds()/float64(cores)), "of-5-fits")
}
