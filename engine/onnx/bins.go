package onnx

import (
	"math"

	"example.com/engine/transform"
	"example.com/engine/tree"
)

// Transformers that cut the line of numbers into steps.

// search counts for each row of x, [N], the limits that are less, which rise:
// [N, 1]. It is a decision tree, so memory does not grow with the limits.
func (e *exporter) search(x string, limits []float64) string {
	t := tree.NewTree(1)
	divide(t, 0, limits, 0)
	one := tree.NewEnsemble(1, 1)
	one.Append(t)
	return e.ensemble(one, e.stand(x), make([]rounding, 1))
}

// divide grows the leaf into a tree over the limits, of which first come before
// them.
func divide(t *tree.Tree, leaf int, limits []float64, first int) {
	if len(limits) == 0 {
		t.Values(leaf)[0] = float64(first)
		return
	}
	middle := len(limits) / 2
	left := t.Split(leaf, 0, limits[middle], false)
	divide(t, left, limits[:middle], first)
	divide(t, left+1, limits[middle+1:], first+middle+1)
}

func (e *exporter) bins(t *transform.KBinsDiscretizer, in *block) *block {
	var parts []string
	for j := range in.columns {
		x := e.vector(in, j)
		var limits []float64
		for _, edge := range t.Edges[j] { // a number on an edge is in the bin above
			limits = append(limits, below(edge, in.off(j)))
		}
		none := math.NaN()
		if t.Encode == "onehot" {
			none = -1
		}
		bin := e.where(e.stand(e.isNull(x)), e.num(none), e.search(x, limits))
		if t.Encode == "onehot" {
			places := make([]float64, len(t.Edges[j])+1)
			for i := range places {
				places[i] = float64(i)
			}
			bin = e.cast(e.equal(bin, e.row("bins", places)), doubles)
		}
		parts = append(parts, bin)
	}
	return e.side(t.Out, parts)
}

// boundsThreshold and epsilon are those of package transform.
const (
	boundsThreshold = 1e-7
	epsilon         = 0x1p-52
)

func (e *exporter) quantiles(t *transform.QuantileTransformer, in *block) *block {
	if len(in.columns) == 0 {
		return in
	}
	var parts []string
	normal := t.OutputDistribution == "normal"
	for j, q := range t.Quantiles {
		x := e.vector(in, j)
		place := e.quantilePlace(x, q, in.off(j))
		if normal {
			last := q[len(q)-1]
			place = e.where(e.op("Greater", e.add(x, e.num(boundsThreshold)), e.num(last)), e.num(1), place)
			place = e.where(e.less(e.sub(x, e.num(boundsThreshold)), e.num(q[0])), e.num(0), place)
			least, most := boundsThreshold-epsilon, 1-(boundsThreshold-epsilon)
			place = e.normalQuantile(e.clip(place, &least, &most))
		}
		parts = append(parts, e.stand(place))
	}
	return in.mapped(e.beside(parts...), func(j int) rounding {
		if normal {
			return followed(in.off(j))
		}
		return mixed(in.off(j))
	})
}

// quantilePlace is the place of x among the quantiles, from 0 to 1: that of
// their zone, or a share of the way between two of them.
func (e *exporter) quantilePlace(x string, quantiles []float64, off rounding) string {
	last := float64(len(quantiles) - 1)
	var values []float64
	fixed := []float64{0}                             // by zone: the place, or NaN
	low, width, first := zeros(1), zeros(1), zeros(1) // by zone: where it begins
	for i := 0; i < len(quantiles); {
		end := i
		for end+1 < len(quantiles) && quantiles[end+1] == quantiles[i] {
			end++
		}
		place := 0.5 * (float64(i) + float64(end)) / last
		switch {
		case i == 0:
			place = 0
		case end == len(quantiles)-1:
			place = 1
		}
		gap := 1.0
		if end+1 < len(quantiles) {
			gap = quantiles[end+1] - quantiles[end]
		}
		values = append(values, quantiles[i])
		fixed = append(fixed, place, math.NaN())
		low, width = append(low, 0, quantiles[end]), append(width, 1, gap)
		first = append(first, 0, float64(end))
		i = end + 1
	}
	fixed[len(fixed)-1] = 1
	zone := e.zones(x, values, off)
	at := func(name string, table []float64) string { return e.gather(e.row(name, table), zone, 0) }
	share := e.div(e.sub(x, at("low", low)), at("width", width))
	between := e.div(e.add(at("first", first), share), e.num(last))
	place := at("place", fixed)
	place = e.where(e.isNull(place), between, place)
	return e.where(e.isNull(x), x, place)
}

func zeros(n int) []float64 { return make([]float64, n) }
