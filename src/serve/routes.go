package main

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

// routes returns what answers requests.
func (s *server) routes() http.Handler {
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.HandleMethodNotAllowed = true
	r.RedirectTrailingSlash = false
	r.Use(s.observe)
	r.NoRoute(func(c *gin.Context) {
		newProblem(http.StatusNotFound, "there is nothing at %s", c.Request.URL.Path).send(c)
	})
	r.NoMethod(func(c *gin.Context) {
		newProblem(http.StatusMethodNotAllowed, "%s takes %s", c.Request.URL.Path, c.Writer.Header().Get("Allow")).send(c)
	})
	get := func(path string, h ...gin.HandlerFunc) {
		r.GET(path, h...)
		r.HEAD(path, h...)
	}
	get("/healthz", s.alive)
	get("/readyz", s.ready)
	get("/metrics", s.admit, gin.WrapH(s.metrics))
	r.POST("/predict", s.admit, s.predict)
	r.POST("/explain", s.admit, s.explain)
	r.POST("/whatif", s.admit, s.whatIf)
	get("/", s.formPage)
	get("/docs", s.docsPage)
	get("/openapi.json", s.openapi)
	get("/ping", s.ping)
	get("/health", s.ping)
	get("/version", s.version)
	r.POST("/invocations", s.admit, s.invocations)
	s.inferenceRoutes(get, func(path string, h ...gin.HandlerFunc) { r.POST(path, h...) })
	return r
}

// admit lets a request pass that carries a key, where one is needed, and whose
// client has not sent too many.
func (s *server) admit(c *gin.Context) {
	n := notesOf(c)
	client := n.remote
	if s.keys != nil {
		name, ok := s.keys.owner(c.Request)
		if !ok {
			c.Header("WWW-Authenticate", "Bearer")
			newProblem(http.StatusUnauthorized, "send an API key, as \"Authorization: Bearer KEY\" or as \"X-API-Key: KEY\"").send(c)
			return
		}
		client, n.client = name, name
	}
	if !s.limits.clients.allow(client) {
		p := newProblem(http.StatusTooManyRequests, "more than %v requests a second", s.settings.Limits.Rate)
		p.retryAfter = 1
		p.send(c)
	}
}

// alive tells that the process answers.
func (s *server) alive(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"status": "alive"}) }

// ready tells whether requests should be sent here.
func (s *server) ready(c *gin.Context) {
	if s.stopping.Load() {
		newProblem(http.StatusServiceUnavailable, "the server is stopping").send(c)
		return
	}
	c.JSON(http.StatusOK, gin.H{"status": "ready", "model": s.champion.Load().model.Version()})
}
