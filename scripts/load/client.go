package main

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"strconv"
	"sync"
	"time"
)

// client is one connection. It is written by hand since net/http's client
// costs more than the server that it would measure.
type client struct {
	conn net.Conn
	in   *bufio.Reader
}

func dial(address string) (*client, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	return &client{conn, bufio.NewReaderSize(conn, 64<<10)}, nil
}

// do sends a request and reads the answer, which has a Content-Length.
func (c *client) do(request []byte) (status int, err error) {
	if err := c.conn.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		return 0, err
	}
	if _, err := c.conn.Write(request); err != nil {
		return 0, err
	}
	length := -1
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		line = bytes.TrimRight(line, "\r\n")
		switch {
		case status == 0:
			if status, err = strconv.Atoi(string(line[9:12])); err != nil {
				return 0, fmt.Errorf("%q is no answer", line)
			}
		case len(line) == 0:
			_, err = c.in.Discard(length)
			return status, err
		case bytes.HasPrefix(line, []byte("Content-Length: ")):
			if length, err = strconv.Atoi(string(line[16:])); err != nil {
				return 0, err
			}
		}
	}
}

// closed sends over each connection as soon as the answer before is there.
func closed(s *process, request []byte, connections int, d time.Duration) (*result, error) {
	end := time.Now().Add(d)
	return parallel(s, connections, d, func(c *client, _ int, r *result) error {
		for start := time.Now(); start.Before(end); {
			status, err := c.do(request)
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
func open(s *process, request []byte, connections int, rate float64, d time.Duration) (*result, error) {
	start := time.Now()
	every := time.Duration(float64(time.Second) * float64(connections) / rate)
	return parallel(s, connections, d, func(c *client, k int, r *result) error {
		first := start.Add(every * time.Duration(k) / time.Duration(connections))
		for due := first; due.Before(start.Add(d)) && time.Since(start) < d; due = due.Add(every) {
			time.Sleep(time.Until(due))
			status, err := c.do(request)
			if err != nil {
				return err
			}
			r.add(status, time.Since(due))
		}
		return nil
	})
}

// parallel runs a function for each connection and joins their results.
func parallel(s *process, connections int, d time.Duration, run func(c *client, k int, r *result) error) (*result, error) {
	before := s.cpu()
	results := make([]result, connections)
	errs := make([]error, connections)
	var all sync.WaitGroup
	for k := range connections {
		c, err := dial(s.address)
		if err != nil {
			return nil, err
		}
		all.Go(func() {
			defer c.conn.Close()
			errs[k] = run(c, k, &results[k])
		})
	}
	all.Wait()
	sum := &result{took: d, cpu: s.cpu() - before}
	for k := range results {
		if errs[k] != nil {
			return nil, errs[k]
		}
		sum.join(&results[k])
	}
	return sum, nil
}
