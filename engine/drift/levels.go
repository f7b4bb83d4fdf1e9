package drift

import (
	"math"
	"slices"

	"example.com/engine/sketch"
)

// hashed returns the hashed counts of all categories or texts, nil if an older
// model did not keep them.
func (c *Column) hashed() *sketch.Hashed {
	if c.Hashed == nil && c.Kind == Category && c.Others == 0 {
		return sketch.OfLevels(c.Levels)
	}
	return c.Hashed
}

// categories compares levels: each by itself if both sides have all of them,
// else by their hashes.
func (c *Comparison) categories(ref, cur *Column) {
	names, a, b := shown(ref, cur)
	for i, name := range names {
		c.Bins = append(c.Bins, Bin{Level: name, Reference: a[i] / float64(ref.Count), Current: b[i] / float64(cur.Count)})
	}
	switch all := ref.hashed(); {
	case ref.Others+cur.Others == 0:
		a, b = pooled(ref, cur)
	case all != nil && cur.hashed() != nil:
		a, b = merged(all.Buckets, cur.hashed().Buckets)
	default:
		return
	}
	c.PSI, c.JensenShannon = distances(a, b)
	statistic, _, p := ChiSquared(a, b)
	c.Distribution = newTest("chi_squared", statistic, p)
	if ref.Others > 0 {
		c.unseen(ref, cur)
		return
	}
	known, unseen := map[string]bool{}, 0
	for _, l := range ref.Levels {
		known[l.Value] = true
	}
	for _, l := range cur.Levels { // of a current table of very many, the rest is left out: a lower bound
		if !known[l.Value] {
			unseen += l.Count
			c.addUnseen(l)
		}
	}
	c.UnseenShare = float64(unseen) / float64(cur.Count)
	c.UnseenTest = newTest("binomial", c.UnseenShare, binomialP(unseen, cur.Count, unseenShare(ref.Once, ref.Count)))
}

func (c *Comparison) addUnseen(l sketch.Level) {
	if len(c.Unseen) < 10 {
		c.Unseen = append(c.Unseen, l)
	}
}

// unseen tells of the values that are followed on both sides how many the
// reference does not have.
func (c *Comparison) unseen(ref, cur *Column) {
	all := ref.hashed()
	u := all.Unseen(cur.hashed())
	if u.Followed == 0 || u.Of == 0 {
		return
	}
	for _, l := range cur.Levels {
		if came, known := all.Knows(l.Value); known && !came {
			c.addUnseen(l)
		}
	}
	c.UnseenShare = u.Share
	c.UnseenTest = newTest("binomial", u.Share, binomialP(u.Count, u.Of, unseenShare(u.Once, u.Followed)))
}

// unseenShare is the greatest share of unseen categories to expect where
// nothing changed: the share of values that came once in the reference (Good
// 1953, "The population frequencies of species"), and three standard
// deviations of it.
func unseenShare(once, count int) float64 {
	return min(1, (float64(once)+3*math.Sqrt(float64(once)+1))/float64(count))
}

// leastExpected is how many values chi-squared needs to expect in a bin on
// either side.
const leastExpected = 5

// pooled returns counts of the same levels; of those too rare for chi-squared,
// of buckets that they fall into by hash. Which are too rare, the sum of both
// sides says, so that neither is favoured.
func pooled(ref, cur *Column) (a, b []float64) {
	inCur := counts(cur.Levels)
	all := slices.Clone(ref.Levels)
	inRef := counts(ref.Levels)
	for _, l := range cur.Levels {
		if _, ok := inRef[l.Value]; !ok {
			all = append(all, sketch.Level{Value: l.Value})
		}
	}
	least := leastBoth(float64(ref.Count), float64(cur.Count))
	var rareA, rareB []sketch.Level
	for _, l := range all {
		x, y := float64(l.Count), float64(inCur[l.Value])
		if x+y < least {
			rareA, rareB = append(rareA, l), append(rareB, sketch.Level{Value: l.Value, Count: inCur[l.Value]})
			continue
		}
		a, b = append(a, x), append(b, y)
	}
	if len(rareA) > 0 {
		x, y := mergedTo(sketch.OfLevels(rareA).Buckets, sketch.OfLevels(rareB).Buckets, least)
		a, b = append(a, x...), append(b, y...)
	}
	return a, b
}

func counts(levels []sketch.Level) map[string]int {
	m := map[string]int{}
	for _, l := range levels {
		m[l.Value] = l.Count
	}
	return m
}

// leastBoth is how many values both sides of n and m need together for
// leastExpected on the smaller.
func leastBoth(n, m float64) float64 { return leastExpected * (n + m) / min(n, m) }

// merged joins buckets until most of them have enough for chi-squared.
func merged(a, b []float64) (x, y []float64) {
	n, m := 0.0, 0.0
	for i := range a {
		n, m = n+a[i], m+b[i]
	}
	return mergedTo(a, b, leastBoth(n, m))
}

// mergedTo halves the number of buckets, each time joining two of them, until
// at least half of those that are not empty have least of both sides together,
// and then joins those that do not have it.
func mergedTo(a, b []float64, least float64) (x, y []float64) {
	a, b = slices.Clone(a), slices.Clone(b)
	for !mostHave(a, b, least) {
		half := len(a) / 2
		for i := range half {
			a[i], b[i] = a[i]+a[i+half], b[i]+b[i+half]
		}
		a, b = a[:half], b[:half]
	}
	restA, restB := 0.0, 0.0
	for i := range a {
		if a[i]+b[i] < least {
			restA, restB = restA+a[i], restB+b[i]
			continue
		}
		x, y = append(x, a[i]), append(y, b[i])
	}
	if restA+restB > 0 {
		x, y = append(x, restA), append(y, restB)
	}
	return x, y
}

func mostHave(a, b []float64, least float64) bool {
	enough, some := 0, 0
	for i := range a {
		if n := a[i] + b[i]; n > 0 {
			some++
			if n >= least {
				enough++
			}
		}
	}
	return len(a) == 1 || 2*enough >= some
}

func distances(a, b []float64) (psi, jensenShannon *float64) {
	return finite(PSI(a, b)), finite(JensenShannon(a, b))
}

// shownLevels is how many of the levels a report lists.
const shownLevels = 20

// shown returns the most frequent levels of the reference with their counts on
// both sides, and all others as "" at the end.
func shown(ref, cur *Column) (names []string, a, b []float64) {
	inCur := counts(cur.Levels)
	restA, restB := float64(ref.Count), float64(cur.Count)
	for _, l := range ref.Levels[:min(shownLevels, len(ref.Levels))] {
		x, y := float64(l.Count), float64(inCur[l.Value])
		names, a, b = append(names, l.Value), append(a, x), append(b, y)
		restA, restB = restA-x, restB-y
	}
	if restA+restB > 0 {
		names, a, b = append(names, ""), append(a, restA), append(b, restB)
	}
	return names, a, b
}
