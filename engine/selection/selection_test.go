package selection

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/must"
	"example.com/engine/random"
)

// sample makes rows of three classes, some tens of groups with a place each,
// and times of several rows.
func sample(n int) Rows {
	rng := rand.New(rand.NewPCG(1, 2))
	rows := Rows{N: n}
	for i := range n {
		g := rng.IntN(30)
		rows.Y = append(rows.Y, float64(rng.IntN(6)/2)) // 0, 1, 2
		rows.Groups = append(rows.Groups, 7*g-50)
		rows.Time = append(rows.Time, int64(rng.IntN(40)*1000))
		rows.Points = append(rows.Points, []float64{float64(g%6) + 0.1*rng.Float64(), float64(g/6) + 0.1*rng.Float64()})
		rows.Units = append(rows.Units, random.Mix(uint64(i/2)))
	}
	return rows
}

// splitters returns one of each kind, ready to split sample(300).
func splitters(t *testing.T) map[string]Splitter {
	t.Helper()
	all := map[string]Splitter{}
	for _, kind := range Kinds() {
		s := must.Get(New(kind))(t)
		all[kind] = s
	}
	all["rows"] = &Given{Test: []int{299, 0, 17}}
	all["kfold, shuffled"] = &KFold{Folds: 7, Shuffle: true}
	all["group_kfold, shuffled"] = &GroupKFold{Folds: 7, Shuffle: true}
	all["stratified_kfold, shuffled"] = &StratifiedKFold{Folds: 7, Shuffle: true}
	all["stratified_group_kfold, shuffled"] = &StratifiedGroupKFold{Folds: 4, Shuffle: true}
	all["kfold, exact"] = &KFold{Folds: 7, Shuffle: true, Exact: true}
	all["group_kfold, exact"] = &GroupKFold{Folds: 7, Shuffle: true, Exact: true}
	all["stratified_kfold, exact"] = &StratifiedKFold{Folds: 7, Shuffle: true, Exact: true}
	all["stratified_group_kfold, exact"] = &StratifiedGroupKFold{Folds: 4, Shuffle: true, Exact: true}
	all["spatial_blocks, grid"] = &SpatialBlocks{Folds: 3, Method: "grid", CellSize: 1}
	all["spatial_blocks, many"] = &SpatialBlocks{Folds: 3, Method: "kmeans", Blocks: 20}
	return all
}

func split(t *testing.T, s Splitter, rows Rows, rng *rand.Rand) []Fold {
	t.Helper()
	return must.Get(s.Split(rows, rng))(t)
}

func TestFoldsAreSound(t *testing.T) {
	rows := sample(300)
	for name, s := range splitters(t) {
		t.Run(name, func(t *testing.T) {
			folds := split(t, s, rows, random.New(42, "split"))
			tested := make([]int, rows.N)
			for _, f := range folds {
				require.NotEmpty(t, f.Train)
				require.NotEmpty(t, f.Test)
				require.True(t, slices.IsSorted(f.Train))
				require.True(t, slices.IsSorted(f.Test))
				part := make([]int, rows.N)
				for _, i := range slices.Concat(f.Train, f.Test) {
					part[i]++
				}
				if name != "time_series_split" {
					require.Equal(t, 1, slices.Min(part), "a row is in no part")
				}
				require.Equal(t, 1, slices.Max(part), "a row is in two parts")
				for _, i := range f.Test {
					tested[i]++
				}
			}
			if len(folds) > 1 && name != "time_series_split" {
				require.Equal(t, slices.Min(tested), slices.Max(tested), "rows are not tested equally often")
			}
			again := split(t, s, rows, random.New(42, "split"))
			require.Equal(t, folds, again)
		})
	}
}

