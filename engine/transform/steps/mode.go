package steps

import (
	"maps"
	"slices"

	"example.com/engine/table"
)

func hasNull(c *table.Column) bool {
	for i := range c.Len() {
		if c.IsNull(i) {
			return true
		}
	}
	return false
}

func allNull(c *table.Column) bool {
	for i := range c.Len() {
		if !c.IsNull(i) {
			return false
		}
	}
	return true
}

// mostFrequent returns the value that stands most often in v, the least of
// several. It sorts v, which must hold numbers only and not be empty.
func mostFrequent(v []float64) float64 {
	slices.Sort(v)
	best, count := v[0], 0
	for i := 0; i < len(v); {
		n := 1
		for i+n < len(v) && v[i+n] == v[i] {
			n++
		}
		if n > count {
			best, count = v[i], n
		}
		i += n
	}
	return best
}

// mostFrequentText is mostFrequent for a category or a text, nulls left out.
func mostFrequentText(c *table.Column) string {
	v, counts := countTexts(c)
	best := 0
	for i, n := range counts {
		if n > counts[best] {
			best = i
		}
	}
	return v[best]
}

// countTexts returns the distinct values of a category or a text, sorted and
// without null, and how often each stands there.
func countTexts(c *table.Column) (values []string, counts []int) {
	count := map[string]int{}
	if c.Kind == table.Category {
		perCode := make([]int, len(c.Levels))
		for _, code := range c.Codes {
			if code >= 0 {
				perCode[code]++
			}
		}
		for code, n := range perCode {
			if n > 0 {
				count[c.Levels[code]] += n
			}
		}
	}
	for _, s := range c.Texts {
		if s != "" {
			count[s]++
		}
	}
	values = slices.Sorted(maps.Keys(count))
	for _, s := range values {
		counts = append(counts, count[s])
	}
	return values, counts
}
