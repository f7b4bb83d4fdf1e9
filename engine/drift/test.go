package drift

import (
	"cmp"
	"math"

	"gonum.org/v1/gonum/mathext"

	"example.com/engine/rank"
)

// exactCells bounds the work of an exact Kolmogorov–Smirnov test, in products
// of the two counts.
const exactCells = 5_000_000

// KolmogorovSmirnovP returns the probability that samples of n and m values
// from one continuous distribution lie at least d apart. It is exact where n·m
// is at most 5,000,000, else asymptotic. Ties make the truth smaller, so that a
// test by it errs on the side of no alarm.
func KolmogorovSmirnovP(d float64, n, m int) float64 {
	if n*m <= exactCells && n > 0 && m > 0 {
		return smirnov(d, min(n, m), max(n, m))
	}
	en := float64(n) * float64(m) / float64(n+m)
	return kolmogorov(math.Sqrt(en) * d)
}

// smirnov counts, in shares, the paths from (0, 0) to (m, n) that somewhere
// stray by d or more from the diagonal (Hodges 1958; the recursion of R's
// psmirnov). It is of use where m <= n, for then rows are long.
func smirnov(d float64, m, n int) float64 {
	md, nd := float64(m), float64(n)
	q := (0.5 + math.Floor(d*md*nd-1e-7)) / (md * nd)
	inside := make([]float64, n+1)
	for j := range inside {
		if float64(j)/nd <= q {
			inside[j] = 1
		}
	}
	for i := 1; i <= m; i++ {
		w, at := float64(i)/float64(i+n), float64(i)/md
		if at > q {
			inside[0] = 0
		} else {
			inside[0] *= w
		}
		for j := 1; j <= n; j++ {
			if math.Abs(at-float64(j)/nd) > q {
				inside[j] = 0
			} else {
				inside[j] = w*inside[j] + inside[j-1]
			}
		}
	}
	return min(1, max(0, 1-inside[n]))
}

// kolmogorov is the chance that the limit of √n·D is above x (Kolmogorov 1933),
// by whichever of its two series is short.
func kolmogorov(x float64) float64 {
	switch {
	case x <= 0:
		return 1
	case x < 1:
		sum := 0.0
		for k := 1.0; k <= 20; k++ {
			sum += math.Exp(-(2*k - 1) * (2*k - 1) * math.Pi * math.Pi / (8 * x * x))
		}
		return 1 - math.Sqrt(2*math.Pi)/x*sum
	}
	sum, sign := 0.0, 1.0
	for k := 1.0; k <= 20; k++ {
		sum += sign * math.Exp(-2*k*k*x*x)
		sign = -sign
	}
	return 2 * sum
}

// ChiSquared tests whether counts in the same bins have equal shares: the
// statistic of Pearson, the degrees of freedom, and the probability of such a
// statistic or a greater one. Bins that are empty in both are left out; with
// fewer than two left, the probability is 1.
func ChiSquared(a, b []float64) (statistic float64, freedom int, p float64) {
	sumA, sumB := 0.0, 0.0
	for i := range a {
		sumA, sumB = sumA+a[i], sumB+b[i]
	}
	bins := 0
	for i := range a {
		both := a[i] + b[i]
		if both == 0 {
			continue
		}
		bins++
		ea, eb := both*sumA/(sumA+sumB), both*sumB/(sumA+sumB)
		statistic += (a[i]-ea)*(a[i]-ea)/ea + (b[i]-eb)*(b[i]-eb)/eb
	}
	if bins < 2 || sumA == 0 || sumB == 0 {
		return 0, 0, 1
	}
	return statistic, bins - 1, mathext.GammaIncRegComp(float64(bins-1)/2, statistic/2)
}

// Fisher tests whether a of n and b of m are equal shares: the sum of the
// probabilities of all tables with these margins that are not likelier
// (Fisher's exact test, two-sided).
func Fisher(a, n, b, m int) float64 {
	hits := a + b
	lo, hi := max(0, hits-m), min(n, hits)
	logs := func(k int) float64 { return choose(n, k) + choose(m, hits-k) - choose(n+m, hits) }
	mine := logs(a)
	p := 0.0
	for k := lo; k <= hi; k++ {
		if l := logs(k); l <= mine+1e-9 {
			p += math.Exp(l)
		}
	}
	return min(1, p)
}

// choose is the logarithm of n over k.
func choose(n, k int) float64 {
	a, _ := math.Lgamma(float64(n) + 1)
	b, _ := math.Lgamma(float64(k) + 1)
	c, _ := math.Lgamma(float64(n-k) + 1)
	return a - b - c
}

// sharesP tests whether a of n and b of m are equal shares: exactly, or by
// chi-squared where that is the same to all purposes and exact is slow.
func sharesP(a, n, b, m int) float64 {
	const many = 1000
	if min(a+b, n+m-a-b) <= many || min(n, m) <= many {
		return Fisher(a, n, b, m)
	}
	_, _, p := ChiSquared([]float64{float64(a), float64(n - a)}, []float64{float64(b), float64(m - b)})
	return p
}

// binomialP is the probability of at least k hits in n tries of chance p.
func binomialP(k, n int, p float64) float64 {
	switch {
	case k <= 0 || p >= 1:
		return 1
	case k > n || p <= 0:
		return 0
	}
	return mathext.RegIncBeta(float64(k), float64(n-k+1), p)
}

// BenjaminiHochberg returns for each p the least false-discovery rate at which
// its test is among the discoveries (Benjamini & Hochberg 1995), as
// scipy.stats.false_discovery_control does.
//
// A table has many columns, each with a test or two; if 5 % of those that did
// not drift gave an alarm, a wide table would always give one. Holding the
// share of false ones among the alarms at 5 % holds the chance of any alarm at
// 5 % where nothing drifted, and, unlike Bonferroni's correction, hardly costs
// power where much did. It holds for independent tests and for positively
// dependent ones (Benjamini & Yekutieli 2001), as those of columns that go
// together are.
func BenjaminiHochberg(p []float64) []float64 {
	order := rank.Order(len(p), func(i, j int) int { return cmp.Compare(p[i], p[j]) })
	q, least := make([]float64, len(p)), 1.0
	for rank := len(p); rank > 0; rank-- {
		i := order[rank-1]
		least = min(least, p[i]*float64(len(p))/float64(rank))
		q[i] = least
	}
	return q
}
