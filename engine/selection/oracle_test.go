package selection

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/must"
	"example.com/engine/random"
)

//go:generate python3 testdata/make.py

type fixture struct {
	Y       []float64
	Groups  []int
	Numbers []float64
	Exact   []struct {
		Kind     string
		Settings json.RawMessage
		Folds    []Fold
	}
	Drawn []struct {
		Kind     string
		Settings json.RawMessage
		Y        []float64
		Counts   [][2][]int // of the classes in training and test, by fold
	}
	Edges     []float64
	Cut, QCut []int
}

func load(t *testing.T) (f fixture) {
	t.Helper()
	b := must.Get(os.ReadFile("testdata/folds.json"))(t)
	require.NoError(t, json.Unmarshal(b, &f))
	require.NotEmpty(t, f.Exact)
	require.NotEmpty(t, f.Drawn)
	return f
}

// configured returns a splitter with settings from JSON.
func configured(t *testing.T, kind string, settings json.RawMessage) Splitter {
	t.Helper()
	s := must.Get(New(kind))(t)
	require.NoError(t, json.Unmarshal(settings, s))
	return s
}

func TestFoldsAreScikitLearns(t *testing.T) {
	f := load(t)
	rows := Rows{N: len(f.Y), Y: f.Y, Groups: f.Groups}
	for _, c := range f.Exact {
		t.Run(fmt.Sprintf("%s %s", c.Kind, c.Settings), func(t *testing.T) {
			got := split(t, configured(t, c.Kind, c.Settings), rows, nil)
			require.Equal(t, c.Folds, got)
		})
	}
}

func TestCountsAreScikitLearns(t *testing.T) {
	for _, c := range load(t).Drawn {
		t.Run(fmt.Sprintf("%s %s", c.Kind, c.Settings), func(t *testing.T) {
			s := configured(t, c.Kind, c.Settings)
			exactly(s)
			for seed := range uint64(5) {
				got := split(t, s, Rows{N: len(c.Y), Y: c.Y}, random.New(seed, "split"))
				require.Len(t, got, len(c.Counts))
				for k, want := range c.Counts {
					require.Equal(t, want[0], classCounts(c.Y, got[k].Train, len(want[0])))
					require.Equal(t, want[1], classCounts(c.Y, got[k].Test, len(want[1])))
				}
			}
		})
	}
}

// exactly makes a splitter share rows out to the row, as scikit-learn does.
func exactly(s Splitter) {
	reflect.ValueOf(s).Elem().FieldByName("Exact").SetBool(true)
}

func classCounts(y []float64, rows []int, classes int) []int {
	n := make([]int, classes)
	for _, i := range rows {
		n[int(y[i])]++
	}
	return n
}

func TestBinsArePandas(t *testing.T) {
	f := load(t)
	require.Equal(t, f.Cut, Bin(f.Numbers, f.Edges))
	require.Equal(t, f.QCut, Bin(f.Numbers, QuantileEdges(f.Numbers, 5)))
}

