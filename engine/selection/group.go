package selection

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"example.com/engine/kmeans"
	"example.com/engine/random"
	"example.com/engine/rank"
)

// GroupKFold is KFold where the rows of a group are all in one test part.
// Without Shuffle the largest groups are dealt first, each to the fold with
// the fewest rows, so that folds are of like size; with it, each fold gets as
// many groups, drawn: in expectation or, with Exact, to the group.
type GroupKFold struct {
	Folds   int  `yaml:"folds" json:"folds" validate:"gte=2"`
	Shuffle bool `yaml:"shuffle" json:"shuffle"`
	Exact   bool `yaml:"exact" json:"exact,omitempty"`
}

// Split returns Folds folds.
func (s *GroupKFold) Split(rows Rows, rng *rand.Rand) ([]Fold, error) {
	if err := need(rows, "group k-fold", "groups", rows.Groups); err != nil {
		return nil, err
	}
	group, count := distinct(rows.Groups)
	if err := enough("group k-fold", s.Folds, count, "groups"); err != nil {
		return nil, err
	}
	if s.Shuffle {
		return deal("group k-fold", rows.grouped().places(rng), s.Folds, s.Exact)
	}
	return FoldsOf(Take(s.balance(sizes(group, count)), group), s.Folds), nil
}

// balance returns the fold of each group. Of groups of one size the one with
// the higher number is dealt first, as by scikit-learn.
func (s *GroupKFold) balance(size []int) []int {
	order := rank.Order(len(size), func(a, b int) int { return size[a] - size[b] })
	fold, filled := make([]int, len(size)), make([]int, s.Folds)
	for _, g := range slices.Backward(order) {
		f := slices.Index(filled, slices.Min(filled))
		fold[g] = f
		filled[f] += size[g]
	}
	return fold
}

// LeaveOneGroupOut makes each group the test part of one fold, in their order.
type LeaveOneGroupOut struct{}

// Split returns as many folds as there are groups.
func (s *LeaveOneGroupOut) Split(rows Rows, _ *rand.Rand) ([]Fold, error) {
	if err := need(rows, "leave one group out", "groups", rows.Groups); err != nil {
		return nil, err
	}
	group, count := distinct(rows.Groups)
	if count < 2 {
		return nil, fmt.Errorf("leave one group out needs two groups, there are %d", count)
	}
	return FoldsOf(group, count), nil
}

// StratifiedGroupKFold keeps groups together as GroupKFold does, and deals
// them so that the strata are spread over the folds as evenly as that allows.
//
// Where each is dealt depends on those before. With Shuffle and without Exact it
// depends on the group alone, and the strata are even in expectation.
type StratifiedGroupKFold struct {
	Folds   int  `yaml:"folds" json:"folds" validate:"gte=2"`
	Shuffle bool `yaml:"shuffle" json:"shuffle"`
	Exact   bool `yaml:"exact" json:"exact,omitempty"`
	Strata  `yaml:",inline"`
}

// Split returns Folds folds. With few or large groups a test part can lack a
// stratum: see Warnings.
func (s *StratifiedGroupKFold) Split(rows Rows, rng *rand.Rand) ([]Fold, error) {
	const name = "stratified group k-fold"
	if err := need(rows, name, "groups", rows.Groups); err != nil {
		return nil, err
	}
	stratum, strata, err := s.strata(name, rows, !s.Shuffle || s.Exact)
	if err != nil {
		return nil, err
	}
	group, groups := distinct(rows.Groups)
	if err := enough(name, s.Folds, groups, "groups"); err != nil {
		return nil, err
	}
	if s.Shuffle && !s.Exact {
		return deal(name, rows.grouped().places(rng), s.Folds, false)
	}
	order := byNumber(groups)
	if s.Shuffle {
		order = byPlace(oncePer(group, groups, rows.grouped().places(rng)))
	}
	return FoldsOf(Take(dealEvenly(group, groups, stratum, strata, s.Folds, order), group), s.Folds), nil
}

// dealEvenly returns the fold of each group, dealt in the order given but for
// those that are hard to place.
func dealEvenly(group []int, groups int, stratum []int, strata, k int, order []int) []int {
	d := dealer{total: make([]float64, strata), held: make([][]float64, k)}
	for f := range d.held {
		d.held[f] = make([]float64, strata)
	}
	counts := make([][]float64, groups) // rows of each stratum
	for g := range counts {
		counts[g] = make([]float64, strata)
	}
	for i, g := range group {
		counts[g][stratum[i]]++
		d.total[stratum[i]]++
	}
	fold := make([]int, groups)
	for _, g := range uneven(order, counts) {
		fold[g] = d.deal(counts[g])
	}
	return fold
}

// uneven sorts groups from those that hold the strata most unevenly, as these
// are the hardest to place.
func uneven(order []int, counts [][]float64) []int {
	spread := make([]float64, len(counts))
	for g := range spread {
		spread[g] = deviation(counts[g])
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(spread[b], spread[a]) })
	return order
}

