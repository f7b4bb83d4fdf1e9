package infer

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"strings"
	"time"

	"example.com/engine/table"
)

// layouts are the forms of dates and times that are known, those with the day
// first before their counterpart with the month first. The empty one is ISO
// 8601. A digit alone takes one or two.
var layouts = []string{
	"",
	"2006/1/2", "2006/1/2 15:04", "2006/1/2 15:04:05", "2006.1.2", "2006.1.2 15:04:05", "2006-1-2", "2006-1-2 15:04:05",
	"2.1.2006", "2.1.2006 15:04", "2.1.2006 15:04:05", "2.1.06",
	"2/1/2006", "1/2/2006", "2/1/2006 15:04", "1/2/2006 15:04", "2/1/2006 15:04:05", "1/2/2006 15:04:05",
	"2/1/2006 3:04 PM", "1/2/2006 3:04 PM", "2/1/2006 3:04:05 PM", "1/2/2006 3:04:05 PM", "2/1/06", "1/2/06", "2/1/06 15:04", "1/2/06 15:04",
	"2-1-2006", "1-2-2006", "2-1-2006 15:04", "1-2-2006 15:04", "2-1-2006 15:04:05", "1-2-2006 15:04:05",
	"2-Jan-2006", "2-Jan-06", "2-January-2006", "2 Jan 2006", "2 January 2006", "Jan 2 2006", "Jan 2, 2006", "January 2 2006", "January 2, 2006", "Monday, January 2, 2006", "2-Jan-2006 15:04:05", "2 Jan 2006 15:04", "Jan 2, 2006 3:04 PM", "Jan 2, 2006 15:04:05",
	"2006-01", "2006/01", "01/2006", "Jan-2006", "Jan 2006", "January 2006",
	"Mon Jan 2 15:04:05 2006", "Mon, 02 Jan 2006 15:04:05 MST", "2006-01-02 15:04:05 MST", "20060102T150405",
}

// tried is how many values decide which layouts are tried on the rest.
const tried = 200

// timeGuess counts the layouts that fit the values of a column.
type timeGuess struct {
	seen int
	fits []int // by layout
	left []int // layouts that are still tried
	lo   []int64
	hi   []int64 // earliest and latest, by layout

	zone  string // the first that has no one offset, and how many values have such
	zoned int
}

func newTimeGuess() timeGuess {
	n := len(layouts)
	g := timeGuess{fits: make([]int, n), lo: make([]int64, n), hi: make([]int64, n)}
	for i := range layouts {
		g.lo[i], g.hi[i] = math.MaxInt64, math.MinInt64
		g.left = append(g.left, i)
	}
	return g
}

// add tries the string, and returns the instant by the first layout that fits.
func (g *timeGuess) add(s string) (at float64, ok bool) {
	g.seen++
	if len(g.left) == 0 || len(s) < len("1/2/06") || len(s) > 40 || !strings.ContainsAny(s, "0123456789") {
		return 0, false
	}
	for _, i := range g.left {
		v, err := table.ParseTime(s, layouts[i])
		if z := (table.ZoneError{}); errors.As(err, &z) {
			g.zone, g.zoned = cmp.Or(g.zone, z.Zone), g.zoned+1
		}
		if err == nil {
			g.fits[i]++
			g.lo[i], g.hi[i] = min(g.lo[i], v), max(g.hi[i], v)
			if !ok {
				at, ok = float64(v), true
			}
		}
	}
	if g.seen == tried { // what fits less than half of the first is given up
		g.left = slices.DeleteFunc(g.left, func(i int) bool { return 2*g.fits[i] < tried })
	}
	return at, ok
}

// best returns the layout that fits the most values, how many, and the other
// that fits as many, if there is one: day and month can't be told apart.
func (g *timeGuess) best() (layout string, fits int, other string, ambiguous bool) {
	best := -1
	for i, n := range g.fits {
		if n > 0 && (best < 0 || n > g.fits[best]) {
			best = i
		}
	}
	if best < 0 {
		return "", 0, "", false
	}
	for i := best + 1; i < len(layouts); i++ {
		if g.fits[i] == g.fits[best] && swapped(layouts[best]) == layouts[i] {
			if strings.Contains(layouts[best], "/") { // with slashes, most files have the month first
				return layouts[i], g.fits[best], layouts[best], true
			}
			return layouts[best], g.fits[best], layouts[i], true
		}
	}
	return layouts[best], g.fits[best], "", false
}

// span returns the earliest and the latest instant by a layout.
func (g *timeGuess) span(layout string) (first, last time.Time) {
	i := slices.Index(layouts, layout)
	return timeOf(g.lo[i]), timeOf(g.hi[i])
}

// swapped is a layout with day and month in each other's place.
func swapped(layout string) string {
	if len(layout) < 3 {
		return layout
	}
	b := []byte(layout)
	b[0], b[2] = b[2], b[0]
	return string(b)
}
