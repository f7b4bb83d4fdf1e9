package stage

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"example.com/engine/config"
)

// Option adds to what Main does.
type Option func(*program)

type program struct {
	flags []func(*flag.FlagSet)
	keep  bool
}

// Flags declares flags of the program's own. Values that the outputs depend
// on belong in a [Stage.Param].
func Flags(declare func(*flag.FlagSet)) Option {
	return func(p *program) { p.flags = append(p.flags, declare) }
}

// KeepOutputs leaves files in their place that an earlier run made and this
// one does not.
func KeepOutputs() Option {
	return func(p *program) { p.keep = true }
}

// Main runs the stage and ends the program: with status 0, 1 after an error,
// which is printed as `clean: what: why`, 2 for wrong flags, 130 after an
// interrupt and 143 after SIGTERM.
func Main(name string, run func(*Stage) error, options ...Option) {
	os.Exit(Exec(name, os.Args[1:], os.Stdout, os.Stderr, run, options...))
}

// Exec is Main without its end; it returns the status.
func Exec(name string, args []string, stdout, stderr io.Writer, run func(*Stage) error, options ...Option) int {
	var p program
	for _, o := range options {
		o(&p)
	}
	s := &Stage{Name: name, keep: p.keep, params: map[string]any{}, facts: map[string]any{}, stdout: stdout, stderr: stderr}
	if status, ok := s.parse(args, p.flags); !ok {
		return status
	}
	s.signals = watch(s)
	defer s.signals.stop()
	err := s.dispatch(run)
	if status := s.signals.status(); status != 0 {
		s.notify("interrupted")
		return status
	}
	if err != nil {
		s.report(err)
		return 1
	}
	return 0
}

func (s *Stage) dispatch(run func(*Stage) error) error {
	if s.timing {
		return s.printTiming()
	}
	return run(s)
}

func (s *Stage) parse(args []string, declare []func(*flag.FlagSet)) (status int, ok bool) {
	fs := flag.NewFlagSet(s.Name, flag.ContinueOnError)
	fs.SetOutput(s.stderr)
	fs.StringVar(&s.configDir, "config", "configs", "`folder` with the settings")
	fs.StringVar(&s.work, "work", ".", "`folder` below which data, models and reports are")
	fs.StringVar(&s.whyFile, "why", "", "tell whether and why the stage would run; `file` carries what earlier stages would remake")
	fs.BoolVar(&s.timing, "timing", false, "tell when the stage last ran, for how long and in how much memory")
	for _, d := range declare {
		d(fs)
	}
	err := fs.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0, false
	case err != nil:
		return 2, false
	case fs.NArg() > 0:
		fmt.Fprintf(s.stderr, "%s: unexpected argument %q\n", s.Name, fs.Arg(0))
		return 2, false
	}
	return 0, true
}

// report prints an error, with the lines of the file where it is about the
// configuration.
func (s *Stage) report(err error) {
	s.notify(err.Error())
	var e *config.Error
	if errors.As(err, &e) && e.Excerpt != "" {
		fmt.Fprintln(s.stderr, e.Excerpt)
	}
}
