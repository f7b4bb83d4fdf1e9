package onnx

import (
	"fmt"
	"slices"

	"example.com/engine/estimator"
	"example.com/engine/linear"
	"example.com/engine/neighbors"
	"example.com/engine/onnx/graph"
	"example.com/engine/transform/steps"
	"example.com/engine/tree/boost"
	"example.com/engine/tree/forest"
)

// estimator gives the nodes of a fitted estimator on x, [N, features]: [N, 1]
// for a regression, [N, classes] for a classification. One that is not of this
// module is a [graph.Estimator]; a new kind of this module has a line here.
func (e *exporter) estimator(est estimator.Estimator, x *graph.Block) (string, error) {
	switch l := est.Learner.(type) {
	case graph.Estimator:
		return l.Graph(e.Graph, x)
	case interface{ Linear() *linear.Line }:
		return e.line(l.Linear(), x), nil
	case *linear.Dummy:
		return e.dummy(l, x), nil
	case *linear.Logistic:
		return e.logisticRegression(l, x)
	case *neighbors.Regressor:
		return e.neighborsMean(l, x), nil
	case *neighbors.Classifier:
		return e.neighborsShares(l, x), nil
	case *estimator.BoostingRegressor:
		return e.boostingRegressor(&l.Regressor, x), nil
	case *estimator.BoostingClassifier:
		return e.boostingClassifier(&l.Classifier, x), nil
	case interface{ Averaged() *forest.Fitted }:
		return e.averaged(l.Averaged(), x), nil
	case interface{ Blended() *estimator.Blend }:
		return e.blend(l.Blended(), x)
	}
	return "", fmt.Errorf("can't be expressed: package onnx does not know %T", est.Learner)
}

// blend adds the members' answers by weight, in their order.
func (e *exporter) blend(b *estimator.Blend, x *graph.Block) (string, error) {
	sum := ""
	for j, m := range b.Estimators {
		if b.Weights[j] <= 0 {
			continue
		}
		err := e.Within(m.Kind, func() error {
			answer, err := e.estimator(m, x)
			if err != nil {
				return fmt.Errorf("%s: %w", m.Kind, err)
			}
			part := e.Mul(answer, e.Num(b.Weights[j]))
			if sum != "" {
				part = e.Add(sum, part)
			}
			sum = part
			return nil
		})
		if err != nil {
			return "", err
		}
	}
	return sum, nil
}

func (e *exporter) dummy(d *linear.Dummy, x *graph.Block) string {
	if e.classes() == 0 {
		return e.EveryRow(e.Matrix(x), e.Row("value", []float64{d.Value}), 1)
	}
	prior := make([]float64, e.classes())
	copy(prior, d.Prior)
	return e.EveryRow(e.Matrix(x), e.Row("prior", prior), len(prior))
}

func (e *exporter) line(l *linear.Line, x *graph.Block) string {
	return e.Add(e.Num(l.Intercept), e.Weighted(x, [][]float64{l.Coef}))
}

func (e *exporter) logisticRegression(l *linear.Logistic, x *graph.Block) (string, error) {
	if len(l.Classes) != e.classes() {
		return "", fmt.Errorf("can't be expressed: it learned %d of the %d classes", len(l.Classes), e.classes())
	}
	z := e.Add(e.Row("intercept", l.Intercept), e.Weighted(x, l.Coef))
	if len(l.Coef) == 1 {
		first, second := e.Logistic(z)
		return e.Beside(first, second), nil
	}
	return e.Softmax(z), nil
}

// averaged is the mean of the trees, of shares of classes or of numbers.
func (e *exporter) averaged(a *forest.Fitted, x *graph.Block) string {
	sum := e.ensemble(a.Trees, e.Matrix(x), x.Offs())
	if a.Trees.Trees() == 1 {
		return sum
	}
	return e.Div(sum, e.Num(float64(a.Trees.Trees())))
}

// boosted is the base and the trees.
func (e *exporter) boosted(b *boost.Fitted, x *graph.Block) string {
	base := e.Row("base", b.Base)
	if b.Trees.Trees() == 0 {
		return e.EveryRow(e.Matrix(x), base, len(b.Base))
	}
	return e.Add(e.ensemble(b.Trees, e.Matrix(x), x.Offs()), base)
}

