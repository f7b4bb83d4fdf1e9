package onnx

import (
	"math"
	"slices"

	"example.com/engine/onnx/graph"
	"example.com/engine/table"
	"example.com/engine/transform"
	"example.com/engine/transform/steps"
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
