package serving

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/serving/servingtest"
)

// indices are what /metrics tells of drift, by column.
func indices(t *testing.T, s *Server) map[string]float64 {
	t.Helper()
	found := map[string]float64{}
	for _, m := range regexp.MustCompile(`serve_drift_psi\{column="(.*)",model="\w+"\} (\S+)`).FindAllStringSubmatch(metricsText(t, s), -1) {
		v, err := strconv.ParseFloat(m[2], 64)
		require.NoError(t, err)
		found[m[1]] = v
	}
	return found
}

// askAll sends rows in lists of a size.
func askAll(t *testing.T, url string, rows []string, size int) {
	t.Helper()
	for from := 0; from < len(rows); from += size {
		status, body := servingtest.Post(t, url+"/predict", "application/json", "["+strings.Join(rows[from:min(from+size, len(rows))], ",")+"]")
		require.Equal(t, http.StatusOK, status, body)
	}
}

// Rows like those of the training have a small index in every column; when one column
// is in another unit, that column and what is predicted have a large one.
func TestDriftMetric(t *testing.T) {
	c := theCensus(t)
	s, url := startServer(t, c.path, Default())
	rows := c.requests(s)
	mixed := rand.New(rand.NewPCG(1, 2)) // the file's order is that of places
	mixed.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	askAll(t, url, rows[:400], 400)
	assert.Empty(t, indices(t, s), "of few rows it means nothing")
	askAll(t, url, rows[400:2000], 400)
	calm := indices(t, s)
	assert.Len(t, calm, 9, "eight inputs and the prediction")
	for column, v := range calm {
		assert.Less(t, v, 0.1, column)
	}
	for i := range rows {
		rows[i] = regexp.MustCompile(`"median_income":`).ReplaceAllString(rows[i], `${0}1`) // 1.7 becomes 11.7
	}
	s, url = startServer(t, c.path, Default())
	askAll(t, url, rows[:2000], 400)
	shifted := indices(t, s)
	assert.Greater(t, shifted["median_income"], 1.0)
	assert.Greater(t, shifted["prediction"], 0.25)
	delete(shifted, "median_income")
	delete(shifted, "prediction")
	for column, v := range shifted {
		assert.Less(t, v, 0.1, column)
	}
	assert.Contains(t, metricsText(t, s), "serve_drift_rows{model=")
}

// Categories, nulls and classes drift as well.
func TestDriftOfCategories(t *testing.T) {
	settings := Default()
	settings.DriftRows = 100
	s, url := startServer(t, servingtest.Toy(t, "kind"), settings)
	ask := func(city string) map[string]float64 {
		rows := make([]string, 60)
		for i := range rows {
			heat := []string{`"gas"`, `"wood"`, "null"}[i%3]
			rows[i] = servingtest.With("size", fmt.Sprint(20+2*i), "city", city, "heat", heat)
		}
		askAll(t, url, rows, 60)
		askAll(t, url, rows, 60)
		return indices(t, s)
	}
	psi := ask(`"rome"`)
	assert.Greater(t, psi["city"], 1.0, "an unseen one")
	assert.Less(t, psi["heat"], 0.05, "with its nulls")
	assert.Less(t, psi["prediction"], 0.25)
	assert.NotContains(t, psi, "note", "of a text nothing is known")
}

// The window forgets: after as many rows as it has, nothing is left of those
// before.
func TestDriftWindowForgets(t *testing.T) {
	settings := Default()
	settings.DriftRows = 100
	s, url := startServer(t, servingtest.Toy(t, "price"), settings)
	ask := func(size string, n int) {
		for range n {
			_, _ = servingtest.Post(t, url+"/predict", "application/json", servingtest.With("size", size))
		}
	}
	ask("199", 100)
	before := indices(t, s)["size"]
	for i := range 120 {
		ask(fmt.Sprint(20+i), 1)
	}
	assert.Less(t, indices(t, s)["size"], before/4)
	text := metricsText(t, s)
	assert.Regexp(t, `serve_drift_rows\{model="\w+"\} (5\d|[6-9]\d)\n`, text)
}

// A model from before there were profiles is served without.
func TestModelWithoutProfile(t *testing.T) {
	s, url := startServer(t, servingtest.Toy(t, "price"), Default())
	c := s.champion.Load()
	c.Model.Profile = nil
	again := newChampion(c.Model, Default())
	again.derived = c.derived
	again.metrics = s.metrics.serve(again, 5000)
	s.champion.Store(again)
	status, body := servingtest.Post(t, url+"/predict", "application/json", servingtest.With("rooms", "70"))
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, body, `"warnings":[]`)
	assert.NotContains(t, metricsText(t, s), "serve_drift")
}

// A value that the schema allows, beyond those of the training rows, is
// answered with a warning, also where values that it forbids are refused.
func TestBeyondTraining(t *testing.T) {
	settings := Default()
	settings.Strict = true
	for _, settings := range []Settings{Default(), settings} {
		_, url := startServer(t, servingtest.Toy(t, "price"), settings)
		for _, c := range []struct{ column, value, detail string }{
			{"size", "150", "is above 139, the greatest that the model was fitted on"},
			{"size", "19.5", "is below 20, the least that the model was fitted on"},
			{"built", `"1900-01-01"`, "is below 1934-10-10T06:19:42Z, the least"},
			{"built", `"2024-01-01"`, "is above 2006-06-30T00:39:23Z, the greatest"},
		} {
			status, body := servingtest.Post(t, url+"/predict", "application/json", servingtest.With(c.column, c.value))
			require.Equal(t, http.StatusOK, status, body)
			assert.Contains(t, body, `"warnings":[{"pointer":"#/`+c.column+`","detail":"`+c.detail)
		}
		_, body := servingtest.Post(t, url+"/predict", "application/json", servingtest.With("size", "139", "built", "null"))
		assert.Contains(t, body, `"warnings":[]`)
	}
}
