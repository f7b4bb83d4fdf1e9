package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"example.com/engine/project"
)

// process is a server that runs, with a work folder of its own.
type process struct {
	cmd     *exec.Cmd
	work    string
	address string
	took    time.Duration // until it was ready
}

// startServer starts one on a copy of the champion, so that what it keeps of
// the requests lies beside no other.
func startServer(o options) (*process, error) {
	work, err := os.MkdirTemp("", "load-")
	if err != nil {
		return nil, err
	}
	s := &process{work: work}
	if err := s.start(o); err != nil {
		return nil, errors.Join(err, s.stop())
	}
	return s, nil
}

const champion = "models/champion/model.zip"

func (s *process) start(o options) error {
	model, err := os.ReadFile(filepath.Join(o.work, champion))
	if err != nil {
		return fmt.Errorf("%w: make promote", err)
	}
	if err := project.Put(s.work, champion, model); err != nil {
		return err
	}
	if s.address, err = freeAddress(); err != nil {
		return err
	}
	log, err := os.Create(filepath.Join(s.work, "log")) // a file, so that it is written as in production
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }() // it is the server's
	cmd := exec.Command(o.program, "-config", o.config, "-work", s.work, "-address", s.address)
	cmd.Stderr = log
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		return err
	}
	s.cmd = cmd
	for time.Since(begin) < 10*time.Second {
		r, err := http.Get("http://" + s.address + "/readyz")
		if err != nil {
			time.Sleep(time.Millisecond)
			continue
		}
		s.took = time.Since(begin)
		return r.Body.Close()
	}
	said, _ := os.ReadFile(log.Name())
	return fmt.Errorf("the server is not ready after 10 s: %s", said)
}

// freeAddress is one on loopback that nobody listens on.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

func (s *process) stop() error {
	defer os.RemoveAll(s.work)
	if s.cmd == nil {
		return nil
	}
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return s.cmd.Wait()
}

// memory is a figure of /proc, in bytes; 0 where there is none.
func (s *process) memory(figure string) int {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(data)) {
		if fields := strings.Fields(line); len(fields) == 3 && fields[0] == figure+":" {
			kilobytes, _ := strconv.Atoi(fields[1])
			return kilobytes << 10
		}
	}
	return 0
}

// cpu is the time that the cores have spent on the server, 0 where there is no
// /proc.
func (s *process) cpu() time.Duration {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	const tick = 10 * time.Millisecond // of every Linux
	fields := strings.Fields(string(data[bytes.LastIndexByte(data, ')')+1:]))
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * tick
}

// example is the row that the server's description gives.
func (s *process) example() ([]byte, error) {
	r, err := http.Get("http://" + s.address + "/openapi.json")
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Body.Close() }()
	var document struct {
		Paths map[string]struct {
			Post struct {
				RequestBody struct {
					Content map[string]struct {
						Examples map[string]struct{ Value json.RawMessage }
					}
				}
			}
		}
	}
	if err := json.NewDecoder(r.Body).Decode(&document); err != nil {
		return nil, fmt.Errorf("/openapi.json: %w", err)
	}
	var row bytes.Buffer
	value := document.Paths["/predict"].Post.RequestBody.Content["application/json"].Examples["one"].Value
	err = json.Compact(&row, value)
	return row.Bytes(), err
}

// predict is a request as it goes over the wire.
func predict(address string, body []byte) []byte {
	return fmt.Appendf(nil, "POST /predict HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", address, len(body), body)
}
