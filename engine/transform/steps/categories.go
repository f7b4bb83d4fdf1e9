package steps

import (
	"fmt"
	"slices"
	"sort"
	"strconv"
	"sync"

	"example.com/engine/config"
	"example.com/engine/parallel"
	"example.com/engine/table"
	"example.com/engine/transform"
)

// Codes that are not those of a category.
const (
	unknownCode = -1
	nullCode    = -2
)

// Categories gives a code to each value of a column: 0, 1, 2… in sorted order
// or in the given one. Null has the code behind the last, if it has one.
type Categories struct {
	Texts   []string  `json:"texts,omitempty"`   // sorted, for categories and texts
	Order   []int32   `json:"order,omitempty"`   // code of each text; nil if 0, 1, 2…
	Numbers []float64 `json:"numbers,omitempty"` // sorted, for numbers
	Null    bool      `json:"null,omitempty"`
}

// learnCategories returns the values of c, with null among them if there is
// one and withNull is set, and how often each code stands in c.
func learnCategories(c *table.Column, withNull bool) (k Categories, counts []int) {
	nulls := 0
	for i := range c.Len() {
		if c.IsNull(i) {
			nulls++
		}
	}
	if c.Kind == table.Float {
		k.Numbers, counts = countNumbers(observed(c.Floats))
	} else {
		k.Texts, counts = countTexts(c)
	}
	if nulls > 0 && withNull {
		k.Null = true
		counts = append(counts, nulls)
	}
	return k, counts
}

// countNumbers returns the distinct numbers in v, which it sorts, and how
// often each stands there.
func countNumbers(v []float64) (values []float64, counts []int) {
	slices.Sort(v)
	for i, x := range v {
		if i == 0 || x != v[i-1] {
			values, counts = append(values, x), append(counts, 0)
		}
		counts[len(counts)-1]++
	}
	return values, counts
}

// given returns the categories of c in the order of the settings, with how
// often each stands in c; values of c that are not given get no code. Numbers
// must ascend.
func (k *Categories) given(c *table.Column, values []string, counts []int) (out Categories, newCounts []int, err error) {
	out.Null = k.Null
	newCounts = make([]int, len(values), len(values)+1)
	for code, s := range values {
		if slices.Contains(values[:code], s) {
			return out, nil, fmt.Errorf("%q is given twice", s)
		}
		if i := k.find(s); i >= 0 {
			newCounts[code] = counts[i]
		}
	}
	if k.Null {
		newCounts = append(newCounts, counts[len(counts)-1])
	}
	if c.Kind == table.Float {
		out.Numbers, err = ascending(values)
		return out, newCounts, err
	}
	out.Texts = slices.Sorted(slices.Values(values))
	if !slices.IsSorted(values) {
		for _, s := range out.Texts {
			out.Order = append(out.Order, int32(slices.Index(values, s)))
		}
	}
	return out, newCounts, nil
}

func ascending(values []string) ([]float64, error) {
	out := make([]float64, len(values))
	for i, s := range values {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil || i > 0 && v <= out[i-1] {
			return nil, fmt.Errorf("%q is not a number above the one before", s)
		}
		out[i] = v
	}
	return out, nil
}

// find returns the place of a value given as text among those learned, or -1.
func (k *Categories) find(s string) int {
	if k.Numbers != nil {
		v, err := strconv.ParseFloat(s, 64)
		if i, ok := slices.BinarySearch(k.Numbers, v); ok && err == nil {
			return i
		}
		return -1
	}
	if i, ok := slices.BinarySearch(k.Texts, s); ok {
		return i
	}
	return -1
}

// Size is the number of codes.
func (k *Categories) Size() int {
	n := len(k.Texts) + len(k.Numbers)
	if k.Null {
		n++
	}
	return n
}

// names returns the values in order of their codes, "nan" for null, as
// scikit-learn names them.
func (k *Categories) names() []string {
	out := make([]string, k.Size())
	for i, s := range k.Texts {
		code := i
		if k.Order != nil {
			code = int(k.Order[i])
		}
		out[code] = s
	}
	for i, v := range k.Numbers {
		out[i] = strconv.FormatFloat(v, 'f', -1, 64)
	}
	if k.Null {
		out[len(out)-1] = "nan"
	}
	return out
}

