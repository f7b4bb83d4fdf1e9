// Package onnx writes a fitted model as one ONNX graph: derivations,
// transformers, estimator and the way back from a transformed target.
//
// # Inputs
//
// The columns of the schema but the target, by name and in its order, each
// [N] for N rows: numbers and integers as double with NaN for null, categories
// and graph.Texts as string with the empty one for null, times as int64, nanoseconds
// since 1970 in UTC with the least int64 for null. That is what numpy has
// behind datetime64[ns] and its NaT. A column that no step reads is an input
// nevertheless, so that the inputs are those of the schema.
//
// # Outputs
//
// For a regression, prediction, double [N]. For a classification, prediction,
// string [N], the label of the class that the model answers, which is the most
// probable one unless the model has a threshold, and probabilities, calibrated,
// double [N, classes], in the order of the model's classes. A row that the
// model has no answer for, where [model.Model.Predict] gives an error, as for
// a category that its encoder does not take, gets NaN and the empty label.
// Intervals and sets of classes are not in the graph.
//
// # Exactness
//
// All numbers are doubles, and what a graph can't express is an error that
// names it. Operations on single elements are those of the Go code, one by one
// and in its order, logarithm, sine, cosine and arcsine included, so that the
// bits are the same, too. What differs in the last bits are exponentials,
// powers and cube roots, sums of trees that are not shares of classes, and all
// that follows from them; see [graph.Rounding] for what that means where a step
// follows, as in a tree.
//
// The operators are those of opset 21 and of ai.onnx.ml 5, which came with
// ONNX 1.16, as far as onnxruntime has them for doubles: 1.21 and newer have
// all, 1.20 lacks TreeEnsemble. The same model gives the same bytes.
package onnx

import (
	"fmt"
	"strconv"
	"strings"

	"example.com/engine/model"
	"example.com/engine/onnx/graph"
	"example.com/engine/schema"
	"example.com/engine/table"
)

// Options say how a graph answers.
type Options struct {
	// Flat gives the probabilities of a classification as one output a class,
	// probability_<class>, double [N], for callers that make a table of the
	// outputs, as mlflow.pyfunc does.
	Flat bool
}

// Names of outputs.
const (
	prediction    = "prediction"
	probabilities = "probabilities"
)

// exporter is a graph under construction, with what its parts share.
type exporter struct {
	*graph.Graph
	model *model.Model
	table []graph.Column // the columns that derivations and groups may read
}

// Export returns the model as the bytes of an ONNX file.
func Export(m *model.Model, o Options) ([]byte, error) {
	e := &exporter{Graph: graph.New("pipeline"), model: m}
	if err := e.export(o); err != nil {
		return nil, fmt.Errorf("onnx: %w", err)
	}
	p := graph.Model{
		IRVersion:       10,
		Producer:        "example.com/housing",
		ProducerVersion: m.Version(),
		Version:         int64(m.Format),
		Doc:             fmt.Sprintf("%s of %s by %s, fitted on %d rows", m.Task, m.Schema.Target, m.Estimator.Kind, m.Trained.Rows),
		Graph:           e.Graph,
		Opsets:          []graph.Opset{{Domain: "", Version: 21}, {Domain: "ai.onnx.ml", Version: 5}},
		Metadata: []graph.Property{
			{Key: "task", Value: string(m.Task)},
			{Key: "target", Value: m.Schema.Target},
			{Key: "estimator", Value: m.Estimator.Kind},
			{Key: "model_sha256", Value: m.Digest()},
			{Key: "trained_on_sha256", Value: m.Trained.SHA256},
		},
	}
	if positive := m.Positive(); positive != "" {
		p.Metadata = append(p.Metadata, graph.Property{Key: "positive", Value: positive})
	}
	if d := m.Decision; d != nil {
		p.Metadata = append(p.Metadata, graph.Property{Key: "threshold", Value: strconv.FormatFloat(d.Threshold, 'g', -1, 64)})
	}
	if c := m.Calibration; c != nil {
		p.Metadata = append(p.Metadata, graph.Property{Key: "calibration", Value: c.Method})
	}
	return p.Encode(), nil
}

