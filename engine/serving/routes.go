package serving

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
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

// certificate is the server's own, read again on SIGHUP.
type certificate struct {
	files   TLS
	current atomic.Pointer[tls.Certificate]
}

// loadCertificate returns nil where the settings name none.
func loadCertificate(files TLS) (*certificate, error) {
	if files.Certificate == "" {
		return nil, nil
	}
	c := &certificate{files: files}
	return c, c.load()
}

func (c *certificate) load() error {
	pair, err := tls.LoadX509KeyPair(c.files.Certificate, c.files.Key)
	if err != nil {
		return fmt.Errorf("tls: %w", err)
	}
	c.current.Store(&pair)
	return nil
}

func (c *certificate) listener(l net.Listener) net.Listener {
	return tls.NewListener(l, &tls.Config{
		MinVersion:     tls.VersionTLS12,
		NextProtos:     []string{"h2", "http/1.1"},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.current.Load(), nil },
	})
}

// keys are the API keys that a request may carry, read again on SIGHUP.
type keys struct {
	path    string
	current atomic.Pointer[[]apiKey]
}

// apiKey is held as its hash, which takes the same time to compare whatever
// was sent.
type apiKey struct {
	name string
	hash [sha256.Size]byte
}

// minKey is how long a key must be, so that it can't be guessed.
const minKey = 16

// load reads the file: a name and a key on each line, # for a comment.
func (k *keys) load() error {
	data, err := os.ReadFile(k.path)
	if err != nil {
		return fmt.Errorf("API keys: %w", err)
	}
	var list []apiKey
	for i, line := range bytes.Split(data, []byte("\n")) {
		fields := strings.Fields(string(line))
		switch {
		case len(fields) == 0 || strings.HasPrefix(fields[0], "#"):
		case len(fields) != 2:
			return fmt.Errorf("API keys: %s:%d: a line is a name and a key", k.path, i+1)
		case len(fields[1]) < minKey:
			return fmt.Errorf("API keys: %s:%d: the key of %s is shorter than %d characters", k.path, i+1, fields[0], minKey)
		default:
			list = append(list, apiKey{fields[0], sha256.Sum256([]byte(fields[1]))})
		}
	}
	if len(list) == 0 {
		return errors.New("API keys: " + k.path + " holds none")
	}
	k.current.Store(&list)
	return nil
}

// owner returns the name of the key that the request carries, in
// "Authorization: Bearer KEY" or in "X-API-Key: KEY".
func (k *keys) owner(r *http.Request) (name string, ok bool) {
	sent := r.Header.Get("X-API-Key")
	if scheme, token, found := strings.Cut(r.Header.Get("Authorization"), " "); found && strings.EqualFold(scheme, "Bearer") {
		sent = strings.TrimSpace(token)
	}
	hash := sha256.Sum256([]byte(sent))
	for _, key := range *k.current.Load() {
		if subtle.ConstantTimeCompare(hash[:], key.hash[:]) == 1 {
			name, ok = key.name, true
		}
	}
	return name, ok
}
