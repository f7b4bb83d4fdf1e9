package evaluation

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/claimtest"
	"example.com/engine/metrics"
	"example.com/engine/model"
	"example.com/engine/parallel"
	"example.com/engine/random"
	"example.com/engine/report"
	"example.com/engine/results"
	"example.com/engine/table"
)

// Of a model that is as good for everyone, hardly any card says that it is weak for some; of one that is much worse for
// some, nearly all do.
func TestClaimWeakSlices(t *testing.T) {
	runs := claimtest.Runs(24, 600)
	for _, c := range []struct {
		claim     string
		worse     float64 // errors where place0 is 0, over those elsewhere
		low, high float64
	}{
		{"cards that name a weak slice of 20 where there is none", 1, 0, 0.05 + 3*math.Sqrt(0.05*0.95/float64(runs))},
		{"cards that name a weak slice whose errors are twice as large", 2, 0.95, 1},
	} {
		named := make([]bool, runs)
		err := parallel.Try(runs, func(run int) error {
			weak, err := weakOf(uint64(run), c.worse)
			named[run] = len(weak) > 0
			return err
		})
		require.NoError(t, err)
		count := 0.0
		for _, is := range named {
			if is {
				count++
			}
		}
		claimtest.Within(t, c.claim, count/float64(runs), c.low, c.high, runs)
	}
}

// weakOf is what a card says of the slices of 800 rows by five columns of four categories.
func weakOf(seed uint64, worse float64) ([]string, error) {
	const rows = 800
	rng := random.New(seed, "weak")
	places := make([][]string, 5)
	y, answers := make([]float64, rows), make([]float64, rows)
	for i := range rows {
		for j := range places {
			places[j] = append(places[j], fmt.Sprint(rng.IntN(4)))
		}
		off := rng.NormFloat64()
		if places[0][i] == "0" {
			off *= worse
		}
		answers[i] = rng.NormFloat64()
		y[i] = answers[i] + off
	}
	cols := []*table.Column{table.Floats("y", y)}
	for j, p := range places {
		cols = append(cols, table.Categories(fmt.Sprintf("place%d", j), p))
	}
	metric, err := metrics.Lookup("rmse")
	if err != nil {
		return nil, err
	}
	e := &Evaluation{Model: &model.Model{Task: model.Regression}, Config: model.DefaultConfig(), Metric: metric, Test: table.Must(cols...)}
	e.Model.Schema.Target, e.Config.Seed = "y", seed
	e.Config.Evaluation.Bootstrap.Resamples = 200
	e.Answers = model.Prediction{Values: answers}
	e.Data = e.Answers.Data(y)
	m := results.Metrics{
		Task: model.Regression, Metric: "rmse", Level: e.Config.Evaluation.Bootstrap.Level,
		Test: map[string]metrics.Interval{"rmse": {Estimate: metric.Score(e.Data)}},
	}
	m.Slices, err = e.slices(context.Background(), []metrics.Metric{metric})
	m.Slices = m.Slices[2:] // by target and prediction they differ, as they should
	return report.Card{Metrics: m}.Weak(), err
}
