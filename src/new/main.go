// New makes a project of one's own from this template.
//
//	new -dest DIR -module PATH [-with PARTS] [-data FILE [-target COLUMN]]
//
// It copies what a project needs: no example, no tests of the template, and of
// Slurm and ZenML what -with asks for. It renames the project's module, leaves the
// engine's as it is, and starts git. With -data, a path or an address, it has
// `tools configure`, which is built beside this program, look at the table and
// write the settings. Copies share the engine's path, so what one of them compiled
// is compiled for all.
//
// Without -data, the project's stages tell what to fill in. Where DIR is this
// folder, the project changes in place: for a copy that was made by gonew or on
// GitHub.
//
// Nothing is left behind when it fails.
package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"

	"example.com/engine/command"
)

func main() {
	var c copying
	os.Exit(command.New("new", os.Stderr, c.declare).Run(os.Args[1:], func(ctx context.Context) error {
		err := c.run(ctx, os.Stdout, os.Stderr)
		if failed := new(exec.ExitError); errors.As(err, &failed) {
			return command.ErrTold // by the program that failed
		}
		return err
	}))
}

func (c *copying) run(ctx context.Context, stdout, stderr io.Writer) error {
	if err := c.check(); err != nil {
		return err
	}
	if c.export {
		_, err := copyProject(c.dir, c.dest, c.names, c.parts)
		return err
	}
	said, err := c.make(ctx, stderr)
	if err != nil {
		return err
	}
	return c.tell(stdout, said)
}

// configure has that command of the program tools, which is built beside this one,
// look at the table and write the settings of the copy at dir. It returns what the
// command says.
func (c *copying) configure(ctx context.Context, dir string, stderr io.Writer) ([]byte, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	args := []string{"configure", "-dir", dir, "-data", c.data, "-target", c.target, "-member", c.member, "-task", c.task}
	if !c.inPlace {
		args = append(args, "-as", short(c.dest))
	}
	var said bytes.Buffer
	tools := exec.CommandContext(ctx, filepath.Join(filepath.Dir(self), "tools"), args...)
	tools.Stdout, tools.Stderr = &said, stderr
	err = tools.Run()
	return said.Bytes(), err
}
