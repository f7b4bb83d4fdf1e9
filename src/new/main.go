// New makes a project of one's own from this template, and looks at a table to
// configure it.
//
//	new -dest DIR -module PATH [-data FILE [-target COLUMN]]
//
// It copies the project without its example, renames the module, and starts
// git. With -data, a path or an address, it also brings in the table and writes
// data.yaml, schema.yaml, features.yaml, model.yaml and serve.yaml for it: what
// the columns hold, which of them to use and how, how to set rows aside for the
// test, and what to learn. Each guess is a comment in these files that says why
// and how to change it. To know that they work, it runs the stages fetch, clean
// and features on them in a temporary folder; what to learn it chooses by
// cross-validation on the training rows that these make.
//
// Without -data, the project's stages tell what to fill in. Where DIR is this
// folder, the project changes in place: for a copy that was made by gonew or on
// GitHub, or one without a table yet.
//
// Nothing is left behind when it fails.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() { os.Exit(status(os.Args[1:])) }

// status runs the program and returns what it ends with.
func status(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var p project
	if err := p.parse(args, os.Stderr); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintf(os.Stderr, "new: %v\n", err)
		}
		return 2
	}
	if err := run(ctx, &p, os.Stdout); err != nil {
		fmt.Fprintf(os.Stderr, "new: %v\n", err)
		return 1
	}
	return 0
}

func run(ctx context.Context, p *project, stdout io.Writer) error {
	if err := p.check(); err != nil {
		return err
	}
	temp, err := os.MkdirTemp("", "new")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	if p.data != "" {
		if p.study, err = study(ctx, p, temp, stdout); err != nil {
			return err
		}
	}
	if p.export {
		return p.copySources()
	}
	if err := p.make(); err != nil {
		return err
	}
	return p.tell(stdout)
}
