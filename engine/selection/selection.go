// Package selection splits rows into training and test parts, once or in
// folds, and runs a function on each fold in parallel.
//
// It takes numbers and gives row numbers, and of this module depends on arithmetic
// alone. The splitters have the names, settings and defaults of scikit-learn's
// model_selection, where there is one, and the same folds where nothing is
// drawn. Where something is, it comes from the rng alone: the same seed gives
// the same folds.
//
// A drawn part is that of the row, or of its group, alone: a hash of its digest,
// keyed by a number from rng, against a threshold. So no row changes its part
// when others come, go or change places, and the parts have their sizes in
// expectation. With Exact they have them to the row, as scikit-learn's, by the
// rank of that hash: then one row more can move others.
package selection

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Fold is one split of the rows: row numbers from 0, rising, in no part twice
// and in no two parts. Rows may be in neither part, as those in a gap.
type Fold struct {
	Train, Test []int
}

// Rows is what a splitter may look at, one entry for each of the N rows. A
// field is nil if it is not known; a splitter that needs it says so.
type Rows struct {
	N      int
	Y      []float64   // what strata are made of: class codes, or numbers to bin
	Groups []int       // rows of one group stay together; the number stands for the group in any table
	Time   []int64     // any unit
	Points [][]float64 // coordinates, in units in which distances mean something
	Units  []uint64    // a digest of what the row is, the same in any table; nil: its number
}

// Splitter makes folds. rng is drawn from by splitters that shuffle; others
// take nil.
type Splitter interface {
	Split(rows Rows, rng *rand.Rand) ([]Fold, error)
}

// Take returns what is known of the given rows.
func (r Rows) Take(rows []int) Rows {
	return Rows{
		N:      len(rows),
		Y:      Take(r.Y, rows),
		Groups: Take(r.Groups, rows),
		Time:   Take(r.Time, rows),
		Points: Take(r.Points, rows),
		Units:  Take(r.Units, rows),
	}
}

// need returns an error if a splitter's column is not known, and panics if it
// is not of the length of the rows.
func need[T any](r Rows, splitter, what string, v []T) error {
	if v == nil && r.N > 0 {
		return fmt.Errorf("%s needs %s: name the column in the configuration", splitter, what)
	}
	if len(v) != r.N {
		panic("selection: slice length mismatch")
	}
	return nil
}

// Columns names the columns of a table that [Rows] are made of, one for each
// field; what is empty stays nil. Keys are for Units.
type Columns struct {
	Y, Groups, Time string
	Points, Keys    []string
}

// ColumnSplitter is a Splitter that names the columns it looks at, by settings
// of its own.
type ColumnSplitter interface {
	Splitter
	Columns() Columns
}

// New returns the splitter of that kind with its defaults, as it is named in a
// configuration.
func New(kind string) (Splitter, error) {
	for _, k := range kinds {
		if k.name == kind {
			return k.create(), nil
		}
	}
	return nil, fmt.Errorf("no splitter %q: there are %v", kind, Kinds())
}

// Kinds returns the names that New knows.
func Kinds() []string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.name
	}
	return names
}

// Register adds a kind of splitter, in the init of the package that has it, so
// that model.yaml can name it under `cross_validation: split`. create returns a
// splitter with its defaults; its settings are the fields with yaml tags, and
// their json tags say how a report shows them. If it is a [ColumnSplitter],
// features.yaml can name it under `split`, too. A name that is taken, an empty
// one and a nil create are mistakes in the program, and panic.
func Register(name string, create func() Splitter) {
	if name == "" || create == nil {
		panic("selection: Register needs a name and a splitter")
	}
	if slices.Contains(Kinds(), name) {
		panic("selection: two splitters are named " + name)
	}
	kinds = append(kinds, kind{name, create})
}

type kind struct {
	name   string
	create func() Splitter
}

var kinds = []kind{
	{"random", func() Splitter { return &Random{TestSize: 0.2} }},
	{"stratified", func() Splitter { return &Stratified{TestSize: 0.2} }},
	{"group", func() Splitter { return &Group{TestSize: 0.2} }},
	{"time", func() Splitter { return &Time{TestSize: 0.2} }},
	{"rows", func() Splitter { return &Given{} }},
	{"kfold", func() Splitter { return &KFold{Folds: 5} }},
	{"stratified_kfold", func() Splitter { return &StratifiedKFold{Folds: 5} }},
	{"group_kfold", func() Splitter { return &GroupKFold{Folds: 5} }},
	{"stratified_group_kfold", func() Splitter { return &StratifiedGroupKFold{Folds: 5} }},
	{"leave_one_group_out", func() Splitter { return &LeaveOneGroupOut{} }},
	{"repeated_kfold", func() Splitter { return &RepeatedKFold{Folds: 5, Repeats: 10} }},
	{"repeated_stratified_kfold", func() Splitter { return &RepeatedStratifiedKFold{Folds: 5, Repeats: 10} }},
	{"time_series_split", func() Splitter { return &TimeSeriesSplit{Folds: 5} }},
	{"spatial_blocks", func() Splitter { return &SpatialBlocks{Folds: 5, Method: "kmeans"} }},
}

// FoldsOf makes one fold for each value 0 … k-1 of fold, whose rows are its
// test part; all others are its training part.
func FoldsOf(fold []int, k int) []Fold {
	folds := make([]Fold, k)
	for f := range folds {
		for i, at := range fold {
			if at == f {
				folds[f].Test = append(folds[f].Test, i)
			} else {
				folds[f].Train = append(folds[f].Train, i)
			}
		}
	}
	return folds
}

// holdout makes one fold of the rows of which test is true.
func holdout(splitter string, test []bool) ([]Fold, error) {
	var f Fold
	for i, t := range test {
		if t {
			f.Test = append(f.Test, i)
		} else {
			f.Train = append(f.Train, i)
		}
	}
	if len(f.Test) == 0 || len(f.Train) == 0 {
		return nil, fmt.Errorf("%s of %d rows leaves %d for training and %d for the test", splitter, len(test), len(f.Train), len(f.Test))
	}
	return []Fold{f}, nil
}

// distinct numbers the distinct values by their order and returns the number
// of each row, and how many there are.
func distinct[T interface{ ~int | ~int64 }](v []T) (number []int, count int) {
	sorted := slices.Clone(v)
	slices.Sort(sorted)
	sorted = slices.Compact(sorted)
	number = make([]int, len(v))
	for i, x := range v {
		number[i], _ = slices.BinarySearch(sorted, x)
	}
	return number, len(sorted)
}

// sizes counts the rows of each number 0 … count-1.
func sizes(number []int, count int) []int {
	n := make([]int, count)
	for _, k := range number {
		n[k]++
	}
	return n
}

// TakeRows returns the given rows of x, copied.
func TakeRows(x *mat.Dense, rows []int) *mat.Dense {
	_, p := x.Dims()
	out := mat.NewDense(len(rows), p, nil)
	for k, i := range rows {
		out.SetRow(k, x.RawRowView(i))
	}
	return out
}

// Take returns the given values of v, copied, or nil for nil.
func Take[T any](v []T, rows []int) []T {
	if v == nil {
		return nil
	}
	out := make([]T, len(rows))
	for to, from := range rows {
		out[to] = v[from]
	}
	return out
}
