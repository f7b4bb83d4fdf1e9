package main

import (
	"errors"
	"fmt"
	"net"
	"time"

	"golang.org/x/sys/unix"
)

// quick is closed, or open at a rate above 0, for requests of a few kB. It waits
// for all connections at once, which takes half of the time that a goroutine for
// each takes: time that the server on the same cores does not have.
func quick(s *process, request []byte, connections int, rate float64, d time.Duration) (r *result, err error) {
	q := race{request: request, result: &result{took: d}, peers: make([]peer, connections), buffer: make([]byte, 64<<10)}
	if rate > 0 {
		q.every = spacing(connections, rate)
	}
	if q.poll, err = unix.EpollCreate1(0); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, unix.Close(q.poll)) }()
	for i := range q.peers {
		conn, err := net.Dial("tcp", s.address)
		if err != nil {
			return nil, err
		}
		defer func() { _ = conn.Close() }() // until then its descriptor is ours
		if q.peers[i].fd, err = descriptor(conn); err != nil {
			return nil, err
		}
		event := unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(i)}
		if err := unix.EpollCtl(q.poll, unix.EPOLL_CTL_ADD, q.peers[i].fd, &event); err != nil {
			return nil, err
		}
	}
	before, begin := s.cpu(), time.Now()
	q.end = begin.Add(d)
	for i := range q.peers {
		q.peers[i].due = begin.Add(q.every * time.Duration(i) / time.Duration(connections))
	}
	if err := q.run(); err != nil {
		return nil, err
	}
	q.result.late, q.result.cpu = max(0, time.Since(q.end)), s.cpu()-before
	return q.result, nil
}

func descriptor(conn net.Conn) (fd int, err error) {
	raw, err := conn.(*net.TCPConn).SyscallConn()
	if err != nil {
		return 0, err
	}
	return fd, raw.Control(func(d uintptr) { fd = int(d) })
}

// race is one measurement of quick.
type race struct {
	request []byte
	every   time.Duration // between two requests of a connection; 0 is as soon as there is an answer
	end     time.Time
	poll    int // descriptor
	peers   []peer
	result  *result
	buffer  []byte
}

// peer is one connection.
type peer struct {
	fd     int
	asked  bool
	start  time.Time // when the request that was asked was due
	due    time.Time // the next request
	answer []byte    // as far as it is here
}

// run asks and reads until the end has come and every answer is there.
func (q *race) run() error {
	events := make([]unix.EpollEvent, len(q.peers))
	for {
		wait, open, err := q.ask()
		if err != nil || !open {
			return err
		}
		n, err := q.wait(events, wait)
		if err != nil {
			return err
		}
		for _, e := range events[:n] {
			if err := q.receive(&q.peers[e.Fd]); err != nil {
				return err
			}
		}
	}
}

// ask sends what is due, and returns how long the next is off. Nothing is open
// when the end has come and every answer is there.
func (q *race) ask() (wait time.Duration, open bool, err error) {
	wait = patience
	for i := range q.peers {
		p := &q.peers[i]
		if p.asked {
			open = true
			continue
		}
		now := time.Now()
		if !p.due.Before(q.end) || !now.Before(q.end) {
			continue
		}
		open = true
		if p.due.After(now) {
			wait = min(wait, p.due.Sub(now))
		} else if err := q.send(p); err != nil {
			return 0, false, err
		}
	}
	return wait, open, nil
}

// wait returns the connections that can be read, none if there are none in time.
func (q *race) wait(events []unix.EpollEvent, d time.Duration) (n int, err error) {
	milliseconds := int(patience.Milliseconds())
	if d < patience { // which epoll counts in milliseconds
		milliseconds = 0
		timeout := unix.NsecToTimespec(d.Nanoseconds())
		_, err = unix.Ppoll([]unix.PollFd{{Fd: int32(q.poll), Events: unix.POLLIN}}, &timeout, nil)
	}
	if err == nil {
		n, err = unix.EpollWait(q.poll, events, milliseconds)
	}
	switch {
	case errors.Is(err, unix.EINTR):
		return 0, nil
	case err == nil && n == 0 && milliseconds > 0:
		return 0, fmt.Errorf("no answer within %v", patience)
	}
	return n, err
}

func (q *race) send(p *peer) error {
	p.asked, p.start, p.due = true, p.due, p.due.Add(q.every)
	n, err := unix.Write(p.fd, q.request)
	if err == nil && n < len(q.request) {
		err = fmt.Errorf("%d bytes of a request of %d were taken", n, len(q.request))
	}
	return err
}

// receive reads what is there of an answer. Where there is no rate, the end of
// it is when the next request is due.
func (q *race) receive(p *peer) error {
	n, err := unix.Read(p.fd, q.buffer)
	if err != nil || n == 0 {
		return errors.Join(errors.New("the server closed a connection"), err)
	}
	answer := q.buffer[:n]
	if len(p.answer) > 0 {
		p.answer = append(p.answer, answer...)
		answer = p.answer
	}
	status, whole, err := parse(answer)
	if err != nil {
		return err
	}
	if !whole {
		p.answer = append(p.answer[:0], answer...)
		return nil
	}
	now := time.Now()
	q.result.add(status, now.Sub(p.start))
	p.asked, p.answer = false, p.answer[:0]
	if q.every > 0 {
		return nil
	}
	p.due = now
	if now.Before(q.end) {
		return q.send(p)
	}
	return nil
}