func TestShufflingDependsOnTheSeed(t *testing.T) {
	rows := sample(300)
	for _, name := range []string{
		"random", "stratified", "group", "repeated_kfold", "repeated_stratified_kfold", "kfold, shuffled",
		"group_kfold, shuffled", "stratified_kfold, shuffled", "stratified_group_kfold, shuffled",
		"kfold, exact", "group_kfold, exact", "stratified_kfold, exact", "stratified_group_kfold, exact", "spatial_blocks, grid",
	} {
		s := splitters(t)[name]
		one := split(t, s, rows, random.New(1, "split"))
		two := split(t, s, rows, random.New(2, "split"))
		require.NotEqual(t, one, two, name)
		if len(one) > 7 { // the repetitions differ too
			require.NotEqual(t, one[0], one[5], name)
		}
	}
}

func TestGroupsNeverStraddle(t *testing.T) {
	rows := sample(300)
	for name, of := range map[string][]int{
		"group": rows.Groups, "group_kfold": rows.Groups, "group_kfold, shuffled": rows.Groups,
		"stratified_group_kfold": rows.Groups, "stratified_group_kfold, shuffled": rows.Groups,
		"group_kfold, exact": rows.Groups, "stratified_group_kfold, exact": rows.Groups,
		"leave_one_group_out": rows.Groups, "spatial_blocks, grid": rows.Groups, "spatial_blocks": rows.Groups,
	} {
		folds := split(t, splitters(t)[name], rows, random.New(42, "split"))
		n, _ := Straddling(of, folds)
		require.Zero(t, n, name)
	}
	for _, name := range []string{"random", "kfold, shuffled", "stratified", "repeated_kfold", "stratified_kfold, shuffled", "kfold, exact"} {
		n, _ := Straddling(rows.Units, split(t, splitters(t)[name], rows, random.New(42, "split")))
		require.Zero(t, n, name)
	}
}

func TestTimeOrderIsKept(t *testing.T) {
	rows := sample(300)
	for _, s := range []Splitter{
		&Time{TestSize: 0.3}, &TimeSeriesSplit{Folds: 5}, &TimeSeriesSplit{Folds: 3, TestSize: 4, Gap: 2, MaxTrainSize: 6},
	} {
		folds := split(t, s, rows, nil)
		require.Zero(t, Backwards(rows.Time, folds))
	}
	// A gap of two times, a window of six, a test of four.
	folds := split(t, &TimeSeriesSplit{Folds: 3, TestSize: 4, Gap: 2, MaxTrainSize: 6}, rows, nil)
	times := func(part []int) []int64 {
		at := Take(rows.Time, part)
		slices.Sort(at)
		return slices.Compact(at)
	}
	require.Equal(t, []int64{20e3, 21e3, 22e3, 23e3, 24e3, 25e3}, times(folds[0].Train))
	require.Equal(t, []int64{28e3, 29e3, 30e3, 31e3}, times(folds[0].Test))
	require.Equal(t, []int64{36e3, 37e3, 38e3, 39e3}, times(folds[2].Test))
}

func TestSizes(t *testing.T) {
	rows := sample(300)
	check := func(s Splitter, least, most int) {
		t.Helper()
		folds := split(t, s, rows, random.New(42, "split"))
		for _, f := range folds {
			require.GreaterOrEqual(t, len(f.Test), least)
			require.LessOrEqual(t, len(f.Test), most)
		}
	}
	check(&Random{TestSize: 0.2}, 32, 88) // four standard deviations of 150 pairs
	check(&KFold{Folds: 5, Shuffle: true}, 32, 88)
	rows.Units = nil
	check(&Random{TestSize: 0.2, Exact: true}, 60, 60)
	check(&Random{TestSize: 0.201, Exact: true}, 61, 61) // rounded up
	check(&Stratified{TestSize: 0.2, Exact: true}, 60, 60)
	check(&Group{TestSize: 0.2, Exact: true}, 52, 68) // a group has some 10 rows
	check(&Time{TestSize: 0.2}, 60, 70)
	check(&KFold{Folds: 7}, 42, 43)
	check(&KFold{Folds: 7, Shuffle: true, Exact: true}, 42, 43)
	check(&GroupKFold{Folds: 5, Shuffle: true, Exact: true}, 40, 80)
	check(&StratifiedGroupKFold{Folds: 5, Shuffle: true, Exact: true}, 50, 70)
	check(&GroupKFold{Folds: 5}, 55, 65)
	check(&StratifiedGroupKFold{Folds: 5}, 50, 70)
	check(&SpatialBlocks{Folds: 5, Method: "kmeans", Blocks: 30}, 50, 70)
}

