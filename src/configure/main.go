// Configure looks at a table and writes the settings of a project for it.
//
//	configure -data FILE [-target COLUMN] [-task TASK] [-member FILE] [-dir DIR]
//
// It brings in the table, a path or an address, and writes data.yaml,
// schema.yaml, features.yaml, model.yaml and serve.yaml: what the columns hold,
// which of them to use and how, how to set rows aside for the test, and what to
// learn. Each guess is a comment in these files that says why and how to change
// it. To know that they work, it runs the stages fetch, clean and features on
// them in a temporary folder; what to learn it chooses by cross-validation on
// the training rows that these make. README.md is written anew, too, and
// data/external/README.md has a section for the table.
//
// What it replaces must be committed. Nothing changes when it fails.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"example.com/engine/project"
)

func main() { os.Exit(status(os.Args[1:])) }

// status runs the program and returns what it ends with.
func status(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var r request
	if err := r.parse(args, os.Stderr); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintf(os.Stderr, "configure: %v\n", err)
		}
		return 2
	}
	if err := run(ctx, &r, os.Stdout); err != nil {
		fmt.Fprintf(os.Stderr, "configure: %v\n", err)
		return 1
	}
	return 0
}

// request is what is asked for.
type request struct {
	dir    string // of the project
	as     string // what to call it
	data   string
	target string
	member string
	task   string
}

func (r *request) parse(args []string, stderr io.Writer) error {
	fs := flag.NewFlagSet("configure", flag.ContinueOnError)
	fs.SetOutput(stderr)
	fs.StringVar(&r.dir, "dir", ".", "`folder` of the project")
	fs.StringVar(&r.as, "as", "", "`path` by which people will find it, if not here")
	fs.StringVar(&r.data, "data", "", "`path or address` of the table")
	fs.StringVar(&r.target, "target", "", "`column` to predict; by default the last")
	fs.StringVar(&r.member, "member", "", "`file` to take out of an archive of several")
	fs.StringVar(&r.task, "task", "", "`regression, binary or multiclass`; by default as the target looks")
	if err := fs.Parse(args); err != nil {
		return err
	}
	if fs.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", fs.Arg(0))
	}
	if r.data == "" {
		return errors.New("for which table? make configure DATA=customers.csv TARGET=churned")
	}
	return nil
}

// replaced lists the files and folders of the project that are written anew.
func (r *request) replaced() []string {
	paths := append([]string{"configs"}, project.Described...)
	if table := bundledName(r.data); !sameFile(r.data, filepath.Join(r.dir, table)) {
		paths = append(paths, table)
	}
	return paths
}

func run(ctx context.Context, r *request, stdout io.Writer) error {
	if err := project.Committed(r.dir, r.replaced()...); err != nil {
		return err
	}
	names, err := project.NamesOf(r.dir)
	if err != nil {
		return err
	}
	temp, err := os.MkdirTemp("", "configure")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	s, err := study(ctx, r, names.Short, temp)
	if err != nil {
		return err
	}
	if err := s.write(r.dir); err != nil {
		return err
	}
	if err := project.Describe(r.dir, names, s); err != nil {
		return err
	}
	s.report(stdout)
	return s.next(stdout, r.as)
}
