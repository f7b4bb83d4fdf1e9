// Command load measures a server of predictions: it starts one on a free port,
// sends it requests over keep-alive connections, and prints what came of it.
//
//	go run ./scripts/load [-serve bin/serve] [-config DIR] [-work DIR] [-seconds 5]
//
// Rows are sent as /openapi.json gives its example. The generator runs on the
// same machine and takes its share of the cores, so the figures are a lower
// bound for a server that has them for itself.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"time"
)

func main() {
	var o options
	flag.StringVar(&o.program, "serve", "bin/serve", "`program` to measure")
	flag.StringVar(&o.config, "config", "configs", "`folder` with the settings")
	flag.StringVar(&o.work, "work", ".", "`folder` below which the champion is")
	seconds := flag.Float64("seconds", 5, "time for each measurement")
	flag.Parse()
	o.duration = time.Duration(*seconds * float64(time.Second))
	if err := run(o); err != nil {
		fmt.Fprintf(os.Stderr, "load: %v\n", err)
		os.Exit(1)
	}
}

type options struct {
	program, config, work string
	duration              time.Duration
}

func run(o options) (err error) {
	s, err := startServer(o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	fmt.Printf("%-34s ready after %v, %s resident\n", "start", s.took.Round(time.Millisecond), megabytes(s.memory("VmRSS")))
	row, err := s.example()
	if err != nil {
		return err
	}
	one := predict(s.address, row)
	if _, err := closed(s, one, 16, o.duration/5); err != nil { // to warm up
		return err
	}
	top, err := closed(s, one, 16, o.duration)
	if err != nil {
		return err
	}
	top.print("one row, 16 connections")
	half, err := open(s, one, 16, top.rate()/2, o.duration)
	if err != nil {
		return err
	}
	half.print("one row, at half of that rate")
	many, err := closed(s, predict(s.address, list(row, 10_000)), 1, o.duration)
	if err != nil {
		return err
	}
	many.print("10,000 rows, 1 connection")
	return overload(s, one, o.duration)
}

// overload sends over many more connections than the server computes for at
// once, each as fast as it is answered, and looks how soon the server is
// itself again.
func overload(s *process, request []byte, d time.Duration) error {
	const connections = 1000
	flood, err := closed(s, request, connections, d)
	if err != nil {
		return err
	}
	flood.print(fmt.Sprintf("overload: %d connections", connections))
	after, err := open(s, request, 1, 100, time.Second)
	if err != nil {
		return err
	}
	after.print("the second after, 100 a second")
	fmt.Printf("%-34s %s resident, %s at most\n", "memory", megabytes(s.memory("VmRSS")), megabytes(s.memory("VmHWM")))
	return nil
}
