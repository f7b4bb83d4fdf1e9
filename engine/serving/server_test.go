package serving

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/must"
	"example.com/engine/serving/servingtest"
)

// metricsText is what Prometheus would read.
func metricsText(t testing.TB, s *Server) string {
	t.Helper()
	w := httptest.NewRecorder()
	s.metrics.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	require.Equal(t, http.StatusOK, w.Code)
	return w.Body.String()
}

// syncBuffer may be written and read at the same time.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// A server that is told to stop says so at once, answers what it has accepted,
// and accepts no more.
func TestStopFinishesWhatWasAccepted(t *testing.T) {
	settings := Default()
	settings.Time.Drain = 100 * time.Millisecond
	s := newTestServer(t, settings, io.Discard)
	address, stop := listening(t, s)
	conn := must.Get(net.Dial("tcp", address))(t)
	defer conn.Close()
	half := len(servingtest.ToyRow) / 2
	_, err := fmt.Fprintf(conn, "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(servingtest.ToyRow), servingtest.ToyRow[:half])
	require.NoError(t, err)
	require.Eventually(t, func() bool { return strings.Contains(metricsText(t, s), "serve_requests_in_flight 1") }, time.Minute, time.Millisecond)

	prober, err := net.Dial("tcp", address) // before, so that it matters not how long the drain is on a busy machine
	require.NoError(t, err)
	defer prober.Close()
	stopped := make(chan error, 1)
	go func() { stopped <- stop() }()
	require.Eventually(t, s.stopping.Load, time.Minute, time.Millisecond)
	must.Get(io.WriteString(prober, "GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n"))(t)
	ready, err := http.ReadResponse(bufio.NewReader(prober), nil)
	require.NoError(t, err)
	ready.Body.Close()
	assert.Equal(t, http.StatusServiceUnavailable, ready.StatusCode, "while it drains it answers, and sends new clients elsewhere")
	time.Sleep(2 * settings.Time.Drain)
	select {
	case <-stopped:
		t.Fatal("it stopped before it answered")
	default:
	}
	must.Get(io.WriteString(conn, servingtest.ToyRow[half:]))(t)
	r, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	r.Body.Close()
	assert.Equal(t, http.StatusOK, r.StatusCode)
	assert.NoError(t, <-stopped)
	assert.Error(t, must.Err(net.Dial("tcp", address)))
}

func TestStopGivesUpOnWhoNeverEnds(t *testing.T) {
	settings := Default()
	settings.Time.Stop = 50 * time.Millisecond
	s := newTestServer(t, settings, io.Discard)
	address, stop := listening(t, s)
	conn := must.Get(net.Dial("tcp", address))(t)
	defer conn.Close()
	_, err := io.WriteString(conn, "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{")
	require.NoError(t, err)
	require.Eventually(t, func() bool { return strings.Contains(metricsText(t, s), "serve_requests_in_flight 1") }, time.Minute, time.Millisecond)
	assert.ErrorContains(t, stop(), "requests were not finished within 50ms")
}

// A panic is an answer that tells nothing, and a log that tells all.
func TestPanic(t *testing.T) {
	var log syncBuffer
	s := newTestServer(t, Default(), &log)
	r := gin.New()
	r.Use(s.observe)
	r.GET("/before", func(*gin.Context) { panic("secret") })
	r.GET("/after", func(c *gin.Context) { c.String(http.StatusOK, "half"); c.Writer.Flush(); panic("secret") })
	h := httptest.NewServer(r)
	defer h.Close()
	status, body := servingtest.Get(t, h.URL+"/before")
	assert.Equal(t, http.StatusInternalServerError, status)
	assert.NotContains(t, body, "secret")
	assert.Contains(t, log.String(), "secret")
	assert.Contains(t, log.String(), "server_test.go")
	a, err := http.Get(h.URL + "/after")
	require.NoError(t, err)
	defer a.Body.Close()
	assert.Error(t, must.Err(io.ReadAll(a.Body)), "an answer that has begun is cut short")
}

func TestLogsAndMetrics(t *testing.T) {
	var log syncBuffer
	s := newTestServer(t, Default(), &log)
	h := httptest.NewServer(s.routes())
	defer h.Close()
	send := func(id, path, body string) *http.Response {
		r := must.Get(http.NewRequest(http.MethodPost, h.URL+path, strings.NewReader(body)))(t)
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("X-Request-Id", id)
		a, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		a.Body.Close()
		return a
	}
	assert.Equal(t, "my-id_1.2", send("my-id_1.2", "/predict", "["+servingtest.ToyRow+","+servingtest.With("size", "300")+"]").Header.Get("X-Request-Id"))
	assert.Regexp(t, "^[0-9a-f]{16}$", send("evil id", "/predict", "{}").Header.Get("X-Request-Id"))
	assert.Regexp(t, "^[0-9a-f]{16}$", send(strings.Repeat("a", 65), "/predict/", "{}").Header.Get("X-Request-Id"))
	_, _ = servingtest.Get(t, h.URL+"/healthz")
	_, _ = servingtest.Get(t, h.URL+"/predict")
	brew := must.Get(http.NewRequest("BREW", h.URL+"/predict", nil))(t)
	r, err := http.DefaultClient.Do(brew)
	require.NoError(t, err)
	r.Body.Close()

	var lines []map[string]any
	for line := range strings.Lines(log.String()) {
		var entry map[string]any
		require.NoError(t, json.Unmarshal([]byte(line), &entry), line)
		if entry["msg"] == "request" {
			lines = append(lines, entry)
		}
	}
	require.Len(t, lines, 5, "all but the probe")
	assert.Equal(t, "my-id_1.2", lines[0]["request"])
	assert.EqualValues(t, 2, lines[0]["rows"])
	assert.Equal(t, s.champion.Load().Model.Version(), lines[0]["model"])
	assert.Equal(t, "INFO", lines[0]["level"])
	assert.Equal(t, "WARN", lines[1]["level"])
	assert.Equal(t, "3 values are not as they must be", lines[1]["problem"])
	assert.EqualValues(t, 404, lines[2]["status"])
	assert.EqualValues(t, 405, lines[3]["status"])

	text := metricsText(t, s)
	version := s.champion.Load().Model.Version()
	for _, want := range []string{
		`serve_requests_total{code="200",method="POST",route="/predict"} 1`,
		`serve_requests_total{code="422",method="POST",route="/predict"} 1`,
		`serve_requests_total{code="404",method="POST",route="other"} 1`,
		`serve_requests_total{code="405",method="other",route="other"} 1`,
		`serve_request_duration_seconds_count{route="/predict"} 2`,
		`serve_rows_total{model="` + version + `"} 2`,
		`serve_prediction_count{model="` + version + `"} 2`,
		`serve_warnings_total{check="above",column="size",model="` + version + `"} 1`,
		`serve_model_info{estimator="ridge",model="` + version + `",task="regression"} 1`,
		"go_goroutines", "serve_requests_in_flight 0",
	} {
		assert.Contains(t, text, want)
	}
}

func TestQuietLog(t *testing.T) {
	settings := Default()
	settings.Log = Log{Format: "text", Requests: "problems"}
	var log syncBuffer
	s := newTestServer(t, settings, &log)
	h := httptest.NewServer(s.routes())
	defer h.Close()
	_, _ = servingtest.Post(t, h.URL+"/predict", "application/json", servingtest.ToyRow)
	assert.NotContains(t, log.String(), "msg=request")
	_, _ = servingtest.Post(t, h.URL+"/predict", "application/json", "")
	assert.Contains(t, log.String(), "level=WARN msg=request")
}

func TestClassMetrics(t *testing.T) {
	s, url := startServer(t, servingtest.Toy(t, "kind"), Default())
	_, _ = servingtest.Post(t, url+"/predict", "application/json", `{"size":30,"rooms":1,"city":"bern"}`)
	text := metricsText(t, s)
	assert.Contains(t, text, `serve_predicted_class_total{class="flat",model="`)
	assert.Regexp(t, `class="flat",model="\w+"} 1`, text)
	assert.Regexp(t, `class="house",model="\w+"} 0`, text)
}

// Answers have their length, short ones and long ones, so that no client has to
// take them in chunks.
func TestAnswersHaveALength(t *testing.T) {
	_, url := startServer(t, servingtest.Toy(t, "price"), Default())
	for _, rows := range []int{1, 500} {
		body := "[" + strings.Repeat(servingtest.ToyRow+",", rows-1) + servingtest.ToyRow + "]"
		r, err := http.Post(url+"/predict", "application/json", strings.NewReader(body))
		require.NoError(t, err)
		text, err := io.ReadAll(r.Body)
		require.NoError(t, errors.Join(err, r.Body.Close()))
		require.Equal(t, http.StatusOK, r.StatusCode)
		assert.Equal(t, rows > 1, len(text) > counted)
		assert.Equal(t, strconv.Itoa(len(text)), r.Header.Get("Content-Length"))
		assert.Equal(t, "application/json", r.Header.Get("Content-Type"))
	}
}

func TestHealthcheck(t *testing.T) {
	s := newTestServer(t, Default(), io.Discard)
	address, _ := listening(t, s)
	_, port, err := net.SplitHostPort(address)
	require.NoError(t, err)
	settings := Default()
	settings.Address = ":" + port
	assert.NoError(t, Healthcheck(settings))
	s.stopping.Store(true)
	assert.ErrorContains(t, Healthcheck(settings), "not ready: 503")
}

func TestProfilesAreApart(t *testing.T) {
	settings := Default()
	settings.Admin = "127.0.0.1:0"
	var log syncBuffer
	s := newTestServer(t, settings, &log)
	stop := must.Get(s.profile())(t)
	defer stop()
	var entry struct{ Msg, Address string }
	for line := range strings.Lines(log.String()) {
		require.NoError(t, json.Unmarshal([]byte(line), &entry))
	}
	require.Equal(t, "profiles", entry.Msg)
	status, _ := servingtest.Get(t, "http://"+entry.Address+"/debug/pprof/cmdline")
	assert.Equal(t, http.StatusOK, status)
	h := httptest.NewServer(s.routes())
	defer h.Close()
	status, _ = servingtest.Get(t, h.URL+"/debug/pprof/cmdline")
	assert.Equal(t, http.StatusNotFound, status)
}