// codesRoom is memory for the codes of one column, which its next use takes back.
type codesRoom struct{ rows, levels []int32 }

var codesRooms = sync.Pool{New: func() any { return new(codesRoom) }}

// codes returns the code of each row of c, in room.
func (k *Categories) codes(room *codesRoom, c *table.Column) []int32 {
	room.rows = sized(room.rows, c.Len())
	out := room.rows
	null := int32(nullCode)
	if k.Null {
		null = int32(k.Size() - 1)
	}
	switch c.Kind {
	case table.Category:
		k.recode(room, out, c, null)
	case table.Float:
		for i, v := range c.Floats {
			out[i] = k.number(v, null)
		}
	default:
		for i, s := range c.Texts {
			out[i] = null
			if s != "" {
				out[i] = k.text(s)
			}
		}
	}
	return out
}

// recode looks up each level once, or each row's where rows are fewer.
func (k *Categories) recode(room *codesRoom, out []int32, c *table.Column, null int32) {
	if len(c.Levels) > len(c.Codes) {
		for i, code := range c.Codes {
			out[i] = null
			if code >= 0 {
				out[i] = k.text(c.Levels[code])
			}
		}
		return
	}
	room.levels = sized(room.levels, len(c.Levels))
	to := room.levels
	for i, s := range c.Levels {
		to[i] = k.text(s)
	}
	for i, code := range c.Codes {
		out[i] = null
		if code >= 0 {
			out[i] = to[code]
		}
	}
}

// sized returns v, or a longer slice, with n elements that hold anything.
func sized(v []int32, n int) []int32 { return slices.Grow(v[:0], n)[:n] }

func (k *Categories) text(s string) int32 {
	i, ok := slices.BinarySearch(k.Texts, s)
	if !ok {
		return unknownCode
	}
	if k.Order != nil {
		return k.Order[i]
	}
	return int32(i)
}

func (k *Categories) number(v float64, null int32) int32 {
	if v != v {
		return null
	}
	if i := sort.SearchFloat64s(k.Numbers, v); i < len(k.Numbers) && k.Numbers[i] == v {
		return int32(i)
	}
	return unknownCode
}

// unseen is the error for row i of c, whose value has no code.
func unseen(name string, c *table.Column, i int) error {
	const what = "was not seen in training"
	switch {
	case c.IsNull(i):
		return transform.BadValue(name, i, "null %s", what)
	case c.Kind == table.Category:
		return transform.BadValue(name, i, "category %q %s", c.Levels[c.Codes[i]], what)
	case c.Kind == table.Float:
		return transform.BadValue(name, i, "category %v %s", c.Floats[i], what)
	}
	return transform.BadValue(name, i, "category %q %s", c.Texts[i], what)
}

// settledCategories learns the categories of each column of x, those of some
// columns being given by the settings, and how often each stands there.
func settledCategories(x *table.Table, given map[string][]string, withNull bool) (all []Categories, counts [][]int, err error) {
	all, counts = make([]Categories, x.Width()), make([][]int, x.Width())
	parallel.For(x.Width(), func(j int) { all[j], counts[j] = learnCategories(x.Columns()[j], withNull) })
	found := 0
	for j, c := range x.Columns() {
		values, ok := given[c.Name]
		if !ok {
			continue
		}
		found++
		if all[j], counts[j], err = all[j].given(c, values, counts[j]); err != nil {
			return nil, nil, config.Invalid("categories."+c.Name, "%v", err)
		}
	}
	if found < len(given) {
		return nil, nil, config.Invalid("categories", "names a column that is not among %v", x.Names())
	}
	return all, counts, nil
}

// allKnown returns an error for the first value of x that has no code. Null
// needs one only where withNull is set.
func allKnown(x *table.Table, all []Categories, withNull bool) error {
	room := new(codesRoom)
	for j, c := range x.Columns() {
		for i, k := range all[j].codes(room, c) {
			if k == unknownCode || k == nullCode && withNull {
				return unseen(c.Name, c, i)
			}
		}
	}
	return nil
}
