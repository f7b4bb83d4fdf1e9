package tests

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/must"
)

// loop is a project in use: its programs, its settings and a server.
type loop struct {
	t                  *testing.T
	dir, configs, work string
	server             string
	asked              int    // rows
	seen               string // every problem that was answered
}

// The loop that a model in use goes through, on the real programs: prices rise
// by half, which the prediction log and the truth show; retrain notices, and the
// gate takes the new candidate; the server, which nobody stops, goes on with it,
// and goes back with a rollback.
func TestLoop(t *testing.T) {
	t.Parallel()
	dir := must.Get(project())(t)
	l := &loop{t: t, dir: dir, configs: t.TempDir(), work: t.TempDir()}
	require.NoError(t, copyTree(filepath.Join(dir, "configs", "ridge"), l.configs))
	before := l.table("before.csv", 1)
	after := l.table("after.csv", 1.5)
	l.write("data.yaml", "fetch: {source: "+before+"}\n")
	l.write("serve.yaml", "predictions: {folder: reports/predictions, every: 1ms}\nreload: {every: 5ms}\nlog: {requests: problems}\n")
	l.write("retrain.yaml", "drift: off\n") // the incomes stay, the prices don't
	l.make("promote")
	l.serve()
	first := l.version()

	rows := readRows(t, after)[:300]
	l.predict(rows)
	l.feedback(rows)
	out := l.make("retrain", "SOURCE="+after)
	assert.Contains(t, out, "retrain: reason: rmse is")
	assert.Contains(t, out, "promote: the candidate is champion")
	second := l.reloaded(first)

	// Nothing speaks against the new one: it was asked nothing yet.
	out = l.make("retrain", "SOURCE="+after)
	assert.Contains(t, out, "the feedback is about another model")
	assert.Contains(t, out, "retrain: the champion stays")
	assert.NotContains(t, out, "promote:")
	l.predict(rows)
	l.feedback(rows)
	assert.Contains(t, l.make("retrain", "SOURCE="+after), "is not surely more than 10 % worse")

	l.make("rollback")
	assert.Equal(t, first, l.reloaded(second))
	assert.Empty(t, l.seen, "no request was lost")

	// Rows of another place than those of the training are drift.
	l.write("retrain.yaml", "drift: warning\n")
	for _, row := range rows {
		row["median_income"] = "14.5"
	}
	l.predict(rows)
	out = l.make("retrain", "SOURCE="+before)
	assert.Contains(t, out, `retrain: reason: drift: column "median_income"`)
}

// table writes every fifth row of the project's with other prices.
func (l *loop) table(name string, times float64) string {
	l.t.Helper()
	records := must.Get(census(l.dir))(l.t)
	kept, price := records[:1], slices.Index(records[0], "median_house_value")
	for i := 1; i < len(records); i += 5 {
		v := must.Get(strconv.ParseFloat(records[i][price], 64))(l.t)
		records[i][price] = strconv.Itoa(int(min(500001, times*v)))
		kept = append(kept, records[i])
	}
	path := filepath.Join(l.t.TempDir(), name)
	require.NoError(l.t, writeRecords(path, kept))
	return path
}

func (l *loop) write(file, text string) {
	l.t.Helper()
	require.NoError(l.t, os.WriteFile(filepath.Join(l.configs, file), []byte(text), 0o600))
}

// make runs a target and returns what it printed.
func (l *loop) make(args ...string) string {
	l.t.Helper()
	cmd := command(l.dir, "make", append([]string{"-s", "CONFIG=" + l.configs, "WORK=" + l.work}, args...)...)
	out, err := cmd.Output()
	require.NoError(l.t, err, "make %v: %s", args, out)
	return string(out)
}

// serve runs the server until the test ends.
func (l *loop) serve() {
	l.t.Helper()
	free := must.Get(net.Listen("tcp", "127.0.0.1:0"))(l.t)
	address := free.Addr().String()
	require.NoError(l.t, free.Close())
	cmd := exec.Command(filepath.Join(l.dir, "bin", "serve"), "-config", l.configs, "-work", l.work, "-address", address)
	var log bytes.Buffer
	cmd.Stderr = &log
	require.NoError(l.t, cmd.Start())
	l.t.Cleanup(func() {
		assert.NoError(l.t, cmd.Process.Signal(syscall.SIGTERM))
		assert.NoError(l.t, cmd.Wait())
		if l.t.Failed() {
			l.t.Log(log.String())
		}
	})
	l.server = "http://" + address
	require.Eventually(l.t, func() bool { return l.version() != "" }, time.Minute, 10*time.Millisecond)
}

// version is the model that answers, "" while there is none.
func (l *loop) version() string {
	r, err := http.Get(l.server + "/readyz")
	if err != nil {
		return ""
	}
	defer r.Body.Close()
	var ready struct{ Model string }
	_ = json.NewDecoder(r.Body).Decode(&ready) // no model is none
	return ready.Model
}

// reloaded waits until another model answers.
func (l *loop) reloaded(before string) string {
	l.t.Helper()
	var now string
	require.Eventually(l.t, func() bool { now = l.version(); return now != "" && now != before }, time.Minute, 5*time.Millisecond)
	return now
}

// predict asks for each row, by the name of its place.
func (l *loop) predict(rows []map[string]string) {
	l.t.Helper()
	for i, row := range rows {
		var members []string
		for name, v := range row {
			if name != "median_house_value" {
				members = append(members, fmt.Sprintf("%q:%s", name, v))
			}
		}
		r, err := http.NewRequest(http.MethodPost, l.server+"/predict", strings.NewReader("{"+strings.Join(members, ",")+"}"))
		require.NoError(l.t, err)
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("X-Request-Id", fmt.Sprint("house-", i))
		answer, err := http.DefaultClient.Do(r)
		require.NoError(l.t, err)
		if said := body(l.t, answer); answer.StatusCode != http.StatusOK {
			l.seen += said
		}
	}
	l.asked += len(rows)
	want := fmt.Sprintf(`serve_predictions_logged_total{result="written"} %d`, l.asked)
	require.Eventually(l.t, func() bool { return strings.Contains(l.metrics(), want+"\n") }, time.Minute, 5*time.Millisecond)
}

func (l *loop) metrics() string {
	r, err := http.Get(l.server + "/metrics")
	require.NoError(l.t, err)
	return body(l.t, r)
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	defer r.Body.Close()
	data := must.Get(io.ReadAll(r.Body))(t)
	return string(data)
}

// feedback joins the truth of the rows.
func (l *loop) feedback(rows []map[string]string) {
	l.t.Helper()
	var b strings.Builder
	b.WriteString("request,median_house_value\n")
	for i, row := range rows {
		fmt.Fprintf(&b, "house-%d,%s\n", i, row["median_house_value"])
	}
	path := filepath.Join(l.t.TempDir(), "truth.csv")
	require.NoError(l.t, os.WriteFile(path, []byte(b.String()), 0o600))
	assert.Contains(l.t, l.make("feedback", "FILE="+path), fmt.Sprintf("feedback: %d rows of model", len(rows)))
}

func readRows(t *testing.T, path string) []map[string]string {
	t.Helper()
	records := must.Get(readCSV(path))(t)
	var rows []map[string]string
	for i := 1; i < len(records); i += (len(records) - 1) / 300 {
		row := map[string]string{}
		for k, v := range records[i] {
			row[records[0][k]] = v
		}
		rows = append(rows, row)
	}
	return rows
}