func (e *exporter) boostingRegressor(b *boost.Regressor, x *graph.Block) string {
	raw := e.boosted(&b.Fitted, x)
	if b.Loss == "poisson" {
		return e.Op("Exp", raw)
	}
	return raw
}

func (e *exporter) boostingClassifier(b *boost.Classifier, x *graph.Block) string {
	raw := e.boosted(&b.Fitted, x)
	if b.Classes == 2 {
		first, second := e.Logistic(raw)
		return e.Beside(first, second)
	}
	return e.Softmax(raw)
}

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
	body := e.Body("nearest")
	row := body.Inside("row")
	body.Inputs = []graph.ValueInfo{{Name: row, Kind: graph.Doubles, Dims: []any{int64(p)}}}
	apart := body.Sub(body.Stand(row), body.Constant("points", graph.DoubleTensor([]int64{int64(p), int64(m)}, points...)))
	all := body.Reduce("ReduceSum", body.Mul(apart, apart), 0)
	found := body.Node("TopK", []string{all, body.Wholes("k", int64(k))}, 2,
		graph.With("axis", 0, "largest", 0)...)
	body.Outputs = []graph.ValueInfo{
		{Name: found[0], Kind: graph.Doubles, Dims: []any{int64(k)}},
		{Name: found[1], Kind: graph.Int64s, Dims: []any{int64(k)}},
	}
	scanned := e.Node("Scan", []string{x}, 2, graph.With("body", body, "num_scan_inputs", 1)...)
	return e.Swap(scanned[1], 1, 0), e.Swap(scanned[0], 1, 0)
}

// votes are the parts of the neighbours in a prediction, [k, N].
func (e *exporter) votes(settings neighbors.Settings, weight []float64, rows, squared string) string {
	votes := e.everyVote(squared)
	if settings.Weights == "distance" {
		closest := e.Gather(squared, e.Wholes("first", 0), 0)
		apart := e.Div(e.Num(1), e.Op("Sqrt", squared))
		here := e.Cast(e.Equal(squared, e.Num(0)), graph.Doubles)
		votes = e.Where(e.Op("Greater", closest, e.Num(0)), apart, here)
	}
	if len(weight) > 0 {
		votes = e.Mul(votes, e.Gather(e.Row("weight", weight), rows, 0))
	}
	return votes
}

// everyVote is 1 for each neighbour.
func (e *exporter) everyVote(squared string) string {
	return e.Cast(e.Op("GreaterOrEqual", squared, e.Num(0)), graph.Doubles)
}

func (e *exporter) neighborsMean(l *neighbors.Regressor, x *graph.Block) string {
	rows, squared := e.nearest(&l.Index, e.Matrix(x), l.Neighbors)
	votes := e.votes(l.Settings, l.Weight, rows, squared)
	sum := e.Reduce("ReduceSum", e.Mul(votes, e.Gather(e.Row("target", l.Target), rows, 0)), 0)
	return e.knownRows(x, e.Stand(e.Div(sum, e.Reduce("ReduceSum", votes, 0))))
}

func (e *exporter) neighborsShares(l *neighbors.Classifier, x *graph.Block) string {
	rows, squared := e.nearest(&l.Index, e.Matrix(x), l.Neighbors)
	votes := e.votes(l.Settings, l.Weight, rows, squared)
	codes := make([]float64, e.classes())
	for k := range codes {
		codes[k] = float64(k)
	}
	last := e.Wholes("axis_2", 2)
	class := e.Op("Unsqueeze", e.Gather(e.Row("target", l.Target), rows, 0), last)
	own := e.Cast(e.Equal(class, e.Row("codes", codes)), graph.Doubles) // [k, N, classes]
	shares := e.Reduce("ReduceSum", e.Mul(own, e.Op("Unsqueeze", votes, last)), 0)
	return e.knownRows(x, e.Div(shares, e.Stand(e.Reduce("ReduceSum", votes, 0))))
}

// knownRows is null where a row of x has a null.
func (e *exporter) knownRows(x *graph.Block, answer string) string {
	return e.Where(e.Stand(e.anyNull(e.Matrix(x))), e.Null(), answer)
}

