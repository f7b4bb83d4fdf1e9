// Command load measures a server of predictions: it starts one on a free port
// with a copy of the champion, sends it requests over keep-alive connections,
// and prints what came of it, each figure beside its floor.
//
//	go run ./scripts/load [-serve bin/serve] [-config DIR] [-work DIR] [-seconds 5] [-overload 30] [-beside URL]
//
// One row is sent as /openapi.json gives its example, many are the test rows.
// With -beside, a second server that answers POST /predict is measured in the
// same way, for the ratio.
//
// The generator runs on the same machine and takes its share of the cores, so
// the figures are a lower bound for a server that has them for itself; and what
// else the machine does is in them. So a floor that is not reached is told, and
// is no failure.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/goccy/go-yaml"
)

func main() {
	var o options
	flag.StringVar(&o.program, "serve", "bin/serve", "`program` to measure")
	flag.StringVar(&o.config, "config", "configs", "`folder` with the settings")
	flag.StringVar(&o.work, "work", ".", "`folder` below which the champion is")
	flag.StringVar(&o.beside, "beside", "", "`address` of a server to compare with, as 127.0.0.1:8000")
	seconds := flag.Float64("seconds", 5, "time for each measurement")
	overload := flag.Float64("overload", 30, "seconds of overload")
	flag.Parse()
	o.duration = time.Duration(*seconds * float64(time.Second))
	o.overload = time.Duration(*overload * float64(time.Second))
	runtime.GOMAXPROCS(1) // the other cores are left to the server
	if err := run(o); err != nil {
		fmt.Fprintf(os.Stderr, "load: %v\n", err)
		os.Exit(1)
	}
}

type options struct {
	program, config, work, beside string
	duration, overload            time.Duration
}

func run(o options) (err error) {
	s, err := startServer(o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	showHead()
	atMost("ready after start", milliseconds(s.took), s.took <= 100*time.Millisecond, "100 ms")
	idle := s.memory("VmRSS")
	atMost("memory, idle", megabytes(idle), idle <= 40<<20, "40 MB")
	row, err := s.example()
	if err != nil {
		return err
	}
	usual, err := single(s, row, o.duration)
	if err != nil {
		return err
	}
	rows, err := testRows(o.work, row)
	if err != nil {
		return err
	}
	if err := batch(s, rows, o.duration); err != nil {
		return err
	}
	if o.beside != "" {
		if err := beside(o, row); err != nil {
			return err
		}
	}
	return overload(s, row, list(rows, heavy), o.overload, usual)
}

// connections is how many clients send at once, where nothing else is said.
const connections = 16

// most measures how many requests of one row there can be.
func most(s *process, row []byte, d time.Duration) (*result, error) {
	one := predict(s.address, row)
	if _, err := quick(s, one, connections, 0, d/5); err != nil { // to warm up
		return nil, fmt.Errorf("%s: %w", s.address, err)
	}
	r, err := quick(s, one, connections, 0, d)
	if err == nil {
		err = r.sound()
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.address, err)
	}
	return r, nil
}

// single measures one row a request: how many there can be, and how long an
// answer takes when there are half as many, which it returns, and at half the
// rate that is asked for.
func single(s *process, row []byte, d time.Duration) (usual time.Duration, err error) {
	top, err := most(s, row, d)
	if err != nil {
		return 0, err
	}
	rate := top.rate()
	const floor = 10_000
	atLeast("one row, as many as there can be", thousands(rate)+" /s", rate >= floor, thousands(floor)+" /s")
	show("  of the server's cores, a request", fmt.Sprintf("%d µs", top.cpuEach().Microseconds()))
	half, err := quick(s, predict(s.address, row), connections, rate/2, d)
	if err != nil {
		return 0, err
	}
	show("one row, at half that rate: p50", milliseconds(half.quantile(200, 0.5)))
	usual = half.quantile(200, 0.99)
	show("                            p99", milliseconds(usual))
	if half, err = quick(s, predict(s.address, row), connections, floor/2, d); err != nil {
		return 0, err
	}
	p99 := half.quantile(200, 0.99)
	atMost("one row, at half of the floor: p99", milliseconds(p99), p99 <= 5*time.Millisecond, "5 ms")
	return usual, nil
}

// batch measures many rows in one request.
func batch(s *process, rows [][]byte, d time.Duration) error {
	many, err := closed(s, predict(s.address, list(rows, 10_000)), 1, d)
	if err != nil {
		return err
	}
	if err := many.sound(); err != nil {
		return err
	}
	p50 := many.quantile(200, 0.5)
	atMost("10,000 rows in one request: p50", milliseconds(p50), p50 <= 60*time.Millisecond, "60 ms")
	return nil
}

// beside measures the other server with the same row and the same clients, and
// this one again, which then does what the other does: it logs no request and
// keeps none.
func beside(o options, row []byte) (err error) {
	settings, err := plain(o.config)
	if err != nil {
		return err
	}
	defer os.RemoveAll(settings)
	o.config = settings
	s, err := startServer(o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	other := *s // whose cores are not looked at
	other.address = o.beside
	var heres, theres, ratios []float64
	for range turns {
		here, err := most(s, row, o.duration)
		if err != nil {
			return err
		}
		there, err := most(&other, row, o.duration)
		if err != nil {
			return err
		}
		heres, theres, ratios = append(heres, here.rate()), append(theres, there.rate()), append(ratios, here.rate()/there.rate())
	}
	show("one row, nothing logged or kept", thousands(median(heres))+" /s")
	show("one row, the server beside", thousands(median(theres))+" /s")
	ratio := median(ratios)
	atLeast("  this server's, times that", thousands(ratio), ratio >= 200, "200")
	return nil
}

// turns is how often two servers are measured in turn, since what else the
// machine does changes from second to second.
const turns = 3

// median is that of an odd number of figures.
func median(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}

// plain writes settings of the server as they are but that nothing is logged or
// kept, and returns their folder.
func plain(config string) (string, error) {
	text, err := os.ReadFile(filepath.Join(config, "serve.yaml"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	settings := map[string]any{}
	if err := yaml.Unmarshal(text, &settings); err != nil {
		return "", err
	}
	settings["log"], settings["predictions"] = map[string]string{"requests": "problems"}, map[string]string{"folder": ""}
	if text, err = yaml.Marshal(settings); err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", "load-")
	if err != nil {
		return "", err
	}
	return dir, os.WriteFile(filepath.Join(dir, "serve.yaml"), text, 0o600)
}
