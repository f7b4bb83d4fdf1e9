package boost

import (
	"cmp"
	"slices"
)

// findCategory finds the best set of categories to go left, after Fisher, "On
// grouping for maximum homogeneity" (1958): categories are sorted by gradient
// over hessian, and the best sets are prefixes and suffixes of that order.
//
// As in scikit-learn and LightGBM, a category of fewer than cat_smooth rows in
// the node is not sorted, and cat_smooth is added to each hessian, which pulls
// small categories to the middle. Missing values are a category. A set holds
// at most half of the sorted categories and goes left; everything else goes
// right, with what has not been seen: rare categories, codes that are new at
// prediction, and missing values if the node has too few of them.
func (c *candidate) findCategory() {
	order := c.sortCategories()
	half := (len(order) + 1) / 2
	c.scanCategories(order, half)
	slices.Reverse(order)
	c.scanCategories(order, half-1)
}

// sortCategories returns the bins that have enough rows, by rising gradient
// over hessian; the lower bin comes first on a tie.
func (c *candidate) sortCategories() []int {
	var ratio [256]float64
	order := make([]int, 0, 256)
	consider := func(bin int) {
		t := c.at(bin)
		if t.rows > 0 && float64(t.rows) >= c.catSmooth {
			ratio[bin] = float64(t.gradient) / (float64(t.hessian) + c.catPull)
			order = append(order, bin)
		}
	}
	for b := range c.bins.count() {
		consider(b)
	}
	consider(missingCode)
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(ratio[a], ratio[b]) })
	return order
}

// scanCategories tries the first 1, 2, … most of the order as those that go
// left.
func (c *candidate) scanCategories(order []int, most int) {
	var left totals
	taken := 0
	for i, bin := range order[:max(0, most)] {
		left = left.plus(c.at(bin))
		if gain := c.gain(left); gain > c.best.gain {
			c.take(gain, 0, left)
			taken = i + 1
		}
	}
	if taken == 0 {
		return
	}
	c.best.codes = new([256]uint8)
	for _, bin := range order[:taken] {
		c.best.codes[bin] = 1
	}
	c.best.missingLeft = c.best.codes[missingCode] != 0
}
