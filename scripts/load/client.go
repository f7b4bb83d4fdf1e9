package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"net"
	"strconv"
	"sync"
	"time"
)

// client is one connection. It is written by hand since net/http's client
// costs more than the server that it would measure.
type client struct {
	conn  net.Conn
	in    *bufio.Reader
	until time.Time // the connection waits for an answer
}

func dial(address string) (*client, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	return &client{conn: conn, in: bufio.NewReaderSize(conn, 64<<10)}, nil
}

// patience is how long an answer may take, give or take a second.
const patience = 30 * time.Second

// do sends a request at a time that has just been and reads the answer, which
// has a Content-Length.
func (c *client) do(request []byte, now time.Time) (status int, err error) {
	if c.until.Sub(now) < patience { // moving it costs as much as sending
		c.until = now.Add(patience + time.Second)
		if err := c.conn.SetDeadline(c.until); err != nil {
			return 0, err
		}
	}
	if _, err := c.conn.Write(request); err != nil {
		return 0, err
	}
	h := head{length: -1}
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		if len(line) <= len("\r\n") {
			break
		}
		if err := h.read(line); err != nil {
			return 0, err
		}
	}
	if err := h.check(); err != nil {
		return 0, err
	}
	_, err = c.in.Discard(h.length)
	return h.status, err
}

// parse returns the status of an answer and tells whether all of it is there.
func parse(answer []byte) (status int, whole bool, err error) {
	end := bytes.Index(answer, []byte("\r\n\r\n"))
	if end < 0 {
		return 0, false, nil
	}
	h := head{length: -1}
	for line := range bytes.Lines(answer[:end]) {
		if err := h.read(line); err != nil {
			return 0, false, err
		}
	}
	return h.status, len(answer) >= end+4+h.length, h.check()
}

// head is what is read of the lines before an answer's body.
type head struct{ status, length int }

// read reads a line: first that of the status.
func (h *head) read(line []byte) (err error) {
	switch {
	case h.status == 0:
		if len(line) < 12 {
			return fmt.Errorf("%q is no answer", line)
		}
		h.status, err = strconv.Atoi(string(line[9:12]))
	case line[0]|0x20 == 'c' && len(line) > 16 && bytes.EqualFold(line[:16], []byte("Content-Length: ")):
		h.length, err = strconv.Atoi(string(bytes.TrimSpace(line[16:])))
	}
	if err != nil {
		return fmt.Errorf("%q is no answer", line)
	}
	return nil
}

func (h *head) check() error {
	if h.status == 0 || h.length < 0 {
		return errors.New("an answer has no status or no Content-Length")
	}
	return nil
}

// closed sends over each connection as soon as the answer before is there.
func closed(s *process, request []byte, connections int, d time.Duration) (*result, error) {
	return parallel(s, connections, d, func(c *client, _ int, begin time.Time, r *result) error {
		for start := begin; start.Sub(begin) < d; {
			status, err := c.do(request, start)
			if err != nil {
				return err
			}
			now := time.Now()
			r.add(status, now.Sub(start))
			start = now
		}
		return nil
	})
}

// open sends at a rate, whether answers come or not. The time of an answer
// counts from when its request was due, so that a stalled server is not spared.
// A connection that breaks is opened again.
func open(s *process, request []byte, connections int, rate float64, d time.Duration) (*result, error) {
	every := spacing(connections, rate)
	return parallel(s, connections, d, func(c *client, k int, begin time.Time, r *result) error {
		first := begin.Add(every * time.Duration(k) / time.Duration(connections))
		for due := first; due.Before(begin.Add(d)) && time.Since(begin) < d; due = due.Add(every) {
			time.Sleep(time.Until(due))
			status, err := c.do(request, time.Now())
			if err != nil {
				if err := c.again(s.address); err != nil {
					return err
				}
			}
			r.add(status, time.Since(due))
		}
		return nil
	})
}

// spacing is the time between two requests of a connection.
func spacing(connections int, rate float64) time.Duration {
	return time.Duration(float64(time.Second) * float64(connections) / rate)
}

// again replaces a broken connection.
func (c *client) again(address string) error {
	_ = c.conn.Close() // it is broken
	fresh, err := dial(address)
	if err == nil {
		*c = *fresh
	}
	return err
}

// parallel runs a function for each connection, which has begun when all are
// open, and joins their results.
func parallel(s *process, connections int, d time.Duration, run func(c *client, k int, begin time.Time, r *result) error) (*result, error) {
	clients := make([]*client, connections)
	for k := range clients {
		c, err := dial(s.address)
		if err != nil {
			return nil, err
		}
		defer func() { _ = c.conn.Close() }()
		clients[k] = c
	}
	results, errs := make([]result, connections), make([]error, connections)
	before, begin := s.cpu(), time.Now()
	var all sync.WaitGroup
	for k, c := range clients {
		all.Go(func() { errs[k] = run(c, k, begin, &results[k]) })
	}
	all.Wait()
	sum := &result{took: d, late: max(0, time.Since(begin)-d), cpu: s.cpu() - before, times: map[int][]time.Duration{}}
	for k := range results {
		sum.join(&results[k])
	}
	return sum, errors.Join(errs...)
}
