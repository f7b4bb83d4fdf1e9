package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/predictionlog"
)

// recording is a server that keeps predictions, until stop.
func recording(t *testing.T, target string, settings Settings) (url string, stop func()) {
	t.Helper()
	s, err := newServer(settings, toy(t, target), io.Discard)
	require.NoError(t, err)
	h := httptest.NewServer(s.routes())
	return h.URL, func() {
		h.Close()
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		require.NoError(t, s.recorder.close(ctx))
	}
}

func recorded(t *testing.T, folder string) []predictionlog.Record {
	t.Helper()
	r, err := predictionlog.NewReader(folder)
	require.NoError(t, err)
	var all []predictionlog.Record
	for {
		record, err := r.Next()
		if errors.Is(err, io.EOF) {
			require.Zero(t, r.Skipped())
			return all
		}
		require.NoError(t, err)
		all = append(all, record)
	}
}

// Every row that is answered, by whatever protocol, is kept with what it was asked
// and its answer, under the name that the client has for it.
func TestPredictionsAreKept(t *testing.T) {
	settings := Default()
	settings.Predictions.Folder = filepath.Join(t.TempDir(), "predictions")
	settings.Predictions.Redact = map[string]string{"note": "drop"}
	url, stop := recording(t, "price", settings)
	r, err := http.Post(url+"/predict", "application/json", strings.NewReader("["+toyRow+","+with("size", "300")+"]"))
	require.NoError(t, err)
	answer, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	r.Body.Close()
	_, _ = post(t, url+"/predict", "application/json", with("size", `"x"`))
	status, csv := post(t, url+"/predict", "text/csv", toyHeader+"80,3,bern,,,\nx,3,bern,,,\n90,3,rome,,,\n")
	require.Equal(t, http.StatusOK, status)
	_, _ = post(t, url+"/invocations", "application/json", `{"instances":[`+toyRow+`]}`)
	_, _ = post(t, url+"/v2/models/model/infer", "application/json", strings.Replace(tensorsOfTwoRows, "OUTPUTS", "[]", 1))
	stop()

	all := recorded(t, settings.Predictions.Folder)
	require.Len(t, all, 2+2+1+2)
	id := r.Header.Get("X-Request-Id")
	assert.Equal(t, []any{id, 0, id, 1}, []any{all[0].Request, all[0].Row, all[1].Request, all[1].Row})
	assert.Equal(t, map[string]any{"size": 80.0, "rooms": 3.0, "city": "bern", "built": "1999-05-31T00:00:00Z", "heat": "gas"}, all[0].Inputs)
	assert.Contains(t, string(answer), `"prediction":`+formatNumber(all[1].Prediction.(float64)))
	assert.Equal(t, []int{0, 2}, []int{all[2].Row, all[3].Row}, "of CSV, the records are counted")
	assert.Contains(t, csv, "\n"+formatNumber(all[3].Prediction.(float64)))
	assert.Equal(t, "rome", all[3].Inputs["city"])
	for _, record := range all {
		assert.NotContains(t, record.Inputs, "note")
		assert.Less(t, *record.Lower, record.Prediction)
		assert.WithinDuration(t, time.Now(), record.Time, time.Hour)
	}
}

func TestClassesAreKept(t *testing.T) {
	settings := Default()
	settings.Predictions.Folder = t.TempDir()
	url, stop := recording(t, "kind", settings)
	_, _ = post(t, url+"/predict", "application/json", toyRow)
	stop()
	all := recorded(t, settings.Predictions.Folder)
	require.Len(t, all, 1)
	assert.Len(t, all[0].Probabilities, 3)
	assert.Contains(t, all[0].Probabilities, all[0].Prediction)
	assert.NotEmpty(t, all[0].Set)
}

// A folder that can't be written to costs no answer: it is told of once, and
// counted.
func TestPredictionsThatCannotBeKept(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	settings := Default()
	settings.Predictions.Folder, settings.Predictions.Every = filepath.Join(file, "predictions"), time.Millisecond
	var log syncBuffer
	s := newTestServer(t, settings, &log)
	h := httptest.NewServer(s.routes())
	defer h.Close()
	for range 5 {
		status, _ := post(t, h.URL+"/predict", "application/json", toyRow)
		assert.Equal(t, http.StatusOK, status)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	require.NoError(t, s.recorder.close(ctx))
	assert.Contains(t, metricsText(t, s), `serve_predictions_logged_total{result="failed"} 5`)
	assert.Equal(t, 1, strings.Count(log.String(), "predictions are not kept"))
}

// A name to redact that is no column's keeps the server from starting, since the
// column that was meant would be kept; a later model may lack it.
func TestRedactionOfWhatIsNotThere(t *testing.T) {
	settings := Default()
	settings.Predictions.Folder = t.TempDir()
	settings.Predictions.Redact = map[string]string{"notes": "drop"}
	_, err := newServer(settings, toy(t, "price"), io.Discard)
	require.ErrorContains(t, err, `predictions.redact: "notes" is not an input; did you mean "note"?`)

	settings.Predictions.Redact = nil
	var log syncBuffer
	s := newTestServer(t, settings, &log)
	s.settings.Predictions.Redact = map[string]string{"notes": "drop"}
	second, err := other()
	require.NoError(t, err)
	s.path = second
	require.NoError(t, s.load())
	assert.Contains(t, log.String(), "a column to redact is none of the model's")
}
