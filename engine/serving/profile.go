package serving

import (
	"net"
	"net/http"
	"net/http/pprof"
)

// profile serves net/http/pprof on the loopback address of the settings until
// stop is called.
func (s *Server) profile() (stop func(), err error) {
	l, err := net.Listen("tcp", s.settings.Admin)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	h := &http.Server{Handler: mux, ReadHeaderTimeout: s.settings.Time.Header}
	go func() { _ = h.Serve(l) }() // until Close
	s.log.Info("profiles", "address", l.Addr().String())
	return func() { h.Close() }, nil
}