func TestWhatCannotBeSplitIsNamed(t *testing.T) {
	check := func(s Splitter, rows Rows, want string) {
		t.Helper()
		require.EqualError(t, must.Err(s.Split(rows, random.New(1, "split"))), want)
	}
	three := Rows{N: 3, Y: []float64{0, 0, 1}, Groups: []int{4, 4, 4}, Time: []int64{1, 1, 1}}
	check(&KFold{Folds: 5}, three, "k-fold of 5 folds needs as many rows, there are 3")
	check(&KFold{}, three, "k-fold needs at least 2 folds, not 0")
	check(&StratifiedKFold{Folds: 3}, three, "stratified k-fold: row 2 (value 1) is alone in its class: give it another or take fewer bins")
	check(&StratifiedKFold{Folds: 4}, three, "stratified k-fold of 4 folds needs as many rows, there are 3")
	check(&Stratified{TestSize: 0.5, Exact: true}, three, "stratified split: row 2 (value 1) is alone in its class: give it another or take fewer bins")
	check(&Stratified{TestSize: 0.1, Exact: true}, Rows{N: 4, Y: []float64{0, 0, 1, 1}}, "stratified split of 4 rows leaves a part of 1 rows, too few for 2 strata")
	check(&Stratified{TestSize: 0.1}, Rows{N: 2, Y: []float64{0, math.NaN()}}, "stratified split: the value of row 1 to stratify by is missing")
	check(&Stratified{TestSize: 0.1}, Rows{N: 2, Y: []float64{0, 1.5}}, "stratified split: value 1.5 of row 1 is not a class code: set bins to stratify by a number")
	check(&Stratified{TestSize: 0.1, Strata: Strata{Edges: []float64{2, 1}}}, three, "stratified split: edges [2 1] do not rise")
	check(&Stratified{TestSize: 0.1}, Rows{N: 2}, "stratified split needs a column to stratify by: name the column in the configuration")
	check(&Group{TestSize: 0.5}, three, "group split needs two groups, there are 1")
	check(&Group{TestSize: 0.5}, Rows{N: 2}, "group split needs groups: name the column in the configuration")
	check(&GroupKFold{Folds: 2}, three, "group k-fold of 2 folds needs as many groups, there are 1")
	check(&StratifiedGroupKFold{Folds: 2}, Rows{N: 4, Y: []float64{0, 0, 1, 1}, Groups: []int{1, 1, 1, 1}}, "stratified group k-fold of 2 folds needs as many groups, there are 1")
	check(&LeaveOneGroupOut{}, three, "leave one group out needs two groups, there are 1")
	check(&Time{TestSize: 0.5}, three, "time split of 3 rows leaves 0 for training and 3 for the test")
	check(&TimeSeriesSplit{Folds: 2}, three, "time series split of 3 folds needs as many times, there are 1")
	check(&TimeSeriesSplit{Folds: 2, Gap: 1}, Rows{N: 3}, "time series split of 3 times into 2 tests of 1 with a gap of 1 leaves none to train on")
	check(&Random{TestSize: 0.01}, three, "random split of 3 rows leaves 3 for training and 0 for the test: write `exact: true`, so that both have some, or another seed")
	check(&Group{TestSize: 0.1}, Rows{N: 4, Groups: []int{1, 1, 2, 2}},
		"group split: each of the 2 groups has more than 1.5 times the 1 rows wanted for the test: split by a column of more groups, or write a larger test_size")
	check(&KFold{Folds: 3, Shuffle: true}, Rows{N: 4, Units: []uint64{7, 7, 7, 7}},
		"k-fold of 4 rows: fold 1 of 3 has none: take fewer folds, or write `exact: true`")
	check(&Random{TestSize: 0.5}, Rows{N: 1}, "random split of 1 rows leaves 0 for training and 1 for the test")
	check(&Random{TestSize: 0.5}, Rows{}, "random split of 0 rows leaves 0 for training and 0 for the test")
	check(&Given{Test: []int{3}}, three, "split by row numbers: no row 3: there are 3, counted from 0")
	check(&Given{Test: []int{1, 1}}, three, "split by row numbers: row 1 is listed twice")
	check(&Given{}, three, "split by row numbers of 3 rows leaves 3 for training and 0 for the test")
	check(&SpatialBlocks{Folds: 2, Method: "kmeans"}, three, "spatial blocks needs coordinates: name the column in the configuration")
	bad := Rows{N: 2, Points: [][]float64{{1, 2}, {1, math.NaN()}}}
	check(&SpatialBlocks{Folds: 2, Method: "kmeans"}, bad, "spatial blocks: row 1 has the coordinates [1 NaN]")
	same := Rows{N: 2, Points: [][]float64{{1, 2}, {1, 2}}}
	check(&SpatialBlocks{Folds: 2, Method: "kmeans"}, same, "spatial blocks: group k-fold of 2 folds needs as many groups, there are 1")
	check(&SpatialBlocks{Folds: 2, Method: "grid"}, same, `spatial blocks: method "grid" with cell size 0: want kmeans, or grid with a cell size`)
	require.ErrorContains(t, must.Err(New("kfolds")), `no splitter "kfolds": there are [random stratified`)
}

func TestWrongLengthsPanic(t *testing.T) {
	require.PanicsWithValue(t, "selection: slice length mismatch", func() {
		_, _ = (&GroupKFold{Folds: 2}).Split(Rows{N: 3, Groups: []int{1, 2}}, nil)
	})
}

func TestWarnings(t *testing.T) {
	folds := []Fold{{Train: []int{0, 1}, Test: []int{2, 3}}, {Train: []int{2, 3}, Test: []int{0, 1}}}
	check := func(rows Rows, copies []int32, want ...string) {
		t.Helper()
		rows.N = 4
		require.Equal(t, want, Warnings(rows, folds, copies))
	}
	check(Rows{}, nil)
	check(Rows{Groups: []int{1, 1, 2, 2}, Y: []float64{0, 1, 0, 1}}, []int32{0, 0, 2, 3})
	check(Rows{Groups: []int{1, 2, 2, 3}}, nil,
		"2 test rows are of a group that the model was trained on (1 groups): split by group")
	check(Rows{}, []int32{0, 1, 2, 0},
		"2 test rows are copies of a training row (1 contents): drop duplicates")
	check(Rows{Time: []int64{1, 2, 2, 3}}, nil,
		"3 test rows are not later than every training row: split by time if the model is to predict what comes")
	check(Rows{Y: []float64{0, 0, 0, 1}}, nil,
		"2 folds have a part without some class: use fewer folds or stratify")
}

func TestKeepTogether(t *testing.T) {
	f := Fold{Train: []int{0, 2, 5}, Test: []int{1, 3, 6}}
	require.Equal(t, Fold{Train: []int{0, 3, 5}, Test: []int{1, 2, 6}}, KeepTogether(f, []string{"a", "b", "b", "a", "c", "d", "e"}))
	require.Equal(t, f, KeepTogether(f, []int{0, 1, 2, 3, 4, 5, 6}))
}

func TestRegisterRefuses(t *testing.T) {
	create := func() Splitter { return &Random{} }
	require.PanicsWithValue(t, "selection: two splitters are named kfold", func() { Register("kfold", create) })
	require.Panics(t, func() { Register("", create) })
	require.Panics(t, func() { Register("none", nil) })
}
