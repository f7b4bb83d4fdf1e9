package serving

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"runtime/debug"
	"slices"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"example.com/engine/predictionlog"
	"example.com/engine/serving/wire"
	"example.com/engine/table"
)

// notes are what the log tells of a request besides what HTTP shows.
type notes struct {
	id      string
	remote  string // address
	client  string // the name of its API key
	model   string
	rows    int
	problem string
}

const notesKey = "notes"

func notesOf(c *gin.Context) *notes { return c.MustGet(notesKey).(*notes) }

// observe surrounds every request: it names it, logs it, counts it, and turns
// a panic into an answer that tells nothing of the inside.
func (s *Server) observe(c *gin.Context) {
	start := time.Now()
	n := &notes{id: requestID(c.GetHeader("X-Request-Id")), remote: c.RemoteIP()}
	c.Set(notesKey, n)
	secure(c.Writer.Header(), n.id, s.settings.TLS.Certificate != "")
	s.metrics.inFlight.Inc()
	defer func() {
		v := recover()
		begun := c.Writer.Written()
		if v != nil {
			s.survive(c, n, v)
		}
		s.metrics.inFlight.Dec()
		took := time.Since(start)
		s.metrics.request(c.FullPath(), c.Request.Method, c.Writer.Status(), took)
		s.logRequest(c, n, took)
		if v != nil && begun {
			panic(http.ErrAbortHandler) // so that the client sees that the answer is cut short
		}
	}()
	c.Next()
}

// survive answers for a handler that panicked.
func (s *Server) survive(c *gin.Context, n *notes, v any) {
	if err, ok := v.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		n.problem = "the answer was cut short"
		return
	}
	s.log.Error("panic", "request", n.id, "value", fmt.Sprint(v), "stack", string(debug.Stack()))
	if !c.Writer.Written() {
		s.Refuse(c, wire.NewProblem(http.StatusInternalServerError, "the server failed; its log says more"))
	}
}

// quiet are the routes that are asked all the time and seldom looked at.
var quiet = map[string]bool{
	"/healthz": true, "/readyz": true, "/metrics": true, "/ping": true, "/health": true,
	"/v2/health/live": true, "/v2/health/ready": true,
}

func (s *Server) logRequest(c *gin.Context, n *notes, took time.Duration) {
	status := c.Writer.Status()
	level := slog.LevelInfo
	switch {
	case status >= http.StatusInternalServerError:
		level = slog.LevelError
	case status >= http.StatusBadRequest:
		level = slog.LevelWarn
	case n.problem != "":
		level = slog.LevelWarn
	case s.settings.Log.Requests == "problems" || quiet[c.FullPath()]:
		return
	}
	attrs := [...]slog.Attr{
		slog.String("request", n.id),
		slog.String("method", c.Request.Method),
		slog.String("path", c.Request.URL.Path),
		slog.Int("status", status),
		slog.Float64("ms", float64(took.Microseconds())/1000),
		slog.Int("bytes", max(0, c.Writer.Size())),
		slog.String("remote", n.remote),
		slog.String("client", n.client),
		slog.String("model", n.model),
		slog.Int("rows", n.rows),
		slog.String("problem", n.problem),
	}
	known := attrs[:0]
	for _, a := range attrs {
		if !a.Value.Equal(slog.StringValue("")) {
			known = append(known, a)
		}
	}
	s.log.LogAttrs(c.Request.Context(), level, "request", known...)
}

// maxID is how long a request's name from outside may be.
const maxID = 64

// requestID is the name that the client or a proxy gave, if it is a harmless
// one, or a new one.
func requestID(given string) string {
	if given == "" || len(given) > maxID {
		return newID()
	}
	for _, c := range []byte(given) {
		letter := 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9'
		if !letter && c != '-' && c != '_' && c != '.' {
			return newID()
		}
	}
	return given
}

