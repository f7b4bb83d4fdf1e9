// Package drift tells how a table, or a server's log of predictions, differs
// from the rows that the champion was trained on.
//
//	tools drift -current PATH [-config DIR] [-work DIR] [-model FILE] [-name NAME]
//
// PATH is a file (.csv, .tsv, .txt, each also .gz, .parquet, or .jsonl of a
// log), or a folder of such files. The champion's file holds a profile of its
// training rows, so the rows themselves are not needed; if they are there, as
// data/processed/train.csv with the SHA-256 that the model names, a classifier
// also tries to tell the two tables apart.
//
// It prints a table and writes reports/drift/<name>.json, and the same as a
// page, <name>.html. drift.yaml says when a difference is an alarm, and which
// alarms end the program with status 1: see Settings of package engine/drift.
package drift

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"example.com/engine/command"
	"example.com/engine/config"
	"example.com/engine/drift"
	"example.com/engine/model"
	"example.com/engine/page"
	"example.com/engine/results"
)

// Run is the command; it returns the status of the program.
func Run(args []string, stdout, stderr io.Writer) int {
	var f flags
	return command.New("drift", stderr, f.declare).Run(args, func(ctx context.Context) error { return run(ctx, f, stdout) })
}

// flags are what the command line says.
type flags struct{ current, config, work, model, name string }

func (f *flags) declare(fs *flag.FlagSet) {
	fs.StringVar(&f.current, "current", "", "`file` or folder to compare with the training rows")
	fs.StringVar(&f.config, "config", "configs", "`folder` with the settings")
	fs.StringVar(&f.work, "work", ".", "`folder` below which data, models and reports are")
	fs.StringVar(&f.model, "model", "", "model `file`; the champion's if empty")
	fs.StringVar(&f.name, "name", "", "`name` of the report; that of the file if empty")
}

// check refuses flags that make no sense, and fills in those not given.
func (f *flags) check() error {
	if f.current == "" {
		return command.Usagef("name one file or folder: make drift CURRENT=table.csv")
	}
	if f.model == "" {
		f.model = filepath.Join(f.work, results.Champion)
	}
	if f.name == "" {
		f.name, _, _ = strings.Cut(filepath.Base(filepath.Clean(f.current)), ".")
	}
	if f.name == "" || f.name != filepath.Base(f.name) {
		return command.Usagef("-name %q is not the name of a file", f.name)
	}
	return nil
}

func run(ctx context.Context, f flags, stdout io.Writer) error {
	if err := f.check(); err != nil {
		return err
	}
	settings := drift.Defaults()
	if err := config.Load(filepath.Join(f.config, "drift.yaml"), &settings); err != nil {
		return err
	}
	m, err := model.Open(f.model)
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%w: run `make promote` first", err)
	}
	if err != nil {
		return err
	}
	c := &comparison{model: m, settings: settings, flags: f}
	r, err := c.run(ctx)
	if err != nil {
		return err
	}
	if err := r.WriteText(stdout); err != nil {
		return err
	}
	path, err := write(f, r)
	if err != nil {
		return err
	}
	if errs := r.Errors(); len(errs) > 0 {
		return fmt.Errorf("%s; %d of %d alarms are errors: see %s", errs[0], len(errs), len(r.Alarms), path)
	}
	fmt.Fprintf(stdout, "\n%s\n", path)
	return nil
}

// write writes the report as JSON and as a page, each whole or not at all, and
// returns the path of the page.
func write(f flags, r *drift.Report) (string, error) {
	path := filepath.Join(f.work, drift.Dir, f.name)
	return path + ".html", page.SaveDrift(path, "drift", r)
}
