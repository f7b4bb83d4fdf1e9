package main

import (
	"errors"
	"fmt"
	"net"
	"syscall"
	"time"
)

// quick is closed for requests of a few kB. It waits for all connections at
// once, which takes half of the time that a goroutine for each takes: time that
// the server on the same cores does not have.
func quick(s *process, request []byte, connections int, d time.Duration) (r *result, err error) {
	poll, err := syscall.EpollCreate1(0)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, syscall.Close(poll)) }()
	peers := make([]peer, connections)
	for i := range peers {
		conn, err := net.Dial("tcp", s.address)
		if err != nil {
			return nil, err
		}
		defer func() { _ = conn.Close() }() // until then its descriptor is ours
		if peers[i].fd, err = descriptor(conn); err != nil {
			return nil, err
		}
		event := syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(i)}
		if err := syscall.EpollCtl(poll, syscall.EPOLL_CTL_ADD, peers[i].fd, &event); err != nil {
			return nil, err
		}
	}
	r = &result{took: d}
	before, begin := s.cpu(), time.Now()
	for i := range peers {
		if err := peers[i].send(request, begin); err != nil {
			return nil, err
		}
	}
	events, buffer := make([]syscall.EpollEvent, connections), make([]byte, 64<<10)
	for open := connections; open > 0; {
		n, err := syscall.EpollWait(poll, events, int(patience.Milliseconds()))
		if errors.Is(err, syscall.EINTR) {
			continue
		}
		if err != nil || n == 0 {
			return nil, errors.Join(fmt.Errorf("no answer within %v", patience), err)
		}
		for _, e := range events[:n] {
			p := &peers[e.Fd]
			status, whole, err := p.receive(buffer)
			if err != nil {
				return nil, err
			}
			if !whole {
				continue
			}
			now := time.Now()
			r.add(status, now.Sub(p.start))
			if now.Sub(begin) >= d {
				open--
			} else if err := p.send(request, now); err != nil {
				return nil, err
			}
		}
	}
	r.late, r.cpu = max(0, time.Since(begin)-d), s.cpu()-before
	return r, nil
}

func descriptor(conn net.Conn) (fd int, err error) {
	raw, err := conn.(*net.TCPConn).SyscallConn()
	if err != nil {
		return 0, err
	}
	return fd, raw.Control(func(d uintptr) { fd = int(d) })
}

// peer is one connection of quick.
type peer struct {
	fd     int
	start  time.Time // of its request
	answer []byte    // as far as it is here
}

func (p *peer) send(request []byte, now time.Time) error {
	p.start = now
	n, err := syscall.Write(p.fd, request)
	if err == nil && n < len(request) {
		err = fmt.Errorf("%d bytes of a request of %d were taken", n, len(request))
	}
	return err
}

// receive reads what is there of an answer and tells whether it is whole.
func (p *peer) receive(buffer []byte) (status int, whole bool, err error) {
	n, err := syscall.Read(p.fd, buffer)
	if err != nil || n == 0 {
		return 0, false, errors.Join(errors.New("the server closed a connection"), err)
	}
	answer := buffer[:n]
	if len(p.answer) > 0 {
		p.answer = append(p.answer, answer...)
		answer = p.answer
	}
	if status, whole, err = parse(answer); err != nil {
		return 0, false, err
	}
	if whole {
		p.answer = p.answer[:0]
	} else if len(p.answer) == 0 {
		p.answer = append(p.answer, answer...)
	}
	return status, whole, nil
}
