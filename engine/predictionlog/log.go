package predictionlog

import (
	"context"
	"math/rand/v2"
	"runtime"
	"sync"
	"time"
)

// Log takes rows from many goroutines and writes them by one of its own.
// Whatever goes wrong with the files, Add neither waits nor fails: rows are lost
// and counted.
type Log struct {
	settings Settings
	counts   Counts
	files    files
	encoder  encoder
	failed   bool // the last write; only the writer's
	now      func() time.Time

	mu      sync.Mutex
	waiting []*batch
	rows    int // of those
	spare   *batch

	kick   chan struct{} // there are rows; holds one
	urgent chan struct{} // there are many; holds one
	stop   chan struct{}
	done   chan struct{}
}

// Counts are told of what becomes of rows. Each is called from any goroutine and
// must return at once; any may be nil.
type Counts struct {
	Written func(rows int)
	Dropped func(rows int)  // the queue was full
	Failed  func(rows int)  // the file could not be written
	Trouble func(err error) // the first of a series of failures
	Solved  func()          // the first success after them
}

func (c *Counts) fill() {
	for _, f := range []*func(int){&c.Written, &c.Dropped, &c.Failed} {
		if *f == nil {
			*f = func(int) {}
		}
	}
	if c.Trouble == nil {
		c.Trouble = func(error) {}
	}
	if c.Solved == nil {
		c.Solved = func() {}
	}
}

// Open begins a log. The folder is made, and tried, when there is something to
// write, so that a folder that can't be written to is no error here.
func Open(s Settings, c Counts) (*Log, error) {
	key, err := s.readKey()
	if err != nil {
		return nil, err
	}
	c.fill()
	l := &Log{
		settings: s, counts: c, now: time.Now,
		files:   files{folder: s.Folder, bytes: s.FileBytes, most: s.Files},
		encoder: encoder{redact: s.Redact, key: key},
		kick:    make(chan struct{}, 1), urgent: make(chan struct{}, 1),
		stop: make(chan struct{}), done: make(chan struct{}),
	}
	go l.write()
	return l, nil
}

// Add takes rows over. It copies what it needs of them.
func (l *Log) Add(r *Rows) {
	now := l.now()
	dropped := 0
	l.mu.Lock()
	empty := l.rows == 0
	b := l.batch(r.Source)
	for row := range r.len() {
		switch {
		case r.place(row) < 0 || l.settings.Sample < 1 && rand.Float64() >= l.settings.Sample:
		case l.rows >= l.settings.QueueRows:
			dropped++
		default:
			b.add(r, row, now)
			l.rows++
		}
	}
	rows := l.rows
	l.mu.Unlock()
	if empty && rows > 0 {
		signal(l.kick)
	}
	if rows > l.settings.QueueRows/4 {
		signal(l.urgent)
	}
	if dropped > 0 {
		l.counts.Dropped(dropped)
	}
}

// signal makes c hold something, if it does not yet.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// batch is the one that rows of the source are added to.
func (l *Log) batch(s *Source) *batch {
	if n := len(l.waiting); n > 0 && l.waiting[n-1].source == s {
		return l.waiting[n-1]
	}
	b := l.spare
	if l.spare = nil; b == nil || b.source != s {
		b = newBatch(s)
	}
	l.waiting = append(l.waiting, b)
	return b
}

// write writes what waits, soon after there is something, until stop.
func (l *Log) write() {
	defer close(l.done)
	defer l.files.close()
	for {
		select {
		case <-l.kick:
		case <-l.stop:
			l.flush()
			return
		}
		timer := time.NewTimer(l.settings.Every)
		select {
		case <-timer.C:
		case <-l.urgent:
		case <-l.stop:
		}
		timer.Stop()
		l.flush()
	}
}

// flush writes all that waits.
func (l *Log) flush() {
	l.mu.Lock()
	batches := l.waiting
	l.waiting, l.rows = nil, 0
	l.mu.Unlock()
	for _, b := range batches {
		l.writeBatch(b)
	}
	if len(batches) == 0 {
		return
	}
	b := batches[len(batches)-1]
	if b.rows > keepRows {
		return
	}
	b.reset()
	l.mu.Lock()
	l.spare = b
	l.mu.Unlock()
}

// keepRows is the size up to which a batch is kept for the next rows.
const keepRows = 4096

// chunk is how many bytes are written at once.
const chunk = 256 << 10

// yieldRows is after how many rows requests have their turn: some 50 µs, where
// a second's rows at once would hold a core for 20 ms.
const yieldRows = 32

func (l *Log) writeBatch(b *batch) {
	l.encoder.prepare(b.source)
	var out []byte
	from := 0 // the first row of out
	for i := range b.rows {
		if i == from {
			if err := l.files.ready(); err != nil {
				l.fail(err, b.rows-i)
				return
			}
		}
		out = l.encoder.line(out, b, i)
		if i%yieldRows == yieldRows-1 {
			runtime.Gosched()
		}
		if i+1 < b.rows && len(out) < chunk {
			continue
		}
		if err := l.files.append(out); err != nil {
			l.fail(err, b.rows-from)
			return
		}
		l.succeed(i + 1 - from)
		out, from = out[:0], i+1
	}
}

func (l *Log) fail(err error, rows int) {
	l.counts.Failed(rows)
	if !l.failed {
		l.counts.Trouble(err)
	}
	l.failed = true
}

func (l *Log) succeed(rows int) {
	l.counts.Written(rows)
	if l.failed {
		l.counts.Solved()
	}
	l.failed = false
}

// Close writes what waits and ends the log. A file system that hangs is waited
// for until the context ends. Nothing may be added afterwards.
func (l *Log) Close(ctx context.Context) error {
	close(l.stop)
	select {
	case <-l.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
