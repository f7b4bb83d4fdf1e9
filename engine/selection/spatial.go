package selection

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
)

// SpatialBlocks tests on places away from those trained on: rows near each
// other resemble each other, and a random split lets a model copy neighbours
// (Roberts et al. 2017, "Cross-validation strategies for data with temporal,
// spatial, hierarchical, or phylogenetic structure").
//
// Rows are cut into blocks of nearby points, by k-means or by a grid, and
// whole blocks are dealt to the folds as by GroupKFold.
type SpatialBlocks struct {
	Folds  int    `yaml:"folds" json:"folds" validate:"gte=2"`
	Method string `yaml:"method" json:"method" validate:"oneof=kmeans grid"`
	// Blocks is the number of clusters of k-means; 0 means one for each fold,
	// so that a fold is one region.
	Blocks int `yaml:"blocks" json:"blocks,omitempty" validate:"gte=0"`
	// CellSize is the side of the grid's cells, in the unit of the points.
	CellSize float64 `yaml:"cell_size" json:"cell_size,omitempty" validate:"gte=0,required_if=Method grid"`
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
	folds, err := (&GroupKFold{Folds: s.Folds}).Split(rows, nil)
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
		return kMeans(points, max(s.Blocks, s.Folds), rng), nil
	}
	return nil, fmt.Errorf("spatial blocks: method %q with cell size %v: want kmeans, or grid with a cell size", s.Method, s.CellSize)
}

// grid numbers the cells by the order in which they appear.
func grid(points [][]float64, size float64) []int {
	number := map[string]int{}
	block := make([]int, len(points))
	for i, p := range points {
		name := ""
		for _, v := range p {
			name += strconv.FormatFloat(math.Floor(v/size), 'g', -1, 64) + " "
		}
		if _, seen := number[name]; !seen {
			number[name] = len(number)
		}
		block[i] = number[name]
	}
	return block
}

// kMeans returns the cluster of each point: Lloyd's algorithm from a k-means++
// start, until no point moves or 100 rounds. Fewer clusters come out where
// there are fewer distinct points.
func kMeans(points [][]float64, k int, rng *rand.Rand) []int {
	cluster := make([]int, len(points))
	centers := spreadOut(points, k, rng)
	for range 100 {
		moved := false
		for i, p := range points {
			if c := nearest(p, centers); c != cluster[i] {
				cluster[i], moved = c, true
			}
		}
		if !moved {
			break
		}
		recenter(centers, points, cluster)
	}
	return cluster
}

// spreadOut draws starting centers, each from the points with a probability by
// its squared distance from those drawn before (Arthur and Vassilvitskii 2007).
func spreadOut(points [][]float64, k int, rng *rand.Rand) [][]float64 {
	if len(points) == 0 {
		return nil
	}
	distance := make([]float64, len(points))
	for i := range distance {
		distance[i] = math.Inf(1)
	}
	var centers [][]float64
	for next := rng.IntN(len(points)); len(centers) < k && next >= 0; next = drawBy(distance, rng) {
		center := slices.Clone(points[next])
		centers = append(centers, center)
		for i, p := range points {
			distance[i] = min(distance[i], squared(p, center))
		}
	}
	return centers
}

// drawBy draws an index with a probability by its weight, -1 if all are 0.
func drawBy(weight []float64, rng *rand.Rand) int {
	total := 0.0
	for _, w := range weight {
		total += w
	}
	at, last := rng.Float64()*total, -1
	for i, w := range weight {
		if w == 0 {
			continue
		}
		if at < w {
			return i
		}
		at -= w
		last = i
	}
	return last
}

// recenter moves each center to the mean of its points; one without stays.
func recenter(centers, points [][]float64, cluster []int) {
	count := sizes(cluster, len(centers))
	for c, center := range centers {
		if count[c] > 0 {
			clear(center)
		}
	}
	for i, p := range points {
		for d, v := range p {
			centers[cluster[i]][d] += v / float64(count[cluster[i]])
		}
	}
}

// nearest returns the center nearest to p, the first among equals.
func nearest(p []float64, centers [][]float64) int {
	best, least := 0, math.Inf(1)
	for c, center := range centers {
		if d := squared(p, center); d < least {
			best, least = c, d
		}
	}
	return best
}

// squared is the squared distance of two points.
func squared(a, b []float64) float64 {
	sum := 0.0
	for i, v := range a {
		sum += (v - b[i]) * (v - b[i])
	}
	return sum
}