// newID need not be secret, so it comes from the fast generator.
func newID() string {
	const digits = 16
	id := strconv.FormatUint(rand.Uint64()|1<<63, 16)
	return id[len(id)-digits:]
}

// secure sets the headers that every answer has. No answer may be kept by a
// cache, framed by another page or taken for another type than it says.
func secure(h http.Header, id string, https bool) {
	h["X-Request-Id"] = []string{id}
	h["X-Content-Type-Options"] = nosniff
	h["X-Frame-Options"] = deny
	h["Referrer-Policy"] = noReferrer
	h["Cache-Control"] = noStore
	h["Content-Security-Policy"] = nothing
	h["Cross-Origin-Resource-Policy"] = sameOrigin
	if https {
		h["Strict-Transport-Security"] = oneYear
	}
}

// The values are shared by all answers; nothing changes them in place.
var (
	nosniff    = []string{"nosniff"}
	deny       = []string{"DENY"}
	noReferrer = []string{"no-referrer"}
	noStore    = []string{"no-store"}
	nothing    = []string{"default-src 'none'; frame-ancestors 'none'"}
	sameOrigin = []string{"same-origin"}
	oneYear    = []string{"max-age=31536000"}
)

// recorder keeps what was asked and answered; a nil one keeps nothing.
type recorder struct{ log *predictionlog.Log }

// openLog returns the recorder of the settings. Trouble with the log is told of in
// the server's own log and counted; it is none of the clients'.
func (s *Server) openLog() (*recorder, error) {
	settings := s.settings.Predictions
	if settings.Folder == "" {
		return nil, nil
	}
	count := func(result string) func(int) {
		c := s.metrics.logged.WithLabelValues(result)
		return func(rows int) { c.Add(float64(rows)) }
	}
	log, err := predictionlog.Open(settings, predictionlog.Counts{
		Written: count("written"), Dropped: count("dropped"), Failed: count("failed"),
		Trouble: func(err error) {
			s.log.Warn("predictions are not kept: mount a folder that can be written to, or set predictions.folder to none", "error", err.Error())
		},
		Solved: func() { s.log.Info("predictions are kept again", "folder", settings.Folder) },
	})
	return &recorder{log}, err
}

// add keeps the rows of a frame that were answered. Number gives each row's
// name within the request; nil counts from 0.
func (r *recorder) add(request string, c *Champion, f *wire.Frame, a *Answers, number []int) {
	if r == nil {
		return
	}
	r.log.Add(&predictionlog.Rows{
		Source: c.source, Request: request, Columns: f.Columns, Place: a.place, Number: number,
		Values: a.Values, Lower: a.Lower, Upper: a.Upper, Codes: a.codes, Proba: a.Proba, Sets: a.Sets,
	})
}

// close writes what waits.
func (r *recorder) close(ctx context.Context) error {
	if r == nil {
		return nil
	}
	if err := r.log.Close(ctx); err != nil {
		return fmt.Errorf("the last predictions were not kept: %w", err)
	}
	return nil
}

// sourceOf is what the log tells of a champion with every row.
func (c *Champion) sourceOf() *predictionlog.Source {
	s := &predictionlog.Source{Model: c.Model.Version(), Classes: c.Model.Classes}
	for i := range c.Inputs.Columns {
		in := &c.Inputs.Columns[i]
		s.Columns = append(s.Columns, table.Field{Name: in.Name, Kind: in.Kind, Layout: in.Layout})
	}
	return s
}

// redacts checks that each column to redact is one of the champion's, since a
// name with a typo would keep what was to be left out.
func (c *Champion) redacts(s predictionlog.Settings) error {
	var strange []string
	for name := range s.Redact {
		if !c.Inputs.Has(name) {
			strange = append(strange, name)
		}
	}
	if len(strange) == 0 || s.Folder == "" {
		return nil
	}
	slices.Sort(strange)
	return fmt.Errorf("predictions.redact: %q %s", strange[0], c.Inputs.Unknown(strange[0]))
}
