package stage

import (
	"io"
	"os"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// Progress is a bar on the terminal for work that takes longer than about a
// second. In a pipe it prints nothing. It is safe for concurrent use, and a
// Writer that counts bytes.
type Progress struct {
	mu      sync.Mutex
	out     io.Writer // nil: silent
	total   int64
	what    string
	done    int64
	bytes   bool // are counted
	started time.Time
	bar     *progressbar.ProgressBar
}

// patience is how long work may take before its bar appears.
const patience = time.Second

// Progress starts a bar for total steps, or for an unknown number where total
// is negative.
func (s *Stage) Progress(total int64, what string) *Progress {
	p := &Progress{total: total, what: s.Name + ": " + what, started: time.Now()}
	if f, ok := s.stderr.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		p.out = f
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bar = p
	return p
}

// Add counts n more steps.
func (p *Progress) Add(n int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done += n
	if p.out == nil || p.bar == nil && time.Since(p.started) < patience {
		return
	}
	if p.bar == nil {
		p.bar = progressbar.NewOptions64(p.total,
			progressbar.OptionSetWriter(p.out),
			progressbar.OptionSetDescription(p.what),
			progressbar.OptionSetWidth(30),
			progressbar.OptionShowCount(),
			progressbar.OptionShowBytes(p.bytes),
			progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionClearOnFinish(),
		)
	}
	_ = p.bar.Set64(p.done) // What the bar can't draw is no reason to stop.
}

// Write counts the bytes of b.
func (p *Progress) Write(b []byte) (int, error) {
	p.mu.Lock()
	p.bytes = true
	p.mu.Unlock()
	p.Add(int64(len(b)))
	return len(b), nil
}

// Close removes the bar. Its error is always nil.
func (p *Progress) Close() error {
	p.clear()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.out, p.bar = nil, nil
	return nil
}

// clear makes room for a line of text; the bar comes again with the next step.
func (p *Progress) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil {
		_ = p.bar.Clear()
	}
}
