// Package serving answers predictions of a model over HTTP: it opens the champion,
// takes up a new one when its file changes, admits requests within limits, and
// counts, logs and keeps what it answered.
//
// A program opens a Server, has it prepare a gin engine, mounts what it is to
// answer, and listens:
//
//	s, err := serving.Open(work, settings, os.Stderr)
//	r := gin.New()
//	s.Prepare(r)
//	s.MountPredictions(r)
//	err = s.ListenAndServe(ctx, r)
//
// Package wire reads and checks the rows of a request, without HTTP; the packages
// v2, mlflow and pages mount other protocols and the pages for people. A protocol
// describes a Request: how to read the rows into a wire.Decoder, and how to write
// the answer with a Writer. Every prediction as JSON goes through Server.Answer.
package serving

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"time"

	"example.com/engine/results"
)

// Server answers predictions of the champion.
type Server struct {
	settings Settings
	path     string // of the model file
	seen     state  // of the model file when it was read
	champion atomic.Pointer[Champion]
	stopping atomic.Bool
	log      *slog.Logger
	metrics  *metrics
	limits   *limits
	keys     *keys // nil if no key is needed
	recorder *recorder
	dialects []dialect
	derive   []func(*Champion) error
}

// Open returns a server for the champion below the folder work. It logs to w.
func Open(work string, settings Settings, w io.Writer) (*Server, error) {
	return New(settings, filepath.Join(work, filepath.FromSlash(results.Champion)), w)
}

// New returns a server for the model file at path. It logs to w.
func New(settings Settings, path string, w io.Writer) (*Server, error) {
	s := &Server{
		settings: settings, path: path,
		log: newLog(settings.Log, w), metrics: newMetrics(), limits: newLimits(settings.Limits),
	}
	if settings.APIKeys != "" {
		s.keys = &keys{path: settings.APIKeys}
		if err := s.keys.load(); err != nil {
			return nil, err
		}
	}
	if err := s.load(); err != nil {
		return nil, err
	}
	var err error
	s.recorder, err = s.openLog()
	return s, err
}

// Champion returns the model being served. Two calls may return different models.
func (s *Server) Champion() *Champion { return s.champion.Load() }

// Settings returns those that the server was opened with.
func (s *Server) Settings() Settings { return s.settings }

// Name returns the model's name, for protocols that ask for a model by name.
func (s *Server) Name() string { return s.settings.Name }

// ListenAndServe answers until the context ends, and then what was accepted
// before.
func (s *Server) ListenAndServe(ctx context.Context, h http.Handler) error {
	certificate, err := loadCertificate(s.settings.TLS)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", s.settings.Address)
	if err != nil {
		return err
	}
	if s.settings.Admin != "" {
		stop, err := s.profile()
		if err != nil {
			return errors.Join(err, l.Close())
		}
		defer stop()
	}
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	go s.watch(ctx, hangup, certificate)
	l = s.limits.listener(l)
	if certificate != nil {
		l = certificate.listener(l)
	}
	return s.Serve(ctx, l, h)
}

// Serve answers on a listener until the context ends.
func (s *Server) Serve(ctx context.Context, l net.Listener, routes http.Handler) error {
	h := s.http(routes)
	failed := make(chan error, 1)
	go func() { failed <- h.Serve(l) }()
	s.log.Info("ready", "address", l.Addr().String(), "model", s.champion.Load().Model.Version())
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	s.stopping.Store(true)
	s.log.Info("stopping")
	time.Sleep(s.settings.Time.Drain)
	patience, cancel := context.WithTimeout(context.Background(), s.settings.Time.Stop)
	defer cancel()
	if err := h.Shutdown(patience); err != nil {
		return errors.Join(fmt.Errorf("requests were not finished within %v", s.settings.Time.Stop), h.Close(), s.recorder.close(patience))
	}
	if err := s.recorder.close(patience); err != nil {
		return err
	}
	s.log.Info("stopped")
	return nil
}

func (s *Server) http(routes http.Handler) *http.Server {
	t := s.settings.Time
	return &http.Server{
		Handler:           routes,
		ReadHeaderTimeout: t.Header,
		ReadTimeout:       t.Read,
		WriteTimeout:      t.Write,
		IdleTimeout:       t.Idle,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
}

// newLog returns the log that the settings describe.
func newLog(settings Log, w io.Writer) *slog.Logger {
	if settings.Format == "text" {
		return slog.New(slog.NewTextHandler(w, nil))
	}
	return slog.New(slog.NewJSONHandler(w, nil))
}
