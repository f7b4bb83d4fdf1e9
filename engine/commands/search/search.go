// Package search finds the settings of model.yaml that cross-validate best on
// the training rows.
//
//	tools search [-config DIR] [-work DIR] [-trials N] [-strategy random|grid|halving] [-seed S]
//
// The section `search` of model.yaml names the settings to vary; see
// engine/search. It reads data/processed/train.csv, never the test rows,
// and records each trial in reports/search/trials as it finishes, so that
// after a kill it continues where it was. At the end it writes
// reports/search/trials.csv and .json, the trials with the best first, and
// reports/search/best.yaml, sections to put into model.yaml.
//
// Several processes share the work, on one machine or many with a common
// folder, and a last one puts their trials together:
//
//	tools search … -index I -of N [-rung R]   run the I-th (from 0) of N shares of rung R
//	tools search … -reduce                    write the tables from what is recorded
//
// Random and grid searches have one rung, 0; -rungs prints how many a halving
// has at most. engine/scripts/search.mk, scripts/slurm/search.sh and the workflow for
// Argo that -argo prints do this.
package search

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"example.com/engine/search"
	"example.com/engine/stage"
)

// Run is the command; it returns the status of the program.
func Run(args []string, stdout, stderr io.Writer) int {
	var f flags
	return stage.Exec("search", args, stdout, stderr,
		func(s *stage.Stage) error { return run(s, f, stdout) }, stage.Flags(f.declare))
}

func run(s *stage.Stage, f flags, stdout io.Writer) error {
	if err := f.check(); err != nil {
		return err
	}
	t := &trials{file: newFile(f)}
	if err := t.configure(s); err != nil {
		return err
	}
	switch {
	case f.argo:
		return writeWorkflow(stdout, f, t.mostRungs())
	case f.rungs:
		_, err := fmt.Fprintln(stdout, t.mostRungs())
		return err
	case f.of > 0:
		return share(s, t, search.Share{Index: f.index, Of: f.of, Rung: f.rung})
	}
	return whole(s, t, f.reduce)
}

// whole runs every trial that is not recorded, or, to reduce, none, and writes
// the tables.
func whole(s *stage.Stage, t *trials, reduce bool) error {
	train := s.Input(trainFile)
	out := outputs{s.Output(search.TableFile), s.Output(search.DataFile), s.Output(search.BestFile)}
	return s.Run(func(ctx context.Context) error {
		if err := t.load(train); err != nil {
			return err
		}
		run, err := t.search(s)
		if err != nil {
			return err
		}
		defer t.closeBar()
		var done []*search.Trial
		if reduce {
			done, err = run.Recorded()
		} else {
			done, err = run.Run(ctx)
		}
		if err != nil {
			return err
		}
		table, err := t.table(run, done)
		if err != nil {
			return err
		}
		s.Logf("%s", table.Summary())
		return out.write(t, table, run.Store)
	})
}

// share runs one process's part. It takes no lock on the work folder, since
// others run at the same time, and writes nothing but its trials.
func share(s *stage.Stage, t *trials, part search.Share) error {
	if err := t.load(s.Path(trainFile)); err != nil {
		return err
	}
	run, err := t.search(s)
	if err != nil {
		return err
	}
	defer t.closeBar()
	return run.RunShare(s.Context(), part)
}

// flags are what the command line says. The first three replace the settings of
// the same name if they are given.
type flags struct {
	trials   int
	strategy string
	seed     *uint64

	index, of, rung int
	reduce          bool
	rungs           bool
	argo            bool
	image           string
}

func (f *flags) declare(fs *flag.FlagSet) {
	fs.IntVar(&f.trials, "trials", 0, "`number` of candidates of a random or halving search, instead of the configured one")
	fs.StringVar(&f.strategy, "strategy", "", "random, grid or halving, instead of the configured `one`")
	fs.Func("seed", "`number` that candidates are drawn from, instead of the configured one", func(s string) error {
		seed, err := strconv.ParseUint(s, 10, 64)
		f.seed = &seed
		return err
	})
	fs.IntVar(&f.index, "index", -1, "run only the share of this `number`, from 0")
	fs.IntVar(&f.of, "of", 0, "`number` of shares")
	fs.IntVar(&f.rung, "rung", 0, "rung of a halving to run the share of, from 0")
	fs.BoolVar(&f.reduce, "reduce", false, "write the tables from the trials that shares have recorded")
	fs.BoolVar(&f.rungs, "rungs", false, "print how many rungs there are at most")
	fs.BoolVar(&f.argo, "argo", false, "print an Argo Workflow that runs the search in -of shares")
	fs.StringVar(&f.image, "image", "project-build", "`image` with the programs, for -argo")
}

// check refuses flags that do not go together.
func (f *flags) check() error {
	shared := f.index >= 0
	switch {
	case f.trials < 0 || f.trials > search.MaxTrials:
		return fmt.Errorf("-trials %d: there can be 1 to %d", f.trials, search.MaxTrials)
	case f.strategy != "" && !slices.Contains(search.Strategies, f.strategy):
		return fmt.Errorf("-strategy %s: there are %s", f.strategy, strings.Join(search.Strategies, ", "))
	case f.argo && f.of < 1:
		return errors.New("-argo needs -of, the number of shares")
	case f.argo && shared:
		return errors.New("-argo and -index can't go together: the workflow counts the shares")
	case f.argo:
		return nil
	case shared && f.of <= f.index:
		return fmt.Errorf("-index %d -of %d: shares count from 0 to one less than their number", f.index, f.of)
	case !shared && (f.of != 0 || f.rung != 0):
		return errors.New("-of and -rung need -index, the number of the share")
	case f.rung < 0:
		return fmt.Errorf("-rung %d: rungs count from 0", f.rung)
	case shared && f.reduce:
		return errors.New("-index and -reduce can't go together: reduce when every share has run")
	}
	return nil
}

// override replaces the settings that the flags name.
func (f *flags) override(s *search.Settings) {
	if f.trials > 0 {
		s.Trials = f.trials
	}
	if f.strategy != "" {
		s.Strategy = f.strategy
	}
	if f.seed != nil {
		s.Seed = *f.seed
	}
}
