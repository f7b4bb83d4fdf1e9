package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"example.com/engine/command"
	"example.com/engine/project"
)

// copying is what is to be made, and from what.
type copying struct {
	dir    string // of the template
	dest   string
	module string
	data   string
	target string
	member string
	task   string
	with   string
	export bool // the template's part only, for template-update

	parts   []string
	names   project.Names
	inPlace bool
	dirty   bool // the template has changes after its last commit
	files   int
}

func (c *copying) declare(fs *flag.FlagSet) {
	fs.StringVar(&c.dir, "template", ".", "`folder` of the template")
	fs.StringVar(&c.dest, "dest", "", "`folder` to make the project in; it must not exist, or be empty, or be the template's")
	fs.StringVar(&c.module, "module", "", "Go `path` of the project's module, as github.com/me/churn; by default the folder's name")
	fs.BoolVar(&c.export, "export", false, "copy the sources only, as make template-update compares them")
	fs.StringVar(&c.with, "with", "", "`parts` that are not for every project: slurm, zenml; with -export those that this folder has")
	fs.StringVar(&c.data, "data", "", "`path or address` of the table")
	fs.StringVar(&c.target, "target", "", "`column` to predict; by default the last")
	fs.StringVar(&c.member, "member", "", "`file` to take out of an archive of several")
	fs.StringVar(&c.task, "task", "", "`regression, binary or multiclass`; by default as the target looks")
}

// check looks at all that can be wrong before there is work to do.
func (c *copying) check() error {
	if c.dest == "" {
		return command.Usagef("where to? make new DEST=../churn MODULE=github.com/me/churn DATA=customers.csv TARGET=churned")
	}
	var err error
	if c.dir, err = filepath.Abs(c.dir); err != nil {
		return err
	}
	if c.dest, err = filepath.Abs(c.dest); err != nil {
		return err
	}
	c.inPlace = c.dest == c.dir
	if c.module == "" && c.inPlace {
		c.names, err = project.NamesOf(c.dir)
	} else {
		c.names, err = project.NewNames(cmp.Or(c.module, filepath.Base(c.dest)))
	}
	if err != nil {
		return err
	}
	if c.parts, err = partsNamed(c.with); err != nil {
		return err
	}
	if c.export && c.with == "" {
		c.parts = partsIn(".")
	}
	if err := c.checkTable(); err != nil {
		return err
	}
	if c.inPlace {
		return project.Committed(c.dir)
	}
	return c.checkDest()
}

// checkTable refuses what configure would, once it is compiled.
func (c *copying) checkTable() error {
	if c.data == "" && c.target != "" {
		return fmt.Errorf("TARGET=%s needs a table: add DATA=path/to/table.csv", c.target)
	}
	if c.data == "" || strings.Contains(c.data, "://") {
		return nil
	}
	info, err := os.Stat(c.data)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("there is no file %s", c.data)
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is a folder: name the file of the table", c.data)
	}
	return nil
}

func (c *copying) checkDest() error {
	if rel, err := filepath.Rel(c.dir, c.dest); err == nil && !strings.HasPrefix(rel, "..") {
		return fmt.Errorf("%s lies in the template: choose a folder beside it, as ../%s", c.dest, filepath.Base(c.dest))
	}
	entries, err := os.ReadDir(c.dest)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return err
	case len(entries) > 0:
		return fmt.Errorf("%s is not empty: choose another folder, or remove it", c.dest)
	}
	return nil
}

// make brings the project into being: in a folder beside its place, which takes
// that place once it is whole. It returns what configure says.
func (c *copying) make(ctx context.Context, stderr io.Writer) (said []byte, err error) {
	beside := filepath.Dir(c.dest)
	if c.inPlace { // which may be all that can be written to there
		beside = os.TempDir()
	} else if err := os.MkdirAll(beside, 0o755); err != nil {
		return nil, err
	}
	building, err := os.MkdirTemp(beside, ".new-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(building)
	if err := os.Chmod(building, 0o755); err != nil {
		return nil, err
	}
	from, err := c.fill(building)
	if err != nil {
		return nil, err
	}
	if c.data != "" {
		if said, err = c.configure(ctx, building, stderr); err != nil {
			return nil, err
		}
	}
	return said, c.settle(building, from)
}

// fill makes a project without a table in dir.
func (c *copying) fill(dir string) (from record, err error) {
	from, c.dirty, err = originOf(c.dir)
	if err != nil {
		return from, err
	}
	if c.files, err = copyProject(c.dir, dir, c.names, c.parts); err != nil {
		return from, err
	}
	if !c.inPlace {
		if err := from.write(dir); err != nil {
			return from, err
		}
	}
	return from, project.Write(dir, c.names)
}

// settle puts the project that is whole at dir in its place.
func (c *copying) settle(dir string, from record) error {
	if c.inPlace {
		if err := replace(c.dest, dir, c.parts); err != nil {
			return err
		}
		return commit(c.dest, from)
	}
	if err := commit(dir, from); err != nil {
		return err
	}
	if err := os.Remove(c.dest); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return os.Rename(dir, c.dest)
}

// tell says what was made, and what to do next.
func (c *copying) tell(w io.Writer, said []byte) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "new: %s: %d files, module %s\n", short(c.dest), c.files, c.names.Module)
	if c.dirty && !c.inPlace {
		fmt.Fprintln(&b, "new: the template has changes that are not committed; they were copied too")
	}
	b.Write(said)
	if c.data == "" {
		fmt.Fprintln(&b, "\nNext:")
		if !c.inPlace {
			fmt.Fprintf(&b, "  cd %s\n", project.Quote(short(c.dest)))
		}
		fmt.Fprintln(&b, "  make configure DATA=path/to/table.csv TARGET=column   # or fill in configs/data.yaml")
	}
	_, err := w.Write(b.Bytes())
	return err
}

// short is a path as seen from here, where that is shorter.
func short(path string) string {
	here, err := os.Getwd()
	if err != nil {
		return path
	}
	if rel, err := filepath.Rel(here, path); err == nil && len(rel) < len(path) {
		return rel
	}
	return path
}