// A group that would be most of the test is for training, whatever is drawn.
func TestGiantGroupsStayInTraining(t *testing.T) {
	rows := Rows{N: 1000}
	for i := range rows.N {
		rows.Groups = append(rows.Groups, max(0, i-800)) // 0 has 800 rows
	}
	for seed := range uint64(50) {
		for _, exact := range []bool{false, true} {
			folds := split(t, &Group{TestSize: 0.2, Exact: exact}, rows, random.New(seed, "split"))
			require.Equal(t, 0, folds[0].Train[0], "%d", seed)
			if exact {
				require.Len(t, folds[0].Test, 200-1)
			}
		}
	}
}

func TestStrataHaveTheirShare(t *testing.T) {
	rows := sample(300)
	numbers := Rows{N: 300}
	for i := range rows.N {
		numbers.Y = append(numbers.Y, math.Exp(float64(i%97)/10))
	}
	rows.Units = nil
	whole := classCounts(rows.Y, everyRow(300), 3)
	check := func(s Splitter, rows Rows, class []float64, whole []int, slack float64) {
		t.Helper()
		folds := split(t, s, rows, random.New(42, "split"))
		for _, f := range folds {
			for k, n := range classCounts(class, f.Test, len(whole)) {
				require.InDelta(t, float64(whole[k])*float64(len(f.Test))/300, n, slack)
			}
		}
	}
	check(&Stratified{TestSize: 0.2, Exact: true}, rows, rows.Y, whole, 1)
	check(&StratifiedKFold{Folds: 5, Shuffle: true, Exact: true}, rows, rows.Y, whole, 1)
	check(&RepeatedStratifiedKFold{Folds: 4, Repeats: 2, Exact: true}, rows, rows.Y, whole, 1)
	check(&StratifiedGroupKFold{Folds: 5}, rows, rows.Y, whole, 6)

	bin := make([]float64, 300)
	for i, b := range Bin(numbers.Y, QuantileEdges(numbers.Y, 4)) {
		bin[i] = float64(b)
	}
	binned := classCounts(bin, everyRow(300), 4)
	check(&Stratified{TestSize: 0.2, Exact: true, Strata: Strata{Bins: 4}}, numbers, bin, binned, 1)
	check(&StratifiedKFold{Folds: 5, Strata: Strata{Bins: 4}}, numbers, bin, binned, 1)
	check(&Stratified{TestSize: 0.2, Exact: true, Strata: Strata{Edges: QuantileEdges(numbers.Y, 4)}}, numbers, bin, binned, 1)
}

func everyRow(n int) []int {
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i
	}
	return rows
}

func TestNestedFoldsStayInside(t *testing.T) {
	rows := sample(300)
	nested := must.Get(Nested(&GroupKFold{Folds: 4}, &StratifiedGroupKFold{Folds: 3}, rows, random.New(42, "split")))(t)
	require.Len(t, nested, 4)
	for _, f := range nested {
		require.Len(t, f.Inner, 3)
		for _, inner := range f.Inner {
			all := slices.Concat(inner.Train, inner.Test)
			slices.Sort(all)
			require.Equal(t, f.Train, all)
		}
		n, _ := Straddling(rows.Groups, append(f.Inner, f.Fold))
		require.Zero(t, n)
	}
	_, err := Nested(&KFold{Folds: 2}, &KFold{Folds: 200}, rows, nil)
	require.EqualError(t, err, "inner folds of fold 0: k-fold of 200 folds needs as many rows, there are 150")
}
