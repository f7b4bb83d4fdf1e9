package serving

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"example.com/engine/serving/wire"
)

// Prepare makes the engine name, log and count every request, answer it if it
// panics, and refuse what no route takes.
func (s *Server) Prepare(r *gin.Engine) {
	r.HandleMethodNotAllowed = true
	r.RedirectTrailingSlash = false
	r.Use(s.observe)
	r.NoRoute(func(c *gin.Context) {
		s.Refuse(c, wire.NewProblem(http.StatusNotFound, "there is nothing at %s", c.Request.URL.Path))
	})
	r.NoMethod(func(c *gin.Context) {
		s.Refuse(c, wire.NewProblem(http.StatusMethodNotAllowed, "%s takes %s", c.Request.URL.Path, c.Writer.Header().Get("Allow")))
	})
}

// MountPredictions answers predictions, and questions about them.
func (s *Server) MountPredictions(r gin.IRoutes) {
	r.POST("/predict", s.Admit, s.predict)
	r.POST("/explain", s.Admit, s.explain)
	r.POST("/whatif", s.Admit, s.whatIf)
}

// MountOperations answers those who run the server: probes, and the metrics.
func (s *Server) MountOperations(r gin.IRoutes) {
	Get(r, "/healthz", s.alive)
	Get(r, "/readyz", s.ready)
	Get(r, "/metrics", s.Admit, gin.WrapH(s.metrics))
}

// Get answers GET and HEAD.
func Get(r gin.IRoutes, path string, h ...gin.HandlerFunc) {
	r.GET(path, h...)
	r.HEAD(path, h...)
}

// Admit lets a request pass that carries a key, where one is needed, and whose
// client has not sent too many.
func (s *Server) Admit(c *gin.Context) {
	n := notesOf(c)
	client := n.remote
	if s.keys != nil {
		name, ok := s.keys.owner(c.Request)
		if !ok {
			c.Header("WWW-Authenticate", "Bearer")
			s.Refuse(c, wire.NewProblem(http.StatusUnauthorized, "send an API key, as \"Authorization: Bearer KEY\" or as \"X-API-Key: KEY\""))
			return
		}
		client, n.client = name, name
	}
	if !s.limits.clients.allow(client) {
		p := wire.NewProblem(http.StatusTooManyRequests, "more than %v requests a second", s.settings.Limits.Rate)
		p.RetryAfter = 1
		s.Refuse(c, p)
	}
}

// alive tells that the process answers.
func (s *Server) alive(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"status": "alive"}) }

// ready tells whether requests should be sent here.
func (s *Server) ready(c *gin.Context) {
	if s.StillServing(c) {
		c.JSON(http.StatusOK, gin.H{"status": "ready", "model": s.champion.Load().Model.Version()})
	}
}

// StillServing tells whether the server is not about to stop; else it refuses.
func (s *Server) StillServing(c *gin.Context) bool {
	if s.stopping.Load() {
		s.Refuse(c, wire.NewProblem(http.StatusServiceUnavailable, "the server is stopping"))
		return false
	}
	return true
}

// Healthcheck asks the server with these settings, on this machine, whether it
// is ready.
func Healthcheck(settings Settings) error {
	host, port, err := net.SplitHostPort(settings.Address)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(host); host == "" || ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	scheme := "http"
	if settings.TLS.Certificate != "" {
		scheme = "https"
	}
	client := http.Client{
		Timeout: 1500 * time.Millisecond,
		Transport: &http.Transport{
			// It talks to itself, by an address that its certificate need not name.
			TLSClientConfig: &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12},
		},
	}
	r, err := client.Get(scheme + "://" + net.JoinHostPort(host, port) + "/readyz")
	if err != nil {
		return err
	}
	defer r.Body.Close()
	if r.StatusCode != http.StatusOK {
		return fmt.Errorf("not ready: %s", r.Status)
	}
	return nil
}
