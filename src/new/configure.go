package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

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
