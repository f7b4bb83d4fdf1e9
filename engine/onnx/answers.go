package onnx

import (
	"example.com/engine/calibration"
	"example.com/engine/onnx/graph"
)

// probable gives the probabilities that the model gives, of those of its estimator:
// without the weights of classes, and calibrated.
func (e *exporter) probable(answer string) string {
	m := e.model
	if m.ClassWeights != nil {
		answer = e.Div(answer, e.Row("class_weights", m.ClassWeights))
		answer = e.normalized(e.columnsOf(answer))
	}
	if m.Calibration == nil {
		return answer
	}
	curves := m.Calibration.Curves
	if len(curves) == 1 {
		return e.Beside(e.calibrated(curves[0], e.columnsOf(answer)[1]))
	}
	parts := e.columnsOf(answer)
	for k, curve := range curves {
		_, parts[k] = e.calibrated(curve, parts[k])
	}
	return e.normalized(parts)
}

// columnsOf are the columns of the classes, [N, 1] each.
func (e *exporter) columnsOf(answer string) []string {
	var parts []string
	for k := range e.classes() {
		parts = append(parts, e.Stand(e.Gather(answer, e.Whole(int64(k)), 1)))
	}
	return parts
}

// normalized divides the columns by their sum, added in their order.
func (e *exporter) normalized(parts []string) string {
	sum := parts[0]
	for _, p := range parts[1:] {
		sum = e.Add(sum, p)
	}
	return e.Div(e.Beside(parts...), sum)
}

// calibrated gives the probability and that of the contrary, [N, 1] of [N, 1].
func (e *exporter) calibrated(c calibration.Curve, p string) (contrary, probability string) {
	if s := c.Sigmoid; s != nil {
		p = e.clip(p, &s.Low, &s.High)
		z := e.Log(e.Div(p, e.Sub(e.Num(1), p)))
		return e.Logistic(e.Add(e.Mul(z, e.Num(s.Slope)), e.Num(s.Intercept)))
	}
	var limits []float64
	for _, edge := range c.Edges { // a probability on an edge is on the step above
		limits = append(limits, graph.Below(edge, graph.Rounding{}))
	}
	flat := e.Flat(p)
	step := e.Cast(e.Flat(e.search(flat, limits)), graph.Int64s)
	value := e.Stand(e.Gather(e.Row("steps", c.Values), step, 0))
	value = e.Where(e.Stand(e.IsNull(flat)), e.Null(), value)
	return e.Sub(e.Num(1), value), value
}

// label gives the class that is answered, [N].
func (e *exporter) label(answer string) string {
	classes := e.model.Classes
	if d := e.model.Decision; d != nil {
		no := e.Less(e.Gather(answer, e.Whole(1), 1), e.Num(d.Threshold))
		return e.Where(no, e.Text(classes[0]), e.Text(classes[1]))
	}
	first := e.OpWith("ArgMax", graph.With("axis", 1, "keepdims", 0), answer)
	return e.Gather(e.Constant("classes", graph.TextTensor([]int64{int64(len(classes))}, classes...)), first, 0)
}
