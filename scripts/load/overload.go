package main

import (
	"errors"
	"fmt"
	"time"
)

// heavy is how many rows a request of the overload has. They take the server
// much longer than the generator, which else could not send five times as many
// requests as the server can answer.
const heavy = 100

// overload sends five times as many requests as the server can answer, whether
// answers come or not, and looks how it refuses the rest, what memory it takes
// and how soon it is itself again: a row is answered in the usual time.
func overload(s *process, row, rows []byte, d, usual time.Duration) error {
	request := predict(s.address, rows)
	top, err := closed(s, request, connections, min(d, 3*time.Second))
	if err != nil {
		return err
	}
	if err := top.sound(); err != nil {
		return err
	}
	capacity := top.rate()
	show(fmt.Sprintf("%d rows a request, as many as can be", heavy), thousands(capacity)+" /s")

	// A refusal takes a tenth of a second, by default: so many clients are waiting.
	clients := min(max(int(5*capacity/4), 4*connections), 2000)
	flood, err := open(s, request, clients, 5*capacity, d)
	if err != nil {
		return err
	}
	end := time.Now().Add(-flood.late)
	n := flood.count()
	if n == 0 {
		return errors.New("no answer to any request of the overload")
	}
	show(fmt.Sprintf("overload for %v: sent", d), fmt.Sprintf("%.1f × that", float64(n)/flood.took.Seconds()/capacity))
	for _, status := range flood.statuses() {
		name := fmt.Sprintf("  answered %d", status)
		if status == 0 {
			name = "  without an answer"
		}
		show(name, fmt.Sprintf("%.1f %%", 100*float64(len(flood.times[status]))/float64(n)))
		show("    after, p99", milliseconds(flood.quantile(status, 0.99)))
	}
	show("  cores that the server had", fmt.Sprintf("%.1f", flood.cpu.Seconds()/(flood.took+flood.late).Seconds()))
	peak := s.memory("VmHWM")
	show("  memory, at most", megabytes(peak))
	took, err := restored(s, row, end, max(usual, 10*time.Millisecond))
	if err != nil {
		return err
	}
	atMost("  as quick as before, after", milliseconds(took), took <= time.Second, "1,000 ms")
	return nil
}

// restored asks for one row until the answer comes as soon as before the
// overload, and returns how long after its end that was.
func restored(s *process, row []byte, end time.Time, usual time.Duration) (time.Duration, error) {
	c, err := dial(s.address)
	if err != nil {
		return 0, err
	}
	defer c.conn.Close()
	one := predict(s.address, row)
	for time.Since(end) < time.Minute {
		start := time.Now()
		status, err := c.do(one, start)
		if err != nil {
			return 0, err
		}
		if status == 200 && time.Since(start) <= usual {
			return time.Since(end), nil
		}
		time.Sleep(time.Millisecond)
	}
	return 0, errors.New("the server is not itself again a minute after the overload")
}
