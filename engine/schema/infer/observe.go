package infer

import (
	"math"
	"slices"
	"strings"
	"unicode"

	"example.com/engine/sketch"
	"example.com/engine/table"
)

// maxLevels is how many different values of a column are told apart.
const maxLevels = 1000

// maxOdd is how many different values that are not like the others are kept.
const maxOdd = 20

// observed gathers what the values of one column look like.
type observed struct {
	name    string
	mark    rune // decimal
	rows    int
	blanks  int
	markers *sketch.Counts // strings that usually mean null

	numbers, integers, whole, padded, dressed, eights int            // numbers are the dressed ones, too
	strip                                             string         // characters that dress numbers
	unit                                              string         // that follows numbers
	measured                                          int            // numbers with the unit
	odd                                               *sketch.Counts // neither numbers nor markers
	oddCount                                          int
	quantiles                                         *sketch.Quantiles
	moments                                           moments
	sentinels                                         map[float64]int
	lo, hi                                            float64 // of numbers that are no sentinels

	times    timeGuess
	levels   *sketch.Counts // nil once there are too many
	distinct *sketch.Distinct
	shape    shape
	spaces   int // strings of several words
	longest  int

	last   float64 // number or time before, for the order of rows
	rising bool

	content uint64 // hash of all values in order
	codes   uint64 // hash of when each value came first: equal for a renaming
	first   map[string]uint64
}

func newObserved(name string, mark rune) *observed {
	if mark == 0 {
		mark = '.'
	}
	return &observed{
		name: name, mark: mark, markers: sketch.NewCounts(maxOdd), odd: sketch.NewCounts(maxOdd),
		quantiles: sketch.NewQuantiles(), sentinels: map[float64]int{}, lo: math.Inf(1), hi: math.Inf(-1),
		times: newTimeGuess(), levels: sketch.NewCounts(maxLevels), distinct: sketch.NewDistinct(),
		rising: true, last: math.Inf(-1), first: map[string]uint64{},
	}
}

func (o *observed) add(s string) {
	o.rows++
	hash := sketch.Hash(s)
	o.content = sketch.Mix(o.content*31 + hash)
	o.addCode(s)
	switch {
	case s == "":
		o.blanks++
		return
	case isMarker(s):
		o.markers.Add(s, 1)
		return
	}
	o.longest = max(o.longest, len(s))
	o.distinct.Add(hash)
	if o.levels != nil {
		if o.levels.Add(s, 1); o.levels.Others() > 0 {
			o.levels = nil
		}
	}
	if o.addAsNumber(s) {
		return
	}
	if o.unit != "" {
		if n, unit, ok := table.SplitUnit(s, o.mark); ok && unit == o.unit && o.addAsNumber(n) {
			o.measured++
			return
		}
	}
	o.addText(s)
}

// addAsNumber adds a number, also a dressed one.
func (o *observed) addAsNumber(s string) bool {
	v, err := table.ParseFloat(s, o.mark)
	if err != nil {
		var strip string
		var ok bool
		if v, strip, ok = table.ParseDressed(s, o.mark); !ok || !o.addStrip(strip) {
			return false
		}
		o.dressed++
	}
	o.addNumber(s, v)
	return true
}

// unitOf returns the unit that follows the numbers of a column, by its first
// values that are not null: half of them or more have it, and of those that are
// not plain numbers, all except 2 in 100.
func unitOf(values []string, mark rune) string {
	counts, plain, others := map[string]int{}, 0, 0
	for _, s := range values {
		if s == "" || isMarker(s) {
			continue
		}
		if _, unit, ok := table.SplitUnit(s, mark); ok {
			counts[unit]++
		} else if _, err := table.ParseFloat(s, mark); err == nil {
			plain++
		} else {
			others++
		}
	}
	best := ""
	for unit, n := range counts {
		others += n
		if n > counts[best] {
			best = unit
		}
	}
	if n := counts[best]; n < plain || (others-n)*50 > others {
		return ""
	}
	return best
}

