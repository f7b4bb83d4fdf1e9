package interop

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// compareTestRows sends every test row to the server and compares its answers
// with those that evaluate wrote, bit for bit.
func compareTestRows(t *testing.T, server, work string) {
	rows, want := testRows(t, work)
	faults := differing(t, server, work, rows, want)
	assert.Empty(t, faults, "rows that differ")
	t.Logf("%d rows compared", len(rows))
}

// seesSkew plants skews between training and serving, each as small as they come
// in practice, and asserts that the comparison turns red.
func seesSkew(t *testing.T, server, work string) {
	rows, want := testRows(t, work)
	rows, want = rows[:300], want[:300]
	require.Empty(t, differing(t, server, work, rows, want))

	bit := slices.Clone(want)
	for column, i := range map[string]int{"predicted": 17, "upper": 42} {
		v, err := strconv.ParseFloat(want[i][column], 64)
		if err != nil {
			continue // a class, or a model without intervals
		}
		bit[i] = maps.Clone(want[i])
		bit[i][column] = strconv.FormatFloat(math.Nextafter(v, math.Inf(1)), 'g', -1, 64)
		assert.Len(t, differing(t, server, work, rows[i:i+1], bit[i:i+1]), 1, "the last bit of %s", column)
	}

	single := make([]map[string]string, len(rows)) // numbers on their way through 32 bits
	for i, row := range rows {
		single[i] = maps.Clone(row)
		for column, field := range row {
			if v, err := strconv.ParseFloat(field, 64); err == nil {
				single[i][column] = strconv.FormatFloat(float64(float32(v)), 'f', -1, 64)
			}
		}
	}
	assert.NotEmpty(t, differing(t, server, work, single, want), "inputs in single precision")

	shifted := append(slices.Clone(rows[1:]), rows[0])
	assert.Greater(t, len(differing(t, server, work, shifted, want)), len(rows)/2, "answers in another order")
}

// testRows returns the test rows and what evaluate wrote of them.
func testRows(t *testing.T, work string) (rows, want []map[string]string) {
	t.Helper()
	rows = readCSV(t, filepath.Join(work, "data", "processed", "test.csv"))
	want = readCSV(t, filepath.Join(work, "reports", "predictions.csv"))
	require.NotEmpty(t, want)
	require.Len(t, rows, len(want))
	return rows, want
}

// differing sends the rows and tells of each that is not answered as wanted.
func differing(t *testing.T, server, work string, rows, want []map[string]string) (faults []string) {
	t.Helper()
	columns := inputs(t, filepath.Join(work, "models", "champion", "model.zip"))
	const batch = 500
	for from := 0; from < len(rows); from += batch {
		to := min(from+batch, len(rows))
		var body []map[string]any
		for _, row := range rows[from:to] {
			body = append(body, request(t, columns, row))
		}
		for i, got := range predict(t, server, body) {
			if fault := got.differs(want[from+i]); fault != "" {
				faults = append(faults, fmt.Sprintf("row %d: %s", from+i, fault))
			}
		}
	}
	return faults
}

// column is one input, as the model's head describes it.
type column struct {
	Name string
	Type string
}

// inputs reads the columns of a request from the model file.
func inputs(t *testing.T, path string) []column {
	t.Helper()
	archive, err := zip.OpenReader(path)
	require.NoError(t, err)
	defer archive.Close()
	data, err := fs.ReadFile(archive, "head.json")
	require.NoError(t, err)
	var head struct {
		Schema struct {
			Target  string
			Columns []column
		}
	}
	require.NoError(t, json.Unmarshal(data, &head))
	var columns []column
	for _, c := range head.Schema.Columns {
		if c.Name != head.Schema.Target {
			columns = append(columns, c)
		}
	}
	require.NotEmpty(t, columns)
	return columns
}

// request makes the object that a client would send for a row of test.csv.
// A number is sent as it is written there, so that no digit is lost on the way.
func request(t *testing.T, columns []column, row map[string]string) map[string]any {
	t.Helper()
	object := map[string]any{}
	for _, c := range columns {
		field, ok := row[c.Name]
		require.True(t, ok, "test.csv has no column %q", c.Name)
		switch {
		case field == "":
			object[c.Name] = nil
		case c.Type == "number" || c.Type == "integer":
			object[c.Name] = json.Number(field)
		default:
			object[c.Name] = field
		}
	}
	return object
}

// answer is what the server says of one row: a number, or a class with the
// probability of each.
type answer struct {
	Prediction    any
	Probabilities map[string]json.Number
	Interval      *struct{ Lower, Upper *json.Number } // null is without end
}

// differs says where the answer is not what evaluate wrote, "" when it is.
func (a answer) differs(row map[string]string) string {
	if got := fmt.Sprint(a.Prediction); !same(got, row["predicted"]) {
		return fmt.Sprintf("served %s, evaluated %s", got, row["predicted"])
	}
	if a.Interval != nil {
		for column, end := range map[string]*json.Number{"lower": a.Interval.Lower, "upper": a.Interval.Upper} {
			if end != nil && !same(end.String(), row[column]) {
				return fmt.Sprintf("%s: served %s, evaluated %s", column, end, row[column])
			}
		}
	}
	for class, p := range a.Probabilities {
		if want := row["p_"+class]; !same(p.String(), want) {
			return fmt.Sprintf("probability of %s: served %s, evaluated %s", class, p, want)
		}
	}
	return ""
}

// same tells whether two texts are the same bits as numbers, or else the same.
func same(a, b string) bool {
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	if errX != nil || errY != nil {
		return a == b
	}
	return x == y
}

// predict asks the server for the rows and returns its answers.
func predict(t *testing.T, server string, rows []map[string]any) []answer {
	t.Helper()
	body, err := json.Marshal(rows)
	require.NoError(t, err)
	r, err := http.Post(server+"/predict", "application/json", bytes.NewReader(body))
	require.NoError(t, err)
	defer r.Body.Close()
	require.Equal(t, http.StatusOK, r.StatusCode)
	var all struct{ Predictions []answer }
	decoder := json.NewDecoder(r.Body)
	decoder.UseNumber()
	require.NoError(t, decoder.Decode(&all))
	require.Len(t, all.Predictions, len(rows))
	return all.Predictions
}

// readCSV returns the rows as maps from column to field.
func readCSV(t *testing.T, path string) []map[string]string {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	require.NotEmpty(t, records, path)
	rows := make([]map[string]string, 0, len(records)-1)
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, field := range record {
			row[records[0][i]] = field
		}
		rows = append(rows, row)
	}
	return rows
}
