package onnx

import (
	"slices"

	"example.com/engine/neighbors"
	"example.com/engine/transform"
)

// nearest finds the k training rows nearest to each row of x, [N, columns]:
// their numbers, int64 [k, N], and squared distances, [k, N], the nearest
// first. Rows of x with a null have any.
//
// It looks at all training rows, for one row of x after the other, and adds
// squares and breaks ties as the index does.
func (e *exporter) nearest(b *neighbors.Index, x string, k int) (rows, squared string) {
	m, p := b.Len(), b.Columns
	points := make([]float64, p*m) // by column, then by the number of the row
	for i, row := range b.Rows {
		for j := range p {
			points[j*m+int(row)] = b.Points[i*p+j]
		}
	}
	body := e.body("nearest")
	row := body.fresh(body.scope + "/row")
	body.inputs = []valueInfo{{name: row, kind: doubles, dims: []any{int64(p)}}}
	apart := body.sub(body.stand(row), body.constant("points", doubleTensor([]int64{int64(p), int64(m)}, points...)))
	all := body.reduce("ReduceSum", body.mul(apart, apart), 0)
	found := body.node("TopK", []string{all, body.wholes("k", int64(k))}, 2,
		attribute{"axis", int64(0)}, attribute{"largest", int64(0)})
	body.outputs = []valueInfo{
		{name: found[0], kind: doubles, dims: []any{int64(k)}},
		{name: found[1], kind: int64s, dims: []any{int64(k)}},
	}
	scanned := e.node("Scan", []string{x}, 2, attribute{"body", body}, attribute{"num_scan_inputs", int64(1)})
	return e.swap(scanned[1], 1, 0), e.swap(scanned[0], 1, 0)
}

// votes are the parts of the neighbours in a prediction, [k, N].
func (e *exporter) votes(settings neighbors.Settings, weight []float64, rows, squared string) string {
	votes := e.everyVote(squared)
	if settings.Weights == "distance" {
		closest := e.gather(squared, e.wholes("first", 0), 0)
		apart := e.div(e.num(1), e.op("Sqrt", squared))
		here := e.cast(e.equal(squared, e.num(0)), doubles)
		votes = e.where(e.op("Greater", closest, e.num(0)), apart, here)
	}
	if len(weight) > 0 {
		votes = e.mul(votes, e.gather(e.row("weight", weight), rows, 0))
	}
	return votes
}

// everyVote is 1 for each neighbour.
func (e *exporter) everyVote(squared string) string {
	return e.cast(e.op("GreaterOrEqual", squared, e.num(0)), doubles)
}

func (e *exporter) neighborsMean(l *neighbors.Regressor, x *block) string {
	rows, squared := e.nearest(&l.Index, e.matrix(x), l.Neighbors)
	votes := e.votes(l.Settings, l.Weight, rows, squared)
	sum := e.reduce("ReduceSum", e.mul(votes, e.gather(e.row("target", l.Target), rows, 0)), 0)
	return e.knownRows(x, e.stand(e.div(sum, e.reduce("ReduceSum", votes, 0))))
}

func (e *exporter) neighborsShares(l *neighbors.Classifier, x *block) string {
	rows, squared := e.nearest(&l.Index, e.matrix(x), l.Neighbors)
	votes := e.votes(l.Settings, l.Weight, rows, squared)
	codes := make([]float64, e.classes())
	for k := range codes {
		codes[k] = float64(k)
	}
	last := e.wholes("axis_2", 2)
	class := e.op("Unsqueeze", e.gather(e.row("target", l.Target), rows, 0), last)
	own := e.cast(e.equal(class, e.row("codes", codes)), doubles) // [k, N, classes]
	shares := e.reduce("ReduceSum", e.mul(own, e.op("Unsqueeze", votes, last)), 0)
	return e.knownRows(x, e.div(shares, e.stand(e.reduce("ReduceSum", votes, 0))))
}

// knownRows is null where a row of x has a null.
func (e *exporter) knownRows(x *block, answer string) string {
	return e.where(e.stand(e.anyNull(e.matrix(x))), e.null(), answer)
}

