package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// configure compiles the copy at dir, as its Makefile says, and has it look at
// the table. It returns what the program says.
func (c *copying) configure(ctx context.Context, dir string, stderr io.Writer) ([]byte, error) {
	fmt.Fprintln(stderr, "new: compiling the copy, which takes longer the first time")
	command := exec.CommandContext(ctx, cmp.Or(os.Getenv("MAKE"), "make"), "-s", "-C", dir,
		"build", "PROGRAMS=configure fetch clean features", "CONFIG=configs", "WORK=.", "DATA="+c.data, "MEMBER="+c.member)
	command.Env = append(os.Environ(), "MAKEFLAGS=", "MFLAGS=", "GOWORK=off")
	command.Stdout, command.Stderr = stderr, stderr
	if err := command.Run(); err != nil {
		return nil, err
	}
	args := []string{"-dir", dir, "-data", c.data, "-target", c.target, "-member", c.member, "-task", c.task}
	if !c.inPlace {
		args = append(args, "-as", short(c.dest))
	}
	var said bytes.Buffer
	command = exec.CommandContext(ctx, filepath.Join(dir, "bin/configure"), args...)
	command.Stdout, command.Stderr = &said, stderr
	err := command.Run()
	return said.Bytes(), err
}
