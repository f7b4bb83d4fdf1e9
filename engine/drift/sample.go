package drift

import (
	"math/bits"

	"example.com/engine/sketch"
	"example.com/engine/table"
)

// Sample keeps some rows of a table of any length: those whose number has a
// hash below a bound, which is halved when they are too many. The same rows are
// kept each time.
type Sample struct {
	most   int
	seen   int
	halved int
	rows   []int // numbers of those in kept
	kept   *table.Table
}

// NewSample returns a Sample of most rows at most, of a longer table at least
// half as many.
func NewSample(most int) *Sample { return &Sample{most: most} }

// Add offers the next rows.
func (s *Sample) Add(t *table.Table) {
	var take []int
	for i := range t.Len() {
		if s.keeps(s.seen + i) {
			take = append(take, i)
			s.rows = append(s.rows, s.seen+i)
		}
	}
	s.seen += t.Len()
	chunk := t.Take(take).Compact()
	if s.kept == nil {
		s.kept = chunk
	} else if len(take) > 0 {
		s.kept = table.Concat(s.kept, chunk)
	}
	for len(s.rows) > s.most {
		s.halve()
	}
}

func (s *Sample) keeps(row int) bool {
	return bits.LeadingZeros64(sketch.Mix(uint64(row)+0x9e3779b97f4a7c15)) >= s.halved
}

func (s *Sample) halve() {
	s.halved++
	var take, rows []int
	for i, row := range s.rows {
		if s.keeps(row) {
			take, rows = append(take, i), append(rows, row)
		}
	}
	s.kept, s.rows = s.kept.Take(take).Compact(), rows
}

// Table returns the rows kept, nil if none was offered.
func (s *Sample) Table() *table.Table { return s.kept }
