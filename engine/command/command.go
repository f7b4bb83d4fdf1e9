// Package command is what the command lines of all programs have in common:
// how flags are read and refused, the profiles that every program can write of
// itself, how an error is printed, and the status that the program ends with.
//
// The status is 0 after success and after -h, 1 after an error, which is
// printed as `drift: what: why`, and 2 where the command line can't be
// understood. Every program has the flags -cpuprofile and -trace; `go tool
// pprof` and `go tool trace` read the files.
//
// The package imports the standard library alone, since `make new` compiles it
// before anything else.
package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/pprof"
	"runtime/trace"
	"strings"
	"syscall"
)

// Line is the command line of a program.
type Line struct {
	// Name is what messages begin with.
	Name   string
	stderr io.Writer
	flags  *flag.FlagSet
	profiles
}

// New returns a command line with the flags that every program has and those
// that declare adds, which may be nil. Messages go to stderr.
func New(name string, stderr io.Writer, declare func(*flag.FlagSet)) *Line {
	l := &Line{Name: name, stderr: stderr, flags: flag.NewFlagSet(name, flag.ContinueOnError)}
	l.flags.SetOutput(stderr)
	l.profiles.declare(l.flags)
	if declare != nil {
		declare(l.flags)
	}
	return l
}

// Parse reads the arguments, which must all be flags. Where ok is false, the
// program is to end with the status: 0 after -h, 2 after a flag or an argument
// that is refused. What is to be said about it has been printed.
func (l *Line) Parse(args []string) (status int, ok bool) {
	switch err := l.flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0, false
	case err != nil: // the flag package has printed it
		return 2, false
	case l.flags.NArg() > 0:
		return l.Status(Usagef("unexpected argument %q", l.flags.Arg(0))), false
	}
	return 0, true
}

// Run reads the arguments, does the work, whose context ends at an interrupt
// and at SIGTERM, and returns the status.
func (l *Line) Run(args []string, work func(context.Context) error) int {
	if status, ok := l.Parse(args); !ok {
		return status
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return l.Status(l.Measure(func() error { return work(ctx) }))
}

// ErrTold ends the program with status 1 and prints nothing: what went wrong has
// been printed already, as by a program that this one called.
var ErrTold = errors.New("what went wrong has been printed")

// Status prints the error and returns the status that it ends the program
// with: 2 for an error of [Usagef], 1 for any other, 0 for nil.
func (l *Line) Status(err error) int {
	switch {
	case err == nil:
		return 0
	case errors.Is(err, ErrTold):
		return 1
	}
	fmt.Fprintf(l.stderr, "%s: %v\n", l.Name, err)
	if text := Details(err); text != "" {
		fmt.Fprintln(l.stderr, text)
	}
	if u := usage(""); errors.As(err, &u) {
		return 2
	}
	return 1
}

// Details returns what an error has to say beyond its line, such as the lines
// of the file that it is about: the text of its method Details, if it or an
// error that it wraps has one.
func Details(err error) string {
	var d interface {
		error
		Details() string
	}
	if errors.As(err, &d) {
		return d.Details()
	}
	return ""
}

// usage is trouble with the command line.
type usage string

func (u usage) Error() string { return string(u) }

// Usagef returns the error of a command line that is wrong as a whole, such as
// one that lacks a flag.
func Usagef(format string, args ...any) error { return usage(fmt.Sprintf(format, args...)) }

// Command is one of several things that a program does, as `tools search`.
type Command struct {
	Name    string
	Summary string // a line of the list of commands
	// Run does it with the arguments after the name, and returns the status.
	Run func(args []string, stdout, stderr io.Writer) int
}

// Dispatch runs the command that the first argument names with those after it
// and returns its status. Without arguments, and for -h, it lists the commands
// on stdout; for a name that is none of theirs it returns 2.
func Dispatch(program string, commands []Command, args []string, stdout, stderr io.Writer) int {
	if len(args) == 0 {
		args = []string{"-h"}
	}
	switch args[0] {
	case "-h", "-help", "--help", "help":
		list(stdout, program, commands)
		return 0
	}
	var names []string
	for _, c := range commands {
		if c.Name == args[0] {
			return c.Run(args[1:], stdout, stderr)
		}
		names = append(names, c.Name)
	}
	fmt.Fprintf(stderr, "%s: unknown command %q; there are %s\n", program, args[0], strings.Join(names, ", "))
	return 2
}

func list(w io.Writer, program string, commands []Command) {
	fmt.Fprintf(w, "%s COMMAND [flags]; -h after the command lists its flags\n\n", program)
	for _, c := range commands {
		fmt.Fprintf(w, "  %-10s %s\n", c.Name, c.Summary)
	}
}

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