// dealer holds the rows of each stratum that each fold has so far.
type dealer struct {
	held  [][]float64 // fold × stratum
	total []float64   // of each stratum over all groups
}

// deal gives a group to the fold after which the shares of the strata differ
// least between folds, and among equals to the one with the fewest rows.
func (d dealer) deal(counts []float64) int {
	best, least, fewest := -1, math.Inf(1), math.Inf(1)
	for f := range d.held {
		uneven, rows := d.unevenness(f, counts), 0.0
		for _, n := range d.held[f] {
			rows += n
		}
		same := math.Abs(uneven-least) <= 1e-8+1e-5*least // numpy.isclose
		if uneven < least || same && rows < fewest {
			best, least, fewest = f, uneven, rows
		}
	}
	for k, n := range counts {
		d.held[best][k] += n
	}
	return best
}

// unevenness is the mean over strata of the standard deviation over folds of
// the stratum's share, if fold f had counts more.
func (d dealer) unevenness(f int, counts []float64) float64 {
	sum := 0.0
	share := make([]float64, len(d.held))
	for k, total := range d.total {
		for g, held := range d.held {
			n := held[k]
			if g == f {
				n += counts[k]
			}
			share[g] = n / total
		}
		sum += deviation(share)
	}
	return sum / float64(len(d.total))
}

// deviation is the standard deviation with the operations of numpy.std in
// their order, as its last bit decides between groups that are alike.
func deviation(v []float64) float64 {
	n, sum, squares := float64(len(v)), 0.0, 0.0
	for _, x := range v {
		sum += x
	}
	for _, x := range v {
		squares += float64((x - sum/n) * (x - sum/n))
	}
	return math.Sqrt(squares / n)
}

// SpatialBlocks tests on places away from those trained on: rows near each
// other resemble each other, and a random split lets a model copy neighbours
// (Roberts et al. 2017, "Cross-validation strategies for data with temporal,
// spatial, hierarchical, or phylogenetic structure").
//
// Rows are cut into blocks of nearby points, and whole blocks are dealt to the
// folds as by GroupKFold: those of k-means so that the folds are of like size, and
// one row more can move others; those of a grid by a draw of the block's own,
// unless Exact.
type SpatialBlocks struct {
	Folds  int    `yaml:"folds" json:"folds" validate:"gte=2"`
	Method string `yaml:"method" json:"method" validate:"oneof=kmeans grid"`
	// Blocks is the number of clusters of k-means; 0 means one for each fold,
	// so that a fold is one region.
	Blocks int `yaml:"blocks" json:"blocks,omitempty" validate:"gte=0"`
	// CellSize is the side of the grid's cells, in the unit of the points.
	CellSize float64 `yaml:"cell_size" json:"cell_size,omitempty" validate:"gte=0,required_if=Method grid"`
	Exact    bool    `yaml:"exact" json:"exact,omitempty"`
}

// Split returns Folds folds.
func (s *SpatialBlocks) Split(rows Rows, rng *rand.Rand) ([]Fold, error) {
	if err := need(rows, "spatial blocks", "coordinates", rows.Points); err != nil {
		return nil, err
	}
	for i, p := range rows.Points {
		for _, v := range p {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, fmt.Errorf("spatial blocks: row %d has the coordinates %v", i, p)
			}
		}
	}
	var err error
	if rows.Groups, err = s.blocks(rows.Points, rng); err != nil {
		return nil, err
	}
	folds, err := (&GroupKFold{Folds: s.Folds, Shuffle: s.Method == "grid" && !s.Exact}).Split(rows, rng)
	if err != nil {
		return nil, fmt.Errorf("spatial blocks: %w", err)
	}
	return folds, nil
}

// blocks returns the block of each point.
func (s *SpatialBlocks) blocks(points [][]float64, rng *rand.Rand) ([]int, error) {
	switch {
	case s.Method == "grid" && s.CellSize > 0:
		return grid(points, s.CellSize), nil
	case s.Method == "kmeans":
		return clusters(points, max(s.Blocks, s.Folds), rng), nil
	}
	return nil, fmt.Errorf("spatial blocks: method %q with cell size %v: want kmeans, or grid with a cell size", s.Method, s.CellSize)
}

// grid returns for each point a number that stands for its cell.
func grid(points [][]float64, size float64) []int {
	block := make([]int, len(points))
	for i, p := range points {
		cell := uint64(0)
		for _, v := range p {
			cell = random.Mix(cell ^ math.Float64bits(math.Floor(v/size)+0)) // -0 + 0 is 0
		}
		block[i] = int(cell)
	}
	return block
}

// clusters returns the cluster of each point by k-means; fewer than k come out where
// there are fewer distinct points.
func clusters(points [][]float64, k int, rng *rand.Rand) []int {
	block := make([]int, len(points))
	if len(points) == 0 {
		return block
	}
	for i, label := range kmeans.Labels(slices.Concat(points...), len(points[0]), k, rng) {
		block[i] = int(label)
	}
	return block
}