// anyNull tells of each row of a matrix whether it has a null, [N].
func (e *exporter) anyNull(x string) string {
	return e.Cast(e.Reduce("ReduceMax", e.Cast(e.IsNull(x), graph.Doubles), 1), graph.Bools)
}

// neighborTargets describes the targets of the nearest training rows.
func (e *exporter) neighborTargets(t *steps.KNNTarget, in *graph.Block) *graph.Block {
	most := min(slices.Max(t.Neighbors), t.Index.Len())
	rows, squared := e.nearest(t.Index, e.Matrix(in), most)
	targets := e.Gather(e.Row("targets", t.Targets), rows, 0)
	var parts []string
	for _, statistic := range t.Statistics {
		for _, k := range t.Neighbors {
			k = min(k, most)
			first := func(x string) string { return e.Gather(x, e.Wholes("nearest", span(0, int64(k)-1)...), 0) }
			parts = append(parts, e.Stand(e.statistic(statistic, k, first(targets), first(squared), t.Offset)))
		}
	}
	known := e.knownRows(in, e.Beside(parts...))
	offs := in.Offs()
	return numbers(t.Out, known, func(int) graph.Rounding { return graph.Mixed(offs...) })
}

// neighborMeans averages what the nearest training rows have in other columns,
// nulls left out.
func (e *exporter) neighborMeans(t *steps.NeighborMean, in *graph.Block) *graph.Block {
	by := &graph.Block{}
	for _, name := range t.By {
		j := slices.IndexFunc(in.Columns, func(c graph.Column) bool { return c.Name == name })
		by.Columns = append(by.Columns, graph.Column{Name: name, Tensor: e.Vector(in, j), Off: in.Off(j)})
	}
	most := min(slices.Max(t.Neighbors), t.Index.Len())
	rows, _ := e.nearest(t.Index, e.Matrix(by), most)
	others := len(t.Out) / len(t.Neighbors)
	dims := []int64{int64(t.Index.Len()), int64(others)}
	values := e.Gather(e.Constant("values", graph.DoubleTensor(dims, t.Values...)), rows, 0) // [most, N, others]
	null := e.IsNull(values)
	known := e.Cast(e.Not(null), graph.Doubles)
	values = e.Where(null, e.Num(0), values)
	var parts []string // one for each number of neighbours, [N, others]
	for _, k := range t.Neighbors {
		first := func(x string) string {
			return e.Reduce("ReduceSum", e.Gather(x, e.Wholes("nearest", span(0, int64(min(k, most))-1)...), 0), 0)
		}
		parts = append(parts, e.Div(first(values), first(known)))
	}
	places := make([]int64, 0, len(t.Out)) // the columns made go by column, then by number of neighbours
	for c := range others {
		for j := range t.Neighbors {
			places = append(places, int64(j*others+c))
		}
	}
	means := e.knownRows(by, e.Take(e.Beside(parts...), places))
	offs := by.Offs()
	return numbers(t.Out, means, func(int) graph.Rounding { return graph.Mixed(offs...) })
}

// statistic describes k targets and squared distances, [k, N]: [N].
func (e *exporter) statistic(name string, k int, targets, squared string, offset float64) string {
	count := e.Num(float64(k))
	switch name {
	case "distance":
		return e.Op("Sqrt", e.Gather(squared, e.Whole(int64(k-1)), 0))
	case "mean":
		weights := e.Div(e.Num(1), e.Add(e.Op("Sqrt", squared), e.Num(offset)))
		return e.Div(e.Reduce("ReduceSum", e.Mul(weights, targets), 0), e.Reduce("ReduceSum", weights, 0))
	case "median":
		sorted := e.Node("TopK", []string{targets, e.Wholes("k", int64(k))}, 2,
			graph.With("axis", 0, "largest", 0)...)[0]
		middle := func(at int) string { return e.Gather(sorted, e.Whole(int64(at)), 0) }
		return e.Div(e.Add(middle((k-1)/2), middle(k/2)), e.Num(2))
	}
	mean := e.Reduce("ReduceSum", e.Div(targets, count), 0)
	apart := e.Sub(targets, mean)
	return e.Op("Sqrt", e.Div(e.Reduce("ReduceSum", e.Mul(apart, apart), 0), count))
}
