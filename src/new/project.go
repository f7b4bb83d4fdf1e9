package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// project is what is to be made, and from what.
type project struct {
	dir    string // of the template
	dest   string
	module string
	data   string
	target string
	member string
	task   string
	export bool // the template's part only, for template-update

	names   names
	inPlace bool
	dirty   bool // the template has changes after its last commit
	files   int
	study   *studied // nil without data
}

func (p *project) parse(args []string, stderr io.Writer) error {
	fs := flag.NewFlagSet("new", flag.ContinueOnError)
	fs.SetOutput(stderr)
	fs.StringVar(&p.dir, "template", ".", "`folder` of the template")
	fs.StringVar(&p.dest, "dest", "", "`folder` to make the project in; it must not exist, or be empty, or be the template's")
	fs.StringVar(&p.module, "module", "", "Go `path` of the project's module, as github.com/me/churn; by default the folder's name")
	fs.StringVar(&p.data, "data", "", "`path or address` of the table")
	fs.StringVar(&p.target, "target", "", "`column` to predict; by default the last")
	fs.StringVar(&p.member, "member", "", "`file` to take out of an archive of several")
	fs.StringVar(&p.task, "task", "", "`regression, binary or multiclass`; by default as the target looks")
	fs.BoolVar(&p.export, "export", false, "copy the sources only, as make template-update compares them")
	if err := fs.Parse(args); err != nil {
		return err
	}
	if fs.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", fs.Arg(0))
	}
	if p.dest == "" {
		return errors.New("where to? make new DEST=../churn MODULE=github.com/me/churn DATA=customers.csv TARGET=churned")
	}
	return nil
}

// check looks at all that can be wrong before there is work to do.
func (p *project) check() error {
	var err error
	if p.dir, err = filepath.Abs(p.dir); err != nil {
		return err
	}
	if p.dest, err = filepath.Abs(p.dest); err != nil {
		return err
	}
	p.inPlace = p.dest == p.dir
	if p.module == "" && p.inPlace {
		p.names, err = namesOf(p.dir)
	} else {
		p.names, err = newNames(cmp.Or(p.module, filepath.Base(p.dest)))
	}
	if err != nil {
		return err
	}
	if p.data == "" && p.target != "" {
		return fmt.Errorf("TARGET=%s needs a table: add DATA=path/to/table.csv", p.target)
	}
	if p.inPlace {
		return p.checkInPlace()
	}
	return p.checkDest()
}

func (p *project) checkDest() error {
	if rel, err := filepath.Rel(p.dir, p.dest); err == nil && !strings.HasPrefix(rel, "..") {
		return fmt.Errorf("%s lies in the template: choose a folder beside it, as ../%s", p.dest, filepath.Base(p.dest))
	}
	entries, err := os.ReadDir(p.dest)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return err
	case len(entries) > 0:
		return fmt.Errorf("%s is not empty: choose another folder, or remove it", p.dest)
	}
	return nil
}

// checkInPlace makes sure that what is replaced can be had again.
func (p *project) checkInPlace() error {
	if _, err := os.Stat(filepath.Join(p.dir, ".git")); err != nil {
		return nil // as gonew leaves it
	}
	out, err := exec.Command("git", "-C", p.dir, "status", "--porcelain").Output()
	if err != nil {
		return fmt.Errorf("git status: %w", err)
	}
	if len(out) > 0 {
		return errors.New("this folder has changes that are not committed, and settings would be replaced: commit them first")
	}
	return nil
}

// make brings the project into being: in a folder beside its place, which takes
// that place once it is whole.
func (p *project) make() error {
	if p.inPlace {
		return p.fill(p.dest)
	}
	if err := os.MkdirAll(filepath.Dir(p.dest), 0o755); err != nil {
		return err
	}
	building, err := os.MkdirTemp(filepath.Dir(p.dest), ".new-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(building)
	if err := os.Chmod(building, 0o755); err != nil {
		return err
	}
	if err := p.fill(building); err != nil {
		return err
	}
	if err := os.Remove(p.dest); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return os.Rename(building, p.dest)
}

// fill makes the project in dir.
func (p *project) fill(dir string) error {
	from, dirty, err := originOf(p.dir)
	if err != nil {
		return err
	}
	p.dirty = dirty && !p.inPlace
	if p.files, err = copyProject(p.dir, dir, p.names); err != nil {
		return err
	}
	if p.inPlace {
		if err := strip(dir, p.table()); err != nil {
			return err
		}
	} else if err := from.write(dir); err != nil {
		return err
	}
	if err := p.write(dir); err != nil {
		return err
	}
	return commit(dir, from)
}

// table is the path of the table, if there is one.
func (p *project) table() string {
	if p.study == nil {
		return ""
	}
	return p.study.path
}

// copySources is what template-update compares.
func (p *project) copySources() error {
	_, err := copyProject(p.dir, p.dest, p.names)
	return err
}
