package transformtest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/engine/table"
	"example.com/engine/transform"
)

// faulty keeps the contract, except in the way that its fault says. It takes
// the first number from numbers and gives categories their sorted places.
type faulty struct {
	Setting float64     `yaml:"setting" json:"setting"`
	Hidden  float64     `yaml:"-" json:"hidden"`
	Names   []string    `yaml:"-" json:"names"`
	First   []float64   `yaml:"-" json:"first"`
	Levels  [][]string  `yaml:"-" json:"levels"`
	fault   string      //
	lost    float64     // learned, and not in JSON
	busy    atomic.Bool // in Transform
}

var fits atomic.Int64

func (f *faulty) Fit(x *table.Table, _ []float64, _ *rand.Rand) error {
	if x.Len() == 0 {
		return errors.New("no rows")
	}
	if f.fault != "fitting forgets" {
		f.First = nil
	}
	f.Names, f.Levels = x.Names(), nil
	for _, c := range x.Columns() {
		first := 0.0
		if c.Kind == table.Float && !math.IsNaN(c.Floats[0]) {
			first = c.Floats[0]
		}
		f.First = append(f.First, first)
		f.Levels = append(f.Levels, slices.Sorted(slices.Values(c.Levels)))
		if f.fault != "the order of levels does not matter" {
			f.Levels[len(f.Levels)-1] = slices.DeleteFunc(f.Levels[len(f.Levels)-1], func(s string) bool { return s == "never there" })
		}
	}
	switch f.fault {
	case "fitting twice learns the same":
		f.First[0] = float64(fits.Add(1))
	case "the number of processors does not matter":
		f.First[0] = float64(runtime.GOMAXPROCS(0))
	case "settings are left alone":
		f.Setting++
	case "JSON round trip":
		f.lost = 5
	}
	return nil
}

func (f *faulty) Transform(x *table.Table) (*table.Table, error) {
	if f.Names == nil {
		if f.fault == "not fitted is an error" {
			return x, nil
		}
		return nil, errors.New("not fitted")
	}
	if f.fault == "concurrent use" {
		if f.busy.Swap(true) {
			return nil, errors.New("already in use")
		}
		defer f.busy.Store(false)
		time.Sleep(time.Millisecond)
	}
	if f.fault == "no rows" && x.Len() == 0 {
		return nil, errors.New("no rows")
	}
	cols := make([]*table.Column, len(f.Names))
	for j, name := range f.Names {
		c, err := f.column(x, j)
		if err != nil {
			return nil, err
		}
		out := make([]float64, c.Len())
		for i := range out {
			if out[i], err = f.value(c, j, i); err != nil {
				return nil, err
			}
		}
		cols[j] = table.Floats(name, out)
	}
	return table.New(cols...)
}

func (f *faulty) column(x *table.Table, j int) (*table.Column, error) {
	c := x.Column(f.Names[j])
	if f.fault == "other columns and their order do not matter" && x.Column("something else") != nil {
		c = x.Columns()[x.Width()-1]
	}
	if c == nil && f.fault == "a missing column is named" {
		return nil, errors.New("a column is missing")
	}
	if c == nil || c.Kind == table.Time && f.fault != "a column of another kind is named" {
		return nil, fmt.Errorf("column %q is missing or no number", f.Names[j])
	}
	return c, nil
}

func (f *faulty) value(c *table.Column, j, i int) (float64, error) {
	if c.IsNull(i) && c.Kind == table.Float {
		if f.fault == "columns of nulls" {
			return 0, errors.New("null")
		}
		return math.NaN(), nil
	}
	v := 0.0
	if c.Kind == table.Float {
		v = c.Floats[i] - f.First[j]
	}
	if c.Kind == table.Category && c.Codes[i] >= 0 {
		place, ok := slices.BinarySearch(f.Levels[j], c.Levels[c.Codes[i]])
		if !ok && f.fault == "unseen categories" {
			return 0, errors.New("what is that")
		}
		v = float64(place)
	}
	switch f.fault {
	case "input is left alone":
		if c.Kind == table.Float {
			c.Floats[i]++
		}
	case "a row by itself is the same":
		v += float64(c.Len())
	case "permuting rows permutes the result":
		v += float64(i)
	case "JSON round trip":
		v += f.lost
	case "constant columns":
		if c.Len() > 1 && c.Kind == table.Float && c.Floats[0] == c.Floats[1] {
			v = math.Inf(1)
		}
	case "no infinite numbers":
		v = math.Inf(-1)
	}
	return v, nil
}

func (f *faulty) NamesOut() []string {
	if f.fault == "names" {
		return []string{"something"}
	}
	return f.Names
}

func (f *faulty) String() string {
	if f.fault == "prints itself on one line" {
		return "one\ntwo"
	}
	return "faulty()"
}

// faultyFit is one with FitTransform, which learns something else.
type faultyFit struct {
	faulty `yaml:",inline"`
}

func (f *faultyFit) FitTransform(_ context.Context, x *table.Table, y []float64, rng *rand.Rand) (*table.Table, error) {
	if err := f.Fit(x, y, rng); err != nil {
		return nil, err
	}
	f.First[0]++
	return f.Transform(x)
}

// faultyYAML is one that loses its setting.
type faultyYAML struct {
	faulty `yaml:",inline"`
}

func (f *faultyYAML) MarshalYAML() (any, error) { return map[string]any{}, nil }

// TestChecksFindFaults proves for each check that it passes what keeps the
// contract and reports what breaks its rule.
func TestChecksFindFaults(t *testing.T) {
	for _, check := range checks {
		t.Run(check.name, func(t *testing.T) {
			c := Case{Columns: []string{"plain", "holes", "city"}}
			if check.name == "constant columns" || check.name == "input is left alone" {
				c.Columns = []string{"plain", "positive"}
			}
			c.New = func() transform.Transformer { return &faulty{} }
			require.NoError(t, check.run(c), "what keeps the contract")
			switch check.name {
			case "fit-transform learns what fit learns":
				c.New = func() transform.Transformer { return &faultyFit{} }
			case "YAML round trip":
				c.Settings = "setting: 2"
				c.New = func() transform.Transformer { return &faultyYAML{} }
			default:
				c.New = func() transform.Transformer { return &faulty{fault: check.name} }
			}
			require.Error(t, check.run(c), "what breaks it")
		})
	}
}

func TestSameFindsDifferences(t *testing.T) {
	x := Data().Slice(0, 20)
	require.NoError(t, same(x, relevel(x)))
	require.Error(t, same(x, reorder(x)))
	require.Error(t, same(x, x.Slice(0, 19)))
	require.Error(t, same(x, unseen(x)))
	require.Error(t, same(x, nulls(x)))
	require.Error(t, same(x, constants(x)))
	zero, minus := table.Must(table.Floats("a", []float64{0})), table.Must(table.Floats("a", []float64{math.Copysign(0, -1)}))
	require.Error(t, same(zero, minus), "bit by bit")
}

func TestCasePanicsOnWrongSettings(t *testing.T) {
	c := Case{New: func() transform.Transformer { return &faulty{} }, Settings: "no_such: 1"}
	defer func() { require.Contains(t, fmt.Sprint(recover()), "no_such") }()
	c.make()
	require.Fail(t, "no panic")
}