func (e *exporter) export(o Options) error {
	outputs := e.outputNames(o)
	for _, name := range outputs {
		e.Reserve(name)
	}
	if err := e.schemaInputs(); err != nil {
		return err
	}
	if err := e.Within("derive", func() error { return e.derivations(e.model.Derive) }); err != nil {
		return err
	}
	var x *graph.Block
	err := e.Within("columns", func() (err error) {
		x, err = e.groups(e.model.Columns)
		return err
	})
	if err != nil {
		return err
	}
	if len(x.Columns) != len(e.model.Features) {
		panic(fmt.Sprintf("onnx: %d columns made of %d", len(x.Columns), len(e.model.Features)))
	}
	return e.Within("estimator", func() error {
		answer, err := e.estimator(e.model.Estimator, x)
		if err != nil {
			return fmt.Errorf("estimator: %s: %w", e.model.Estimator.Kind, err)
		}
		if e.classes() > 0 {
			answer = e.probable(answer)
		}
		return e.finish(answer, outputs, o)
	})
}

// classes is the number of classes, 0 for a regression.
func (e *exporter) classes() int { return len(e.model.Classes) }

func (e *exporter) outputNames(o Options) []string {
	names := []string{prediction}
	switch {
	case e.classes() > 0 && o.Flat:
		for _, class := range e.model.Classes {
			names = append(names, "probability_"+class)
		}
	case e.classes() > 0:
		names = append(names, probabilities)
	}
	return names
}

// schemaInputs declares the columns of the schema and makes them the table.
func (e *exporter) schemaInputs() error {
	types := map[table.Kind]int64{table.Float: graph.Doubles, table.Category: graph.Texts, table.Text: graph.Texts, table.Time: graph.Int64s}
	for _, c := range e.model.Schema.Features() {
		if !e.Reserve(c.Name) {
			return fmt.Errorf("column %q: an output has this name: rename the column", c.Name)
		}
		kind := c.Type.Kind()
		e.Inputs = append(e.Inputs, graph.ValueInfo{Name: c.Name, Kind: types[kind], Dims: []any{"N"}, Doc: docOf(c)})
		e.table = append(e.table, graph.Column{Name: c.Name, Kind: kind, Tensor: c.Name})
	}
	return nil
}

// docOf is the description of a column with its unit.
func docOf(c schema.Column) string {
	var parts []string
	if c.Description != "" {
		parts = append(parts, c.Description)
	}
	if c.Unit != "" {
		parts = append(parts, "in "+c.Unit)
	}
	return strings.Join(parts, "; ")
}

// finish makes the outputs of the estimator's answer.
func (e *exporter) finish(answer string, outputs []string, o Options) error {
	if refused := e.Refused(); refused != "" {
		answer = e.Where(e.Stand(refused), e.Null(), answer)
	}
	if e.classes() == 0 {
		value, err := e.invert(e.Flat(answer))
		if err != nil {
			return err
		}
		unit := ""
		if c := e.model.Schema.Column(e.model.Schema.Target); c != nil {
			unit = docOf(*c)
		}
		if r := e.model.Range; r != nil {
			value = e.clip(value, &r.Min, &r.Max)
		}
		e.output(value, graph.ValueInfo{Name: outputs[0], Kind: graph.Doubles, Dims: []any{"N"}, Doc: unit})
		return nil
	}
	label := e.Where(e.anyNull(answer), e.Text(""), e.label(answer))
	doc := "the most probable class"
	if d := e.model.Decision; d != nil {
		doc = fmt.Sprintf("%q %s", e.model.Classes[1], d)
	}
	e.output(label, graph.ValueInfo{Name: outputs[0], Kind: graph.Texts, Dims: []any{"N"}, Doc: doc})
	if !o.Flat {
		doc := "of the classes " + strings.Join(quoted(e.model.Classes), ", ")
		e.output(answer, graph.ValueInfo{Name: outputs[1], Kind: graph.Doubles, Dims: []any{"N", int64(e.classes())}, Doc: doc})
		return nil
	}
	for i, name := range outputs[1:] {
		e.output(e.Gather(answer, e.Whole(int64(i)), 1), graph.ValueInfo{Name: name, Kind: graph.Doubles, Dims: []any{"N"}})
	}
	return nil
}

func quoted(list []string) []string {
	var out []string
	for _, s := range list {
		out = append(out, strconv.Quote(s))
	}
	return out
}

func (e *exporter) output(tensor string, v graph.ValueInfo) {
	e.Rename(tensor, v.Name)
	e.Outputs = append(e.Outputs, v)
}

// invert turns predictions of a transformed target back.
func (e *exporter) invert(y string) (string, error) {
	switch t := e.model.Target; t {
	case "", model.None:
		return y, nil
	case model.Log:
		return e.Op("Exp", y), nil
	case model.Log1p:
		return e.Expm1(y), nil
	default:
		return "", fmt.Errorf("target transform %q can't be expressed: package onnx does not know it", t)
	}
}
