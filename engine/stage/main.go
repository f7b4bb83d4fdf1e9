package stage

import (
	"context"
	"flag"
	"io"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"example.com/engine/command"
)

// grace is how long a stage may take to notice that its context has ended.
const grace = 3 * time.Second

// signals ends the context when the user or the system asks the program to
// stop.
type signals struct {
	ctx    context.Context
	cancel context.CancelFunc
	hold   sync.Mutex // held while outputs take their places

	caught chan os.Signal
	mu     sync.Mutex
	got    syscall.Signal
}

func watch(s *Stage) *signals {
	w := &signals{caught: make(chan os.Signal, 2)}
	w.ctx, w.cancel = context.WithCancel(context.Background())
	signal.Notify(w.caught, os.Interrupt, syscall.SIGTERM)
	go func() {
		select {
		case got := <-w.caught:
			w.set(got)
		case <-w.ctx.Done():
			return
		}
		w.cancel()
		select { // The work should end by itself; if not, or if asked twice, it is ended.
		case <-w.caught:
		case <-time.After(grace):
		}
		w.hold.Lock()
		_ = s.clearTemporaries() // The next run tries again.
		os.Exit(w.status())
	}()
	return w
}

func (w *signals) set(got os.Signal) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.got, _ = got.(syscall.Signal)
}

// status is the exit status that a signal asks for, or 0.
func (w *signals) status() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.got == 0 {
		return 0
	}
	return 128 + int(w.got)
}

func (w *signals) stop() {
	signal.Stop(w.caught)
	w.cancel()
}

// Option adds to what Main does.
type Option func(*program)

type program struct {
	flags []func(*flag.FlagSet)
	keep  bool
}

// Flags declares flags of the program's own. Values that the outputs depend
// on belong in a [Stage.Param].
func Flags(declare func(*flag.FlagSet)) Option {
	return func(p *program) { p.flags = append(p.flags, declare) }
}

// KeepOutputs leaves files in their place that an earlier run made and this
// one does not.
func KeepOutputs() Option {
	return func(p *program) { p.keep = true }
}

// Main runs the stage and ends the program: with status 0, 1 after an error,
// which is printed as `clean: what: why`, 2 for wrong flags, 130 after an
// interrupt and 143 after SIGTERM.
func Main(name string, run func(*Stage) error, options ...Option) {
	os.Exit(Exec(name, os.Args[1:], os.Stdout, os.Stderr, run, options...))
}

// Exec is Main without its end; it returns the status.
func Exec(name string, args []string, stdout, stderr io.Writer, run func(*Stage) error, options ...Option) int {
	var p program
	for _, o := range options {
		o(&p)
	}
	s := &Stage{Name: name, keep: p.keep, params: map[string]any{}, facts: map[string]any{}, stdout: stdout, stderr: stderr}
	line := command.New(name, stderr, func(fs *flag.FlagSet) { s.declare(fs, p.flags) })
	if status, ok := line.Parse(args); !ok {
		return status
	}
	s.signals = watch(s)
	defer s.signals.stop()
	err := line.Measure(func() error { return s.dispatch(run) })
	if status := s.signals.status(); status != 0 {
		s.notify("interrupted")
		return status
	}
	s.clearBar()
	return line.Status(err)
}

func (s *Stage) declare(fs *flag.FlagSet, more []func(*flag.FlagSet)) {
	fs.StringVar(&s.configDir, "config", "configs", "`folder` with the settings")
	fs.StringVar(&s.work, "work", ".", "`folder` below which data, models and reports are")
	fs.StringVar(&s.whyFile, "why", "", "tell whether and why the stage would run; `file` carries what earlier stages would remake")
	fs.BoolVar(&s.timing, "timing", false, "tell when the stage last ran, for how long and in how much memory")
	for _, declare := range more {
		declare(fs)
	}
}

func (s *Stage) dispatch(run func(*Stage) error) error {
	if s.timing {
		return s.printTiming()
	}
	return run(s)
}

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
