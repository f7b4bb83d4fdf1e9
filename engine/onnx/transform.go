package onnx

import (
	"fmt"

	"example.com/engine/table"
	"example.com/engine/transform"
)

// groups sends the columns through the pipelines of their groups and returns
// the inputs of the estimator.
func (e *exporter) groups(c *transform.ColumnTransformer) (*block, error) {
	var made []*block
	for _, group := range c.Groups {
		if len(group.Selected) == 0 {
			continue
		}
		err := e.within(group.Label, func() error {
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
	return e.join(append(made, e.selected(rest))), nil
}

// selected returns columns of the table by name.
func (e *exporter) selected(names []string) *block {
	b := &block{}
	for _, name := range names {
		b.columns = append(b.columns, *e.column(name))
	}
	return b
}

func (e *exporter) pipeline(steps transform.Pipeline, b *block) (*block, error) {
	for _, s := range steps {
		err := e.within(s.Kind, func() (err error) {
			b, err = e.step(s, b)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.Kind, err)
		}
	}
	return b, nil
}

// step gives the nodes of one fitted transformer. A new kind has a line here.
func (e *exporter) step(s transform.Step, in *block) (*block, error) {
	switch t := s.Transformer.(type) {
	case *transform.Passthrough:
		return in, nil
	case *transform.Drop:
		return &block{}, nil
	case *transform.SimpleImputer:
		return e.impute(t, in), nil
	case *transform.StandardScaler:
		return e.scale(in, t.Mean, t.Scale), nil
	case *transform.RobustScaler:
		return e.scale(in, t.Center, t.Scale), nil
	case *transform.MinMaxScaler:
		return e.minMax(t, in), nil
	case *transform.Log:
		return e.function(map[bool]string{false: "log", true: "log1p"}[t.PlusOne], in)
	case *transform.FunctionTransformer:
		return e.function(t.Function, in)
	case *transform.Ratio:
		return e.ratio(t, in), nil
	case *transform.ClusterSimilarity:
		return e.clusters(t, in), nil
	case *transform.KNNTarget:
		return e.neighborTargets(t, in), nil
	case *transform.NeighborMean:
		return e.neighborMeans(t, in), nil
	case *transform.OneHotEncoder:
		return e.oneHot(t, in), nil
	case *transform.OrdinalEncoder:
		return e.ordinal(t, in), nil
	case *transform.TargetEncoder:
		return e.targetMeans(t, in), nil
	case *transform.KBinsDiscretizer:
		return e.bins(t, in), nil
	case *transform.QuantileTransformer:
		return e.quantiles(t, in), nil
	}
	return nil, fmt.Errorf("can't be expressed: package onnx does not know %T", s.Transformer)
}

// impute fills nulls, leaves out columns and adds indicators.
func (e *exporter) impute(t *transform.SimpleImputer, in *block) *block {
	out := &block{}
	var places []int64
	var fills []float64
	number := int64(0)
	for j, c := range in.columns {
		fill := t.Fills[j]
		switch {
		case c.kind != table.Float && !fill.Drop:
			c.tensor = e.where(e.equal(c.tensor, e.text("")), e.text(fill.Text), c.tensor)
			out.columns = append(out.columns, c)
		case !fill.Drop:
			c.tensor = ""
			places, fills = append(places, number), append(fills, fill.Number)
			out.columns = append(out.columns, c)
		}
		if c.kind == table.Float {
			number++
		}
	}
	var parts []string
	if len(places) > 0 {
		x := e.matrix(in)
		if len(places) < int(number) {
			x = e.take(x, places)
		}
		parts = append(parts, e.where(e.isNull(x), e.row("fill", fills), x))
	}
	for _, j := range t.Indicators {
		parts = append(parts, e.stand(e.cast(e.missing(in, j), doubles)))
		out.columns = append(out.columns, column{name: "missingindicator_" + t.In[j].Name})
	}
	if len(parts) > 0 {
		out.matrix = e.beside(parts...)
	}
	return out
}

// missing tells of each row whether column j, no time, is null.
func (e *exporter) missing(b *block, j int) string {
	x := e.vector(b, j)
	if b.columns[j].kind == table.Float {
		return e.isNull(x)
	}
	return e.equal(x, e.text(""))
}

// scale gives (x - center) / scale.
func (e *exporter) scale(in *block, center, scale []float64) *block {
	if len(in.columns) == 0 {
		return in
	}
	x := e.div(e.sub(e.matrix(in), e.row("center", center)), e.row("scale", scale))
	return in.mapped(x, func(j int) rounding { return in.off(j).scaled(center[j], scale[j]) })
}

func (e *exporter) minMax(t *transform.MinMaxScaler, in *block) *block {
	if len(in.columns) == 0 {
		return in
	}
	x := e.add(e.mul(e.matrix(in), e.row("scale", t.Scale)), e.row("shift", t.Shift))
	if t.Clip {
		x = e.clip(x, &t.FeatureRange[0], &t.FeatureRange[1])
	}
	return in.mapped(x, func(j int) rounding { return in.off(j).scaled(-t.Shift[j]/t.Scale[j], 1/t.Scale[j]) })
}

// clip keeps x between limits, of which either may be nil; null stays null.
func (e *exporter) clip(x string, low, high *float64) string {
	if high != nil {
		x = e.where(e.op("Greater", x, e.num(*high)), e.num(*high), x)
	}
	if low != nil {
		x = e.where(e.less(x, e.num(*low)), e.num(*low), x)
	}
	return x
}

// mapped returns the same columns with other numbers.
func (b *block) mapped(matrix string, off func(j int) rounding) *block {
	out := &block{matrix: matrix}
	for j, c := range b.columns {
		out.columns = append(out.columns, column{name: c.name, off: off(j)})
	}
	return out
}

// function applies a function of the transformers log and function_transformer.
// A number that it has no finite result for leaves its row without an answer.
func (e *exporter) function(name string, in *block) (*block, error) {
	if len(in.columns) == 0 || name == "identity" {
		return in, nil
	}
	x := e.matrix(in)
	y, off := "", func(j int) rounding { return computed(in.off(j)) }
	switch name {
	case "abs":
		y, off = e.op("Abs", x), in.off
	case "sqrt":
		y, off = e.op("Sqrt", x), func(j int) rounding { return mixed(in.off(j)) }
	case "square":
		y, off = e.mul(x, x), func(j int) rounding { return mixed(in.off(j)) }
	case "cbrt":
		y = e.cubeRoot(x)
	case "exp":
		y = e.op("Exp", x)
	case "expm1":
		y = e.expm1(x)
	case "log":
		y, off = e.log(x), func(j int) rounding { return followed(in.off(j)) }
	case "log1p":
		y, off = e.log1p(x), func(j int) rounding { return followed(in.off(j)) }
	default:
		return nil, fmt.Errorf("column %q: the function %q can't be expressed: package onnx does not know it", in.columns[0].name, name)
	}
	bad := e.and(e.isNull(e.sub(y, y)), e.not(e.isNull(x)))
	e.refuse(e.cast(e.reduce("ReduceMax", e.cast(bad, doubles), 1), bools))
	return in.mapped(y, off), nil
}

func (e *exporter) ratio(t *transform.Ratio, in *block) *block {
	x, y := e.vector(in, 0), e.vector(in, 1)
	ratio := e.where(e.equal(y, e.num(0)), e.null(), e.div(x, y))
	return numbers(t.Out, e.stand(ratio), func(int) rounding { return mixed(in.off(0), in.off(1)) })
}

// clusters adds squares column by column, in the order of Go.
func (e *exporter) clusters(t *transform.ClusterSimilarity, in *block) *block {
	x := e.matrix(in)
	squared := ""
	var offs []rounding
	for j := range in.columns {
		centers := make([]float64, len(t.Centers))
		for k, center := range t.Centers {
			centers[k] = center[j]
		}
		apart := e.sub(e.take(x, []int64{int64(j)}), e.row("centers", centers))
		square := e.mul(apart, apart)
		if squared != "" {
			square = e.add(squared, square)
		}
		squared = square
		offs = append(offs, in.off(j))
	}
	y := e.op("Exp", e.mul(e.num(-t.Gamma), squared))
	return numbers(t.Out, y, func(int) rounding { return computed(offs...) })
}
