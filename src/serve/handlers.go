package main

import (
	"net/http"
	"sync"

	"github.com/gin-gonic/gin"
)

// routes returns what answers requests.
func (s *server) routes() http.Handler {
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.HandleMethodNotAllowed = true
	r.RedirectTrailingSlash = false
	r.NoRoute(func(c *gin.Context) {
		newProblem(http.StatusNotFound, "there is nothing at %s", c.Request.URL.Path).send(c)
	})
	r.NoMethod(func(c *gin.Context) {
		newProblem(http.StatusMethodNotAllowed, "%s takes %s", c.Request.URL.Path, c.Writer.Header().Get("Allow")).send(c)
	})
	r.GET("/healthz", func(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"status": "alive"}) })
	r.GET("/readyz", s.ready)
	r.POST("/predict", s.predict)
	return r
}

// ready tells whether requests should be sent here.
func (s *server) ready(c *gin.Context) {
	if s.stopping.Load() {
		newProblem(http.StatusServiceUnavailable, "the server is stopping").send(c)
		return
	}
	c.JSON(http.StatusOK, gin.H{"status": "ready", "model": s.champion.Load().model.Version()})
}

var decoders = sync.Pool{New: func() any { return new(decoder) }}

// predict answers for a row or a list of rows.
func (s *server) predict(c *gin.Context) {
	if p := requireType(c, "application/json"); p != nil {
		p.send(c)
		return
	}
	buf := buffers.Get().(*[]byte)
	defer giveBack(buf)
	var p *problem
	if *buf, p = read(c, (*buf)[:0], s.settings.Limits.BodyBytes); p != nil {
		p.send(c)
		return
	}
	champion := s.champion.Load()
	f := champion.inputs.take()
	defer f.giveBack()
	d := decoders.Get().(*decoder)
	defer decoders.Put(d)
	d.reset(*buf, f, s.settings.Limits.Rows)
	list, err := d.document()
	switch {
	case err != nil:
		unreadable(err).send(c)
	case d.any():
		invalid(d.faults).send(c)
	default:
		s.answer(c, champion, f, list)
	}
}

func (s *server) answer(c *gin.Context, champion *champion, f *frame, list bool) {
	at := func(row int) place { return place{"", row} }
	if !list {
		at = func(int) place { return place{"", -1} }
	}
	a, wrong := champion.predict(f, s.settings.Strict, at)
	if wrong.any() {
		invalid(wrong).send(c)
		return
	}
	buf := buffers.Get().(*[]byte)
	defer giveBack(buf)
	w := answerWriter{champion: champion, frame: f, answers: a, place: at, buf: (*buf)[:0]}
	if list {
		w.list()
	} else {
		w.one()
	}
	*buf = w.buf
	c.Data(http.StatusOK, "application/json", w.buf)
}
