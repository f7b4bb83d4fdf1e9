package metrics_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/metrics"
	"example.com/engine/metrics/metricstest"
)

func TestContract(t *testing.T) {
	for _, task := range []metrics.Task{metrics.Regression, metrics.Binary, metrics.Multiclass} {
		require.NotEmpty(t, metrics.All(task))
		for _, m := range metrics.All(task) {
			t.Run(string(task)+" "+m.Name, func(t *testing.T) {
				m.Tasks = []metrics.Task{task}
				metricstest.Run(t, m)
			})
		}
	}
}

func TestRegisterRefuses(t *testing.T) {
	rmse, err := metrics.Lookup("rmse")
	require.NoError(t, err)
	require.PanicsWithValue(t, "metrics: two metrics are named rmse", func() { metrics.Register(rmse) })
	require.Panics(t, func() { metrics.Register(metrics.Metric{Name: "empty"}) })
}
