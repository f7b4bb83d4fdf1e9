package onnx

import (
	"math"

	"example.com/engine/onnx/graph"
	"example.com/engine/transform/steps"
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
	return e.ensemble(one, e.Stand(x), make([]graph.Rounding, 1))
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

func (e *exporter) bins(t *steps.KBinsDiscretizer, in *graph.Block) *graph.Block {
	var parts []string
	for j := range in.Columns {
		x := e.Vector(in, j)
		var limits []float64
		for _, edge := range t.Edges[j] { // a number on an edge is in the bin above
			limits = append(limits, graph.Below(edge, in.Off(j)))
		}
		none := math.NaN()
		if t.Encode == "onehot" {
			none = -1
		}
		bin := e.Where(e.Stand(e.IsNull(x)), e.Num(none), e.search(x, limits))
		if t.Encode == "onehot" {
			places := make([]float64, len(t.Edges[j])+1)
			for i := range places {
				places[i] = float64(i)
			}
			bin = e.Cast(e.Equal(bin, e.Row("bins", places)), graph.Doubles)
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

func (e *exporter) quantiles(t *steps.QuantileTransformer, in *graph.Block) *graph.Block {
	if len(in.Columns) == 0 {
		return in
	}
	var parts []string
	normal := t.OutputDistribution == "normal"
	for j, q := range t.Quantiles {
		x := e.Vector(in, j)
		place := e.quantilePlace(x, q, in.Off(j))
		if normal {
			last := q[len(q)-1]
			place = e.Where(e.Op("Greater", e.Add(x, e.Num(boundsThreshold)), e.Num(last)), e.Num(1), place)
			place = e.Where(e.Less(e.Sub(x, e.Num(boundsThreshold)), e.Num(q[0])), e.Num(0), place)
			least, most := boundsThreshold-epsilon, 1-(boundsThreshold-epsilon)
			place = e.NormalQuantile(e.clip(place, &least, &most))
		}
		parts = append(parts, e.Stand(place))
	}
	return in.Mapped(e.Beside(parts...), func(j int) graph.Rounding {
		if normal {
			return graph.Followed(in.Off(j))
		}
		return graph.Mixed(in.Off(j))
	})
}

// quantilePlace is the place of x among the quantiles, from 0 to 1: that of
// their zone, or a share of the way between two of them.
func (e *exporter) quantilePlace(x string, quantiles []float64, off graph.Rounding) string {
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
	at := func(name string, table []float64) string { return e.Gather(e.Row(name, table), zone, 0) }
	share := e.Div(e.Sub(x, at("low", low)), at("width", width))
	between := e.Div(e.Add(at("first", first), share), e.Num(last))
	place := at("place", fixed)
	place = e.Where(e.IsNull(place), between, place)
	return e.Where(e.IsNull(x), x, place)
}

func zeros(n int) []float64 { return make([]float64, n) }
