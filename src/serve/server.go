package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
)

// server answers predictions of the champion.
type server struct {
	settings Settings
	champion atomic.Pointer[champion]
	stopping atomic.Bool
	log      *slog.Logger
}

// newServer returns a server for the model file at path. It logs to w.
func newServer(settings Settings, path string, w io.Writer) (*server, error) {
	s := &server{settings: settings, log: slog.New(slog.NewJSONHandler(w, nil))}
	champion, err := loadChampion(path)
	if err != nil {
		return nil, err
	}
	s.champion.Store(champion)
	return s, nil
}

// listenAndServe answers until the context ends, and then what was accepted
// before.
func (s *server) listenAndServe(ctx context.Context) error {
	l, err := net.Listen("tcp", s.settings.Address)
	if err != nil {
		return err
	}
	return s.serve(ctx, l)
}

func (s *server) serve(ctx context.Context, l net.Listener) error {
	t := s.settings.Time
	h := &http.Server{
		Handler:           s.routes(),
		ReadHeaderTimeout: t.Header,
		ReadTimeout:       t.Read,
		WriteTimeout:      t.Write,
		IdleTimeout:       t.Idle,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
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
	patience, cancel := context.WithTimeout(context.Background(), t.Stop)
	defer cancel()
	if err := h.Shutdown(patience); err != nil {
		return errors.Join(fmt.Errorf("requests were not finished within %v", t.Stop), h.Close())
	}
	s.log.Info("stopped")
	return nil
}
