package serving

import (
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"example.com/engine/serving/wire"
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