// addStrip adds characters that dress a number. It refuses a second currency,
// or shares among amounts: they can't be one column of numbers.
func (o *observed) addStrip(more string) bool {
	all := o.strip
	for _, r := range more {
		if !strings.ContainsRune(all, r) {
			all += string(r)
		}
	}
	if signs := signsOf(all); len(signs) > 1 {
		return false
	}
	o.strip = all
	return true
}

// signsOf returns the currencies and the signs of shares among characters.
func signsOf(strip string) []rune {
	return slices.DeleteFunc([]rune(strip), func(r rune) bool {
		return !unicode.Is(unicode.Sc, r) && r != '%' && r != '‰'
	})
}

func (o *observed) addCode(s string) {
	if o.first == nil {
		return
	}
	code, ok := o.first[s]
	if !ok {
		code = uint64(len(o.first)) + 1
		o.first[strings.Clone(s)] = code
	}
	o.codes = sketch.Mix(o.codes*31 + code)
	if len(o.first) > maxLevels {
		o.first = nil
	}
}

func (o *observed) addNumber(s string, v float64) {
	o.numbers++
	digits := strings.TrimLeft(s, "+-")
	if len(digits) > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9' {
		o.padded++
	}
	whole := v == math.Trunc(v) && math.Abs(v) <= 1<<53
	if whole {
		o.whole++
	}
	if whole && !strings.ContainsRune(s, o.mark) {
		o.integers++
		if len(s) == len("20060102") {
			if _, err := table.ParseTime(s, "20060102"); err == nil && (s[:2] == "19" || s[:2] == "20") {
				o.eights++
			}
		}
	}
	o.shape.add(s)
	o.order(v)
	o.quantiles.Add(v)
	o.moments.add(v)
	if isSentinel(v) {
		o.sentinels[v]++
		return
	}
	o.lo, o.hi = min(o.lo, v), max(o.hi, v)
}

func (o *observed) addText(s string) {
	o.odd.Add(s, 1)
	o.oddCount++
	if at, ok := o.times.add(s); ok {
		o.order(at)
	}
	o.shape.add(s)
	if strings.ContainsAny(strings.TrimSpace(s), " \t\n") {
		o.spaces++
	}
}

func (o *observed) order(v float64) {
	o.rising = o.rising && v >= o.last
	o.last = v
}

// markers are strings that mean null among numbers or times;
// the ones marked true may be values of a category.
var markers = map[string]bool{
	"NA": true, "N/A": false, "n/a": false, "na": true, "NaN": false, "nan": false, "NAN": false, "-NaN": false,
	"null": false, "NULL": false, "Null": false, "(null)": false, "<NA>": false, "None": true, "none": true, "nil": false,
	"#N/A": false, "#NA": false, "#N/A N/A": false, "#NULL!": false, "#DIV/0!": false, "#VALUE!": false, "#REF!": false,
	`\N`: false, "?": false, "-": false, "--": false, "---": false, ".": false, "..": false, "...": false,
	"missing": true, "Missing": true, "MISSING": true,
}

func isMarker(s string) bool {
	if len(s) > len("#N/A N/A") {
		return false
	}
	_, ok := markers[s]
	return ok
}

// usualSentinels stand for "not known" in files that have no null.
var usualSentinels = []float64{-99999, -9999, -999, -99, -9, -8, -7, -1, 99, 999, 9999, 99999, 999999, 9999999}

func isSentinel(v float64) bool {
	if v != math.Trunc(v) || v >= 0 && v < 99 {
		return false
	}
	_, ok := slices.BinarySearch(usualSentinels, v)
	return ok
}

// moments are the sums that a skewness needs (Pébay 2008).
type moments struct{ n, mean, m2, m3 float64 }

func (m *moments) add(v float64) {
	n0 := m.n
	m.n++
	d := v - m.mean
	dn := d / m.n
	t := d * dn * n0
	m.mean += dn
	m.m3 += t*dn*(m.n-2) - 3*dn*m.m2
	m.m2 += t
}

// skewness is that of the population, 0 for a constant.
func (m *moments) skewness() float64 {
	if m.m2 <= 0 {
		return 0
	}
	return math.Sqrt(m.n) * m.m3 / math.Pow(m.m2, 1.5)
}
