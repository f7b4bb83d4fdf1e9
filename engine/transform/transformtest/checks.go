package transformtest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"

	"example.com/engine/table"
	"example.com/engine/transform"
)

func fitsTheSame(c Case) error { return equal(state(c.fit(c.data())), state(c.fit(c.data()))) }

func fitForgets(c Case) error {
	again := c.fit(c.data().Slice(0, Rows/3))
	ok(again.Fit(c.data(), c.target(), source()))
	return equal(state(c.fit(c.data())), state(again))
}

// processors guards their number against checks that run in parallel.
var processors sync.Mutex

func anyProcessors(c Case) error {
	processors.Lock()
	defer processors.Unlock()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	runtime.GOMAXPROCS(1)
	one, want := c.fitted()
	runtime.GOMAXPROCS(4)
	four, got := c.fitted()
	return errors.Join(equal(state(one), state(four)), same(want, got))
}

func anyLevels(c Case) error {
	t, want := c.fitted()
	x := relevel(c.data())
	return errors.Join(equal(state(t), state(c.fit(x))), same(want, get(t.Transform(x))))
}

func leavesInput(c Case) error {
	x, t := c.choose(Data()), c.make()
	ok(t.Fit(x, c.target(), source()))
	get(t.Transform(x))
	return same(c.choose(Data()), x)
}

// leavesSettings checks that what YAML says of it is not changed by Fit.
func leavesSettings(c Case) error {
	return equal(string(get(yaml.Marshal(c.make()))), string(get(yaml.Marshal(c.fit(c.data())))))
}

func rowByRow(c Case) error {
	t, want := c.fitted()
	for i := 0; i < Rows; i += 13 {
		got, err := t.Transform(c.data().Slice(i, i+1))
		if err == nil {
			err = same(want.Slice(i, i+1), got)
		}
		if err != nil {
			return fmt.Errorf("row %d: %w", i, err)
		}
	}
	return nil
}

func permutes(c Case) error {
	t, want := c.fitted()
	order := rand.New(rand.NewPCG(3, 3)).Perm(Rows)
	return same(want.Take(order), get(t.Transform(c.data().Take(order))))
}

func concurrent(c Case) (err error) {
	t, want := c.fitted()
	x := c.data()
	errs := make(chan error)
	const users = 8
	for u := range users {
		go func() {
			var failed error
			for size := 1 + u; size < Rows && failed == nil; size *= 5 {
				got, err := t.Transform(x.Slice(u, size+u))
				if failed = err; err == nil {
					failed = same(want.Slice(u, size+u), got)
				}
			}
			errs <- failed
		}()
	}
	for range users {
		err = errors.Join(err, <-errs)
	}
	return err
}

func namesMatch(c Case) error {
	t, out := c.fitted()
	named, ok := t.(interface{ NamesOut() []string })
	if !ok {
		return errors.New("it has no NamesOut")
	}
	if !slices.Equal(named.NamesOut(), out.Names()) {
		return fmt.Errorf("it names %v and makes %v", named.NamesOut(), out.Names())
	}
	return nil
}

func otherColumns(c Case) error {
	t, want := c.fitted()
	return same(want, get(t.Transform(reorder(c.data()))))
}

// missingColumn leaves out each column that is read.
func missingColumn(c Case) (err error) {
	t, _ := c.fitted()
	for i, name := range c.Columns {
		rest := get(c.data().Select(slices.Delete(slices.Clone(c.Columns), i, i+1)...))
		err = errors.Join(err, names(t, rest, name))
	}
	return err
}

func otherKind(c Case) (err error) {
	t, _ := c.fitted()
	for _, col := range c.data().Columns() {
		other := table.Times(col.Name, make([]int64, Rows))
		if col.Kind == table.Time {
			other = table.Texts(col.Name, make([]string, Rows))
		}
		err = errors.Join(err, names(t, get(c.data().With(other)), col.Name))
	}
	return err
}

// names checks that Transform gives an error that names the column.
func names(t transform.Transformer, x *table.Table, column string) error {
	_, err := t.Transform(x)
	if err == nil {
		return fmt.Errorf("no error for column %q", column)
	}
	return namesOne(err, column)
}

// namesOne checks that an error names one of the columns.
func namesOne(err error, columns ...string) error {
	named := func(column string) bool { return strings.Contains(err.Error(), fmt.Sprintf("%q", column)) }
	if slices.ContainsFunc(columns, named) {
		return nil
	}
	return fmt.Errorf("the error names no column of %q: %w", columns, err)
}

func notFitted(c Case) error {
	if _, err := c.make().Transform(c.data()); err == nil {
		return errors.New("no error")
	}
	return nil
}

func equal(want, got string) error {
	if want == got {
		return nil
	}
	at := 0
	for at < min(len(want), len(got)) && want[at] == got[at] {
		at++
	}
	from := max(0, at-40)
	return fmt.Errorf("differs: …%s instead of …%s", clip(got[from:]), clip(want[from:]))
}

func clip(s string) string { return s[:min(len(s), 120)] }
