// New makes a project of one's own from this template.
//
//	new -dest DIR -module PATH [-data FILE [-target COLUMN]]
//
// It copies the project without its example, renames the module, and starts
// git. With -data, a path or an address, it also has the copy's own program
// configure look at the table and write its settings. That compiles the copy,
// and nothing of the template: what it compiles, `make all` in the copy finds
// compiled. This program needs little more than the standard library.
//
// Without -data, the project's stages tell what to fill in. Where DIR is this
// folder, the project changes in place: for a copy that was made by gonew or on
// GitHub.
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
	"os/exec"
	"os/signal"
	"syscall"
)

func main() { os.Exit(status(os.Args[1:])) }

// status runs the program and returns what it ends with.
func status(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var c copying
	if err := c.parse(args, os.Stderr); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintf(os.Stderr, "new: %v\n", err)
		}
		return 2
	}
	err := c.run(ctx, os.Stdout, os.Stderr)
	if told := new(exec.ExitError); errors.As(err, &told) {
		return 1 // by the program that failed
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "new: %v\n", err)
		return 1
	}
	return 0
}

func (c *copying) run(ctx context.Context, stdout, stderr io.Writer) error {
	if err := c.check(); err != nil {
		return err
	}
	if c.export {
		_, err := copyProject(c.dir, c.dest, c.names)
		return err
	}
	said, err := c.make(ctx, stderr)
	if err != nil {
		return err
	}
	return c.tell(stdout, said)
}
