package sketch

import (
	"cmp"
	"slices"
	"strings"
)

// Counts counts texts. Beyond the most that it tells apart, those that are new
// are counted together, as others.
type Counts struct {
	most   int
	index  map[string]int
	levels []Level
	others int
}

// Level is a text and how often it came.
type Level struct {
	Value string `json:"value"`
	Count int    `json:"count"`
}

// NewCounts returns a Counts that tells at most so many texts apart.
func NewCounts(most int) *Counts { return &Counts{most: most, index: map[string]int{}} }

// Add counts s n times.
func (c *Counts) Add(s string, n int) {
	if n == 0 {
		return
	}
	i, ok := c.index[s]
	if !ok {
		if len(c.levels) == c.most {
			c.others += n
			return
		}
		s = strings.Clone(s) // a part of a longer text would keep all of it
		i = len(c.levels)
		c.index[s] = i
		c.levels = append(c.levels, Level{Value: s})
	}
	c.levels[i].Count += n
}

// Others returns how many texts were counted together.
func (c *Counts) Others() int { return c.others }

// Levels returns the texts that came most, ties in order of the text.
func (c *Counts) Levels() []Level {
	out := slices.Clone(c.levels)
	slices.SortFunc(out, func(a, b Level) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
	})
	return out
}
