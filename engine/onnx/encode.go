package onnx

import (
	"math"
	"slices"

	"example.com/engine/onnx/graph"
	"example.com/engine/table"
	"example.com/engine/transform"
	"example.com/engine/transform/steps"
	"example.com/engine/tree"
)

// An encoder is a table: each row of data has a place in it, and what stands
// there is the encoding. The first two places are those of null and of
// categories not seen in training; then come the codes.
const (
	nullPlace    = 0
	unknownPlace = 1
	firstCode    = 2
)

// places returns the place of each row of column j, int64 [N].
func (e *exporter) places(in *graph.Block, j int, k *steps.Categories) string {
	x, size := e.Vector(in, j), len(k.Texts)+len(k.Numbers)
	null := int64(nullPlace)
	if k.Null {
		null = int64(firstCode + size)
	}
	if in.Columns[j].Kind == table.Float {
		zoned := e.zones(x, k.Numbers, in.Off(j))
		return e.Where(e.IsNull(x), e.Whole(null), e.Gather(e.Wholes("place", odd(size)...), zoned, 0))
	}
	keys, values := []string{""}, []int64{null}
	for i, s := range k.Texts {
		code := int64(i)
		if k.Order != nil {
			code = int64(k.Order[i])
		}
		keys, values = append(keys, s), append(values, firstCode+code)
	}
	return e.OpWith("LabelEncoder", graph.With("default_int64", unknownPlace, "keys_strings", keys, "values_int64s", values), x)
}

// odd returns the places of the zones of numbers: those between categories are
// unknown.
func odd(size int) []int64 {
	places := []int64{unknownPlace}
	for code := range size {
		places = append(places, firstCode+int64(code), unknownPlace)
	}
	return places
}

// zones tells where each number stands among rising values: 2i+1 for a number
// equal to value i, 2i for one between value i-1 and value i; int64 [N].
func (e *exporter) zones(x string, values []float64, off graph.Rounding) string {
	var limits []float64
	for _, v := range values {
		limits = append(limits, graph.Below(v, off), graph.UpTo(v, off))
	}
	slices.Sort(limits) // where values are nearer than rounding
	return e.Cast(e.Flat(e.search(x, limits)), graph.Int64s)
}

func (e *exporter) oneHot(t *steps.OneHotEncoder, in *graph.Block) *graph.Block {
	var parts []string
	made := int64(0)
	for j := range in.Columns {
		code := &t.Encodings[j]
		place := e.places(in, j, &code.Categories)
		slots := []int64{int64(code.Unknown), int64(code.Unknown)}
		last := made - 1
		for _, slot := range code.Slots {
			slots, last = append(slots, int64(slot)), max(last, int64(slot))
		}
		if t.HandleNull == "ignore" {
			slots[nullPlace] = -1
		}
		switch {
		case t.HandleUnknown != "error":
		case t.HandleNull == "ignore":
			e.Refuse(e.Equal(place, e.Whole(unknownPlace)))
		default:
			e.Refuse(e.Less(place, e.Whole(firstCode)))
		}
		if last >= made {
			slot := e.Stand(e.Gather(e.Wholes("slot", slots...), place, 0))
			parts = append(parts, e.Cast(e.Equal(slot, e.Wholes("slots", span(made, last)...)), graph.Doubles))
		}
		made = last + 1
	}
	if len(parts) == 0 {
		return &graph.Block{}
	}
	return numbers(t.Out, e.Beside(parts...), graph.Exact)
}

// span is first, first+1, …, last.
func span(first, last int64) []int64 {
	var all []int64
	for i := first; i <= last; i++ {
		all = append(all, i)
	}
	return all
}

func (e *exporter) ordinal(t *steps.OrdinalEncoder, in *graph.Block) *graph.Block {
	var parts []string
	for j := range in.Columns {
		place := e.places(in, j, &t.Learned[j])
		codes := []float64{orNull(t.EncodedMissingValue), orNull(t.UnknownValue)}
		for code := range t.Learned[j].Size() {
			codes = append(codes, float64(code))
		}
		if t.HandleUnknown == "error" {
			e.Refuse(e.Equal(place, e.Whole(unknownPlace)))
		}
		parts = append(parts, e.Stand(e.Gather(e.Row("codes", codes), place, 0)))
	}
	return e.side(t.Out, parts)
}

// side puts columns of numbers side by side, of which there may be none.
func (e *exporter) side(fields []transform.Field, parts []string) *graph.Block {
	if len(parts) == 0 {
		return &graph.Block{}
	}
	return numbers(fields, e.Beside(parts...), graph.Exact)
}

func (e *exporter) targetMeans(t *steps.TargetEncoder, in *graph.Block) *graph.Block {
	var parts []string
	classes := len(t.TargetMean)
	for j := range in.Columns {
		means := slices.Concat(t.TargetMean, t.TargetMean) // for null and for the unknown
		n := t.Categories[j].Size()
		for code := range n {
			for class := range classes {
				means = append(means, t.Encodings[j][class][code])
			}
		}
		place := e.places(in, j, &t.Categories[j])
		dims := []int64{int64(firstCode + n), int64(classes)}
		parts = append(parts, e.Gather(e.Constant("means", graph.DoubleTensor(dims, means...)), place, 0))
	}
	return e.side(t.Out, parts)
}

// orNull is what the settings of an encoder say: nil is null.
func orNull(v *float64) float64 {
	if v == nil {
		return math.NaN()
	}
	return *v
}

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
