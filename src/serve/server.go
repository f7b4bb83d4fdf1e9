package main

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
	"sync/atomic"
	"syscall"
	"time"
)

// server answers predictions of the champion.
type server struct {
	settings Settings
	path     string // of the model file
	seen     state  // of the model file when it was read
	champion atomic.Pointer[champion]
	stopping atomic.Bool
	log      *slog.Logger
	metrics  *metrics
	limits   *limits
	keys     *keys // nil if no key is needed
	recorder *recorder
}

// newServer returns a server for the model file at path. It logs to w.
func newServer(settings Settings, path string, w io.Writer) (*server, error) {
	s := &server{
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

// listenAndServe answers until the context ends, and then what was accepted
// before.
func (s *server) listenAndServe(ctx context.Context) error {
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
	return s.serve(ctx, l)
}

// serve answers on a listener until the context ends.
func (s *server) serve(ctx context.Context, l net.Listener) error {
	h := s.http()
	failed := make(chan error, 1)
	go func() { failed <- h.Serve(l) }()
	s.log.Info("ready", "address", l.Addr().String(), "model", s.champion.Load().model.Version())
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

func (s *server) http() *http.Server {
	t := s.settings.Time
	return &http.Server{
		Handler:           s.routes(),
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
