package command

import (
	"flag"
	"io"
	"os"
	"runtime/pprof"
	"runtime/trace"
)

// profiles are the files that a program writes about its own run; none where
// the name is empty.
type profiles struct{ cpu, trace string }

func (p *profiles) declare(fs *flag.FlagSet) {
	fs.StringVar(&p.cpu, "cpuprofile", "", "write to this `file` where processor time goes, for go tool pprof")
	fs.StringVar(&p.trace, "trace", "", "write to this `file` what runs when, for go tool trace")
}

// Measure does the work and writes the profiles that the command line asks
// for. The files are complete when it returns, also after an error of the work
// or a panic.
func (p *profiles) Measure(work func() error) error {
	return measure(p.cpu, pprof.StartCPUProfile, pprof.StopCPUProfile, func() error {
		return measure(p.trace, trace.Start, trace.Stop, work)
	})
}

// measure does the work between start and stop, which write to the file at
// path, or the work alone where path is empty.
func measure(path string, start func(io.Writer) error, stop func(), work func() error) (err error) {
	if path == "" {
		return work()
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() {
		if closed := f.Close(); err == nil {
			err = closed
		}
	}()
	if err := start(f); err != nil {
		return err
	}
	defer stop()
	return work()
}
