package search

import (
	"errors"
	"flag"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"example.com/engine/search"
)

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
	fs.StringVar(&f.image, "image", "housing-build", "`image` with the programs, for -argo")
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
