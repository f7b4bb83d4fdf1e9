package selection

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"

	"example.com/engine/kmeans"
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
		return clusters(points, max(s.Blocks, s.Folds), rng), nil
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
