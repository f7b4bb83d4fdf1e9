package onnx

import (
	"fmt"

	"example.com/engine/onnx/graph"
	"example.com/engine/table"
	"example.com/engine/transform"
	"example.com/engine/transform/steps"
)

// numbers returns a block of the columns that a transformer makes of matrix.
func numbers(fields []transform.Field, matrix string, off func(j int) graph.Rounding) *graph.Block {
	names := make([]string, len(fields))
	for j, f := range fields {
		names[j] = f.Name
	}
	return graph.NewBlock(names, matrix, off)
}

// groups sends the columns through the pipelines of their groups and returns
// the inputs of the estimator.
func (e *exporter) groups(c *transform.ColumnTransformer) (*graph.Block, error) {
	var made []*graph.Block
	for _, group := range c.Groups {
		if len(group.Selected) == 0 {
			continue
		}
		err := e.Within(group.Label, func() error {
			b, err := e.pipeline(group.Steps, e.selected(group.Selected))
			made = append(made, b)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("group %q: %w", group.Label, err)
		}
	}
	var rest []string
	for _, f := range c.Rest.In {
		rest = append(rest, f.Name)
	}
	return e.Join(append(made, e.selected(rest))), nil
}

// selected returns columns of the table by name.
func (e *exporter) selected(names []string) *graph.Block {
	b := &graph.Block{}
	for _, name := range names {
		b.Columns = append(b.Columns, *e.column(name))
	}
	return b
}

func (e *exporter) pipeline(p transform.Pipeline, b *graph.Block) (*graph.Block, error) {
	for _, s := range p {
		err := e.Within(s.Kind, func() (err error) {
			b, err = e.step(s, b)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.Kind, err)
		}
	}
	return b, nil
}

// step gives the nodes of one fitted transformer. One that is not of this
// module is a [graph.Transformer]; a new kind of this module has a line here.
func (e *exporter) step(s transform.Step, in *graph.Block) (*graph.Block, error) {
	switch t := s.Transformer.(type) {
	case graph.Transformer:
		return t.Graph(e.Graph, in)
	case *transform.Passthrough:
		return in, nil
	case *transform.Drop:
		return &graph.Block{}, nil
	case *steps.SimpleImputer:
		return e.impute(t, in), nil
	case *steps.StandardScaler:
		return e.scale(in, t.Mean, t.Scale), nil
	case *steps.RobustScaler:
		return e.scale(in, t.Center, t.Scale), nil
	case *steps.MinMaxScaler:
		return e.minMax(t, in), nil
	case *steps.Log:
		return e.function(map[bool]string{false: "log", true: "log1p"}[t.PlusOne], in)
	case *steps.FunctionTransformer:
		return e.function(t.Function, in)
	case *steps.Ratio:
		return e.ratio(t, in), nil
	case *steps.ClusterSimilarity:
		return e.clusters(t, in), nil
	case *steps.KNNTarget:
		return e.neighborTargets(t, in), nil
	case *steps.NeighborMean:
		return e.neighborMeans(t, in), nil
	case *steps.OneHotEncoder:
		return e.oneHot(t, in), nil
	case *steps.OrdinalEncoder:
		return e.ordinal(t, in), nil
	case *steps.TargetEncoder:
		return e.targetMeans(t, in), nil
	case *steps.KBinsDiscretizer:
		return e.bins(t, in), nil
	case *steps.QuantileTransformer:
		return e.quantiles(t, in), nil
	}
	return nil, fmt.Errorf("can't be expressed: package onnx does not know %T", s.Transformer)
}

// impute fills nulls, leaves out columns and adds indicators.
func (e *exporter) impute(t *steps.SimpleImputer, in *graph.Block) *graph.Block {
	out := &graph.Block{}
	var places []int64
	var fills []float64
	number := int64(0)
	for j, c := range in.Columns {
		fill := t.Fills[j]
		switch {
		case c.Kind != table.Float && !fill.Drop:
			c.Tensor = e.Where(e.Equal(c.Tensor, e.Text("")), e.Text(fill.Text), c.Tensor)
			out.Columns = append(out.Columns, c)
		case !fill.Drop:
			c.Tensor = ""
			places, fills = append(places, number), append(fills, fill.Number)
			out.Columns = append(out.Columns, c)
		}
		if c.Kind == table.Float {
			number++
		}
	}
	var parts []string
	if len(places) > 0 {
		x := e.Matrix(in)
		if len(places) < int(number) {
			x = e.Take(x, places)
		}
		parts = append(parts, e.Where(e.IsNull(x), e.Row("fill", fills), x))
	}
	for _, j := range t.Indicators {
		parts = append(parts, e.Stand(e.Cast(e.missing(in, j), graph.Doubles)))
		out.Columns = append(out.Columns, graph.Column{Name: "missingindicator_" + t.In[j].Name})
	}
	if len(parts) > 0 {
		out.Numbers = e.Beside(parts...)
	}
	return out
}

// missing tells of each row whether column j, no time, is null.
func (e *exporter) missing(b *graph.Block, j int) string {
	x := e.Vector(b, j)
	if b.Columns[j].Kind == table.Float {
		return e.IsNull(x)
	}
	return e.Equal(x, e.Text(""))
}

// scale gives (x - center) / scale.
func (e *exporter) scale(in *graph.Block, center, scale []float64) *graph.Block {
	if len(in.Columns) == 0 {
		return in
	}
	x := e.Div(e.Sub(e.Matrix(in), e.Row("center", center)), e.Row("scale", scale))
	return in.Mapped(x, func(j int) graph.Rounding { return in.Off(j).Scaled(center[j], scale[j]) })
}

func (e *exporter) minMax(t *steps.MinMaxScaler, in *graph.Block) *graph.Block {
	if len(in.Columns) == 0 {
		return in
	}
	x := e.Add(e.Mul(e.Matrix(in), e.Row("scale", t.Scale)), e.Row("shift", t.Shift))
	if t.Clip {
		x = e.clip(x, &t.FeatureRange[0], &t.FeatureRange[1])
	}
	return in.Mapped(x, func(j int) graph.Rounding { return in.Off(j).Scaled(-t.Shift[j]/t.Scale[j], 1/t.Scale[j]) })
}

// clip keeps x between limits, of which either may be nil; null stays null.
func (e *exporter) clip(x string, low, high *float64) string {
	if high != nil {
		x = e.Where(e.Op("Greater", x, e.Num(*high)), e.Num(*high), x)
	}
	if low != nil {
		x = e.Where(e.Less(x, e.Num(*low)), e.Num(*low), x)
	}
	return x
}

// function applies a function of the transformers log and function_transformer.
// A number that it has no finite result for leaves its row without an answer.
func (e *exporter) function(name string, in *graph.Block) (*graph.Block, error) {
	if len(in.Columns) == 0 || name == "identity" {
		return in, nil
	}
	x := e.Matrix(in)
	y, off := "", func(j int) graph.Rounding { return graph.Computed(in.Off(j)) }
	switch name {
	case "abs":
		y, off = e.Op("Abs", x), in.Off
	case "sqrt":
		y, off = e.Op("Sqrt", x), func(j int) graph.Rounding { return graph.Mixed(in.Off(j)) }
	case "square":
		y, off = e.Mul(x, x), func(j int) graph.Rounding { return graph.Mixed(in.Off(j)) }
	case "cbrt":
		y = e.CubeRoot(x)
	case "exp":
		y = e.Op("Exp", x)
	case "expm1":
		y = e.Expm1(x)
	case "log":
		y, off = e.Log(x), func(j int) graph.Rounding { return graph.Followed(in.Off(j)) }
	case "log1p":
		y, off = e.Log1p(x), func(j int) graph.Rounding { return graph.Followed(in.Off(j)) }
	default:
		return nil, fmt.Errorf("column %q: the function %q can't be expressed: package onnx does not know it", in.Columns[0].Name, name)
	}
	bad := e.And(e.IsNull(e.Sub(y, y)), e.Not(e.IsNull(x)))
	e.Refuse(e.Cast(e.Reduce("ReduceMax", e.Cast(bad, graph.Doubles), 1), graph.Bools))
	return in.Mapped(y, off), nil
}

func (e *exporter) ratio(t *steps.Ratio, in *graph.Block) *graph.Block {
	x, y := e.Vector(in, 0), e.Vector(in, 1)
	ratio := e.Where(e.Equal(y, e.Num(0)), e.Null(), e.Div(x, y))
	return numbers(t.Out, e.Stand(ratio), func(int) graph.Rounding { return graph.Mixed(in.Off(0), in.Off(1)) })
}

// clusters adds squares column by column, in the order of Go.
func (e *exporter) clusters(t *steps.ClusterSimilarity, in *graph.Block) *graph.Block {
	x := e.Matrix(in)
	squared := ""
	var offs []graph.Rounding
	for j := range in.Columns {
		centers := make([]float64, len(t.Centers))
		for k, center := range t.Centers {
			centers[k] = center[j]
		}
		apart := e.Sub(e.Take(x, []int64{int64(j)}), e.Row("centers", centers))
		square := e.Mul(apart, apart)
		if squared != "" {
			square = e.Add(squared, square)
		}
		squared = square
		offs = append(offs, in.Off(j))
	}
	y := e.Op("Exp", e.Mul(e.Num(-t.Gamma), squared))
	return numbers(t.Out, y, func(int) graph.Rounding { return graph.Computed(offs...) })
}
