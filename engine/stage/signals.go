package stage

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
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
