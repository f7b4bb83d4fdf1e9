package transformtest

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"

	"example.com/engine/table"
	"example.com/engine/transform"
)

func fitsTheSame(c Case) error {
	a, err := c.fit(c.data())
	if err != nil {
		return err
	}
	b, err := c.fit(c.data())
	return errors.Join(err, equal(state(a), state(b)))
}

func fitForgets(c Case) error {
	fresh, err := c.fit(c.data())
	if err != nil {
		return err
	}
	again, err := c.fit(c.data().Slice(0, Rows/3))
	if err != nil {
		return err
	}
	if err := again.Fit(c.data(), c.target(), source()); err != nil {
		return err
	}
	return equal(state(fresh), state(again))
}

// processors guards their number against checks that run in parallel.
var processors sync.Mutex

func anyProcessors(c Case) error {
	processors.Lock()
	defer processors.Unlock()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	runtime.GOMAXPROCS(1)
	one, want, err := c.fitted()
	if err != nil {
		return err
	}
	runtime.GOMAXPROCS(4)
	four, got, err := c.fitted()
	if err != nil {
		return err
	}
	return errors.Join(equal(state(one), state(four)), same(want, got))
}

func anyLevels(c Case) error {
	t, want, err := c.fitted()
	if err != nil {
		return err
	}
	other, err := c.fit(relevel(c.data()))
	if err != nil {
		return err
	}
	got, err := t.Transform(relevel(c.data()))
	if err != nil {
		return err
	}
	return errors.Join(equal(state(t), state(other)), same(want, got))
}

func leavesInput(c Case) error {
	x := c.choose(Data())
	t := c.make()
	if err := t.Fit(x, c.target(), source()); err != nil {
		return err
	}
	if _, err := t.Transform(x); err != nil {
		return err
	}
	return same(c.choose(Data()), x)
}

// leavesSettings checks that what YAML says of it is not changed by Fit.
func leavesSettings(c Case) error {
	before, err := yaml.Marshal(c.make())
	if err != nil {
		return err
	}
	t, err := c.fit(c.data())
	if err != nil {
		return err
	}
	after, err := yaml.Marshal(t)
	return errors.Join(err, equal(string(before), string(after)))
}

func rowByRow(c Case) error {
	t, want, err := c.fitted()
	if err != nil {
		return err
	}
	x := c.data()
	for i := 0; i < Rows; i += 13 {
		got, err := t.Transform(x.Slice(i, i+1))
		if err != nil {
			return fmt.Errorf("row %d: %w", i, err)
		}
		if err := same(want.Slice(i, i+1), got); err != nil {
			return fmt.Errorf("row %d: %w", i, err)
		}
	}
	return nil
}

func permutes(c Case) error {
	t, want, err := c.fitted()
	if err != nil {
		return err
	}
	order := shuffled(Rows)
	got, err := t.Transform(c.data().Take(order))
	if err != nil {
		return err
	}
	return same(want.Take(order), got)
}

func concurrent(c Case) error {
	t, want, err := c.fitted()
	if err != nil {
		return err
	}
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
	t, out, err := c.fitted()
	if err != nil {
		return err
	}
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
	t, want, err := c.fitted()
	if err != nil {
		return err
	}
	got, err := t.Transform(reorder(c.data()))
	if err != nil {
		return err
	}
	return same(want, got)
}

// missingColumn leaves out each column that is read.
func missingColumn(c Case) error {
	t, _, err := c.fitted()
	if err != nil {
		return err
	}
	for i, name := range c.Columns {
		rest, err := c.data().Select(slices.Delete(slices.Clone(c.Columns), i, i+1)...)
		if err != nil {
			return err
		}
		if err := names(t, rest, name); err != nil {
			return err
		}
	}
	return nil
}

func otherKind(c Case) error {
	t, _, err := c.fitted()
	if err != nil {
		return err
	}
	x := c.data()
	for _, col := range x.Columns() {
		other := table.Times(col.Name, make([]int64, Rows))
		if col.Kind == table.Time {
			other = table.Texts(col.Name, make([]string, Rows))
		}
		changed, err := x.With(other)
		if err != nil {
			return err
		}
		if err := names(t, changed, col.Name); err != nil {
			return err
		}
	}
	return nil
}

// names checks that Transform gives an error that names the column.
func names(t transform.Transformer, x *table.Table, column string) error {
	_, err := t.Transform(x)
	if err == nil {
		return fmt.Errorf("no error for column %q", column)
	}
	if !strings.Contains(err.Error(), fmt.Sprintf("%q", column)) {
		return fmt.Errorf("the error does not name column %q: %w", column, err)
	}
	return nil
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

func isFinite(v float64) bool { return !math.IsInf(v, 0) }
