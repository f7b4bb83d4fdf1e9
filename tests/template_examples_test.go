package tests

import (
	"math"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"

	"example.com/engine/must"
)

// The bundled table of penguins goes through whole: three classes, told apart.
func TestPenguins(t *testing.T) {
	t.Parallel()
	table := must.Get(filepath.Abs("../data/external/penguins.csv"))(t)
	work, out := makeAll(t, "../configs/penguins", "SOURCE="+table)
	assert.Regexp(t, `evaluate: gradient_boosting_classifier, test log_loss 0\.0\d+`, out)
	assert.FileExists(t, filepath.Join(work, "models/champion/model.zip"))
	assert.FileExists(t, filepath.Join(work, "reports/index.html"))
}

// The bundled weather goes through whole: the test rows come after all others,
// with both places of a day, and the forecast is surely better than that the
// next day is as warm.
func TestWeather(t *testing.T) {
	t.Parallel()
	table := must.Get(filepath.Abs("../data/external/weather.csv"))(t)
	work, out := makeAll(t, "../configs/weather", "SOURCE="+table)
	assert.Contains(t, out, "features: 2190 train rows, 728 test rows, the latest by date\n")
	assert.FileExists(t, filepath.Join(work, "models/champion/model.zip"))

	train, test := readTable(t, work, "train"), readTable(t, work, "test")
	last, places := train["date"][len(train["date"])-1], map[string]int{}
	var squares float64
	for i, date := range test["date"] {
		assert.Greater(t, date, last, "test row %d", i)
		places[test["location"][i]]++
		squares += math.Pow(number(t, test["temp_max_next_day"][i])-number(t, test["temp_max"][i]), 2)
	}
	assert.Equal(t, map[string]int{"New York": 364, "Seattle": 364}, places)

	var metrics struct {
		Test map[string]struct{ Estimate, High float64 }
	}
	readJSON(t, work, "reports/metrics.json", &metrics)
	naive := math.Sqrt(squares / 728)
	assert.InDelta(t, 3.39, naive, 0.005, "as configs/weather/model.yaml says")
	assert.Less(t, metrics.Test["rmse"].High, naive)
	assert.InDelta(t, 2.98, metrics.Test["rmse"].Estimate, 0.005, "as the README says")
}

// readTable returns the columns of a table of data/processed.
func readTable(t *testing.T, work, name string) map[string][]string {
	t.Helper()
	records := must.Get(readCSV(filepath.Join(work, "data/processed", name+".csv")))(t)
	columns := map[string][]string{}
	for _, record := range records[1:] {
		for i, v := range record {
			columns[records[0][i]] = append(columns[records[0][i]], v)
		}
	}
	return columns
}

func number(t *testing.T, text string) float64 {
	t.Helper()
	return must.Get(strconv.ParseFloat(text, 64))(t)
}