// anyNull tells of each row of a matrix whether it has a null, [N].
func (e *exporter) anyNull(x string) string {
	return e.cast(e.reduce("ReduceMax", e.cast(e.isNull(x), doubles), 1), bools)
}

// neighborTargets describes the targets of the nearest training rows.
func (e *exporter) neighborTargets(t *transform.KNNTarget, in *block) *block {
	most := min(slices.Max(t.Neighbors), t.Index.Len())
	rows, squared := e.nearest(t.Index, e.matrix(in), most)
	targets := e.gather(e.row("targets", t.Targets), rows, 0)
	var parts []string
	for _, statistic := range t.Statistics {
		for _, k := range t.Neighbors {
			k = min(k, most)
			first := func(x string) string { return e.gather(x, e.wholes("nearest", span(0, int64(k)-1)...), 0) }
			parts = append(parts, e.stand(e.statistic(statistic, k, first(targets), first(squared), t.Offset)))
		}
	}
	known := e.knownRows(in, e.beside(parts...))
	offs := in.offs()
	return numbers(t.Out, known, func(int) rounding { return mixed(offs...) })
}

// neighborMeans averages what the nearest training rows have in other columns,
// nulls left out.
func (e *exporter) neighborMeans(t *transform.NeighborMean, in *block) *block {
	by := &block{}
	for _, name := range t.By {
		j := slices.IndexFunc(in.columns, func(c column) bool { return c.name == name })
		by.columns = append(by.columns, column{name: name, tensor: e.vector(in, j), off: in.off(j)})
	}
	most := min(slices.Max(t.Neighbors), t.Index.Len())
	rows, _ := e.nearest(t.Index, e.matrix(by), most)
	others := len(t.Out) / len(t.Neighbors)
	dims := []int64{int64(t.Index.Len()), int64(others)}
	values := e.gather(e.constant("values", doubleTensor(dims, t.Values...)), rows, 0) // [most, N, others]
	null := e.isNull(values)
	known := e.cast(e.not(null), doubles)
	values = e.where(null, e.num(0), values)
	var parts []string // one for each number of neighbours, [N, others]
	for _, k := range t.Neighbors {
		first := func(x string) string {
			return e.reduce("ReduceSum", e.gather(x, e.wholes("nearest", span(0, int64(min(k, most))-1)...), 0), 0)
		}
		parts = append(parts, e.div(first(values), first(known)))
	}
	places := make([]int64, 0, len(t.Out)) // the columns made go by column, then by number of neighbours
	for c := range others {
		for j := range t.Neighbors {
			places = append(places, int64(j*others+c))
		}
	}
	means := e.knownRows(by, e.take(e.beside(parts...), places))
	offs := by.offs()
	return numbers(t.Out, means, func(int) rounding { return mixed(offs...) })
}

// statistic describes k targets and squared distances, [k, N]: [N].
func (e *exporter) statistic(name string, k int, targets, squared string, offset float64) string {
	count := e.num(float64(k))
	switch name {
	case "distance":
		return e.op("Sqrt", e.gather(squared, e.whole(int64(k-1)), 0))
	case "mean":
		weights := e.div(e.num(1), e.add(e.op("Sqrt", squared), e.num(offset)))
		return e.div(e.reduce("ReduceSum", e.mul(weights, targets), 0), e.reduce("ReduceSum", weights, 0))
	case "median":
		sorted := e.node("TopK", []string{targets, e.wholes("k", int64(k))}, 2,
			attribute{"axis", int64(0)}, attribute{"largest", int64(0)})[0]
		middle := func(at int) string { return e.gather(sorted, e.whole(int64(at)), 0) }
		return e.div(e.add(middle((k-1)/2), middle(k/2)), e.num(2))
	}
	mean := e.reduce("ReduceSum", e.div(targets, count), 0)
	apart := e.sub(targets, mean)
	return e.op("Sqrt", e.div(e.reduce("ReduceSum", e.mul(apart, apart), 0), count))
}
