package serving

import "context"

// Stop makes the server tell that it stops.
func (s *Server) Stop() { s.stopping.Store(true) }

// CloseLog writes the predictions that wait.
func (s *Server) CloseLog(ctx context.Context) error { return s.recorder.close(ctx) }

// Recorded are the predictions kept in a folder.
var Recorded = recorded
