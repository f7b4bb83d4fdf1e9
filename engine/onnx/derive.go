package onnx

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"

	"example.com/engine/derive"
	"example.com/engine/onnx/graph"
	"example.com/engine/table"
)

// derivations adds the derived columns to the table and takes away those
// dropped.
func (e *exporter) derivations(list derive.List) error {
	for i, s := range list {
		err := e.Within(s.Kind, func() error { return e.derivation(s) })
		if err != nil {
			return fmt.Errorf("derivation %d, %s: %w", i+1, s, err)
		}
	}
	return nil
}

// derivation gives the nodes of one step. A new kind has a line here.
func (e *exporter) derivation(s derive.Step) error {
	switch d := s.Derivation.(type) {
	case *derive.Ratio:
		e.fold(d.Name, "Div", d.Numerator, d.Denominator)
	case *derive.Difference:
		e.fold(d.Name, "Sub", d.Minuend, d.Subtrahend)
	case *derive.Product:
		e.fold(d.Name, "Mul", d.Columns...)
	case *derive.Sum:
		e.fold(d.Name, "Add", d.Columns...)
	case *derive.Log:
		e.derived(d.Name, e.Log(e.column(d.Column).Tensor), graph.Followed(e.column(d.Column).Off))
	case *derive.Log1p:
		e.derived(d.Name, e.Log1p(e.column(d.Column).Tensor), graph.Followed(e.column(d.Column).Off))
	case *derive.Power:
		e.power(d)
	case *derive.Clip:
		c := e.column(d.Column)
		e.derived(d.Name, e.clip(c.Tensor, d.Min, d.Max), c.Off)
	case *derive.Cyclic:
		e.cyclic(d)
	case *derive.Equal:
		e.isEqual(d)
	case *derive.Haversine:
		e.haversine(d)
	case *derive.Date:
		return e.date(d)
	case *derive.DaysSince:
		e.daysSince(d)
	case *derive.Drop:
		e.table = slices.DeleteFunc(e.table, func(c graph.Column) bool { return slices.Contains(d.Columns, c.Name) })
	case *derive.Call:
		return e.call(d)
	default:
		return fmt.Errorf("can't be expressed: package onnx does not know %T", s.Derivation)
	}
	return nil
}

// call gives the nodes of a function of numbers that has some.
func (e *exporter) call(d *derive.Call) error {
	nodes := graph.Function(cmp.Or(d.Function, d.Name))
	if nodes == nil {
		return fmt.Errorf("can't be expressed: it is written in Go, and graph.RegisterFunction was not given its nodes")
	}
	var in []string
	var offs []graph.Rounding
	null := ""
	for _, name := range d.Columns {
		c := e.column(name)
		in, offs = append(in, c.Tensor), append(offs, c.Off)
		if null == "" {
			null = e.noValue(c)
		} else {
			null = e.Or(null, e.noValue(c))
		}
	}
	e.derived(d.Name, e.Where(null, e.Null(), nodes(e.Graph, in)), graph.Computed(offs...))
	return nil
}

// noValue tells where a column is null.
func (e *exporter) noValue(c *graph.Column) string {
	switch c.Kind {
	case table.Float:
		return e.IsNull(c.Tensor)
	case table.Time:
		return e.noTime(c.Tensor)
	}
	return e.Equal(c.Tensor, e.Text(""))
}

// column returns the column of the table by name. A fitted model has all that
// it names.
func (e *exporter) column(name string) *graph.Column {
	i := slices.IndexFunc(e.table, func(c graph.Column) bool { return c.Name == name })
	if i < 0 {
		panic(fmt.Sprintf("onnx: the model reads a column %q that it does not make", name))
	}
	return &e.table[i]
}

// derived adds a column of numbers; what is not finite is null.
func (e *exporter) derived(name, x string, off graph.Rounding) {
	e.addColumn(name, e.Where(e.IsInf(x), e.Null(), x), off)
}

// addColumn adds a column of numbers as they are.
func (e *exporter) addColumn(name, x string, off graph.Rounding) {
	e.table = append(e.table, graph.Column{Name: name, Tensor: x, Off: off})
}

// fold joins columns by an operation, from left to right.
func (e *exporter) fold(name, op string, columns ...string) {
	x := e.column(columns[0]).Tensor
	offs := []graph.Rounding{e.column(columns[0]).Off}
	for _, c := range columns[1:] {
		x = e.Op(op, x, e.column(c).Tensor)
		offs = append(offs, e.column(c).Off)
	}
	e.derived(name, x, graph.Mixed(offs...))
}

// power takes roots as Go does, which are exact.
func (e *exporter) power(d *derive.Power) {
	c := e.column(d.Column)
	switch d.Exponent {
	case 0.5:
		e.derived(d.Name, e.Op("Sqrt", c.Tensor), graph.Mixed(c.Off))
	case -0.5:
		e.derived(d.Name, e.Div(e.Num(1), e.Op("Sqrt", c.Tensor)), graph.Mixed(c.Off))
	default:
		e.derived(d.Name, e.Op("Pow", c.Tensor, e.Num(d.Exponent)), graph.Computed(c.Off))
	}
}

func (e *exporter) cyclic(d *derive.Cyclic) {
	c := *e.column(d.Column)
	turn := e.OpWith("Mod", graph.With("fmod", 1), c.Tensor, e.Num(d.Period))
	x := e.Mul(e.Num(2*math.Pi), e.Div(turn, e.Num(d.Period)))
	e.addColumn(d.Column+"_sin", e.Sine(x), graph.Followed(c.Off))
	e.addColumn(d.Column+"_cos", e.Cosine(x), graph.Followed(c.Off))
}

func (e *exporter) isEqual(d *derive.Equal) {
	c := e.column(d.Column)
	if c.Kind != table.Float {
		is := e.Cast(e.Equal(c.Tensor, e.Text(d.Value)), graph.Doubles)
		e.addColumn(d.Name, e.Where(e.Equal(c.Tensor, e.Text("")), e.Null(), is), graph.Rounding{})
		return
	}
	v, _ := strconv.ParseFloat(d.Value, 64) // checked when the model was fitted
	apart := e.Op("Abs", e.Sub(c.Tensor, e.Num(v)))
	is := e.Cast(e.Op("LessOrEqual", apart, e.Num(c.Off.At(v))), graph.Doubles)
	e.addColumn(d.Name, e.Where(e.IsNull(c.Tensor), e.Null(), is), graph.Rounding{})
}

// haversine computes the distances to all places side by side.
func (e *exporter) haversine(d *derive.Haversine) {
	const degree = math.Pi / 180
	var lats, lons, cosines []float64
	var names []string
	for _, p := range d.Places {
		lats, lons, names = append(lats, p.Latitude), append(lons, p.Longitude), append(names, p.Name)
		cosines = append(cosines, math.Cos(p.Latitude*degree))
	}
	latitude, longitude := *e.column(d.Latitude), *e.column(d.Longitude)
	lat, lon := e.Stand(latitude.Tensor), e.Stand(longitude.Tensor)
	half := func(from string, places []float64) string {
		apart := e.Mul(e.Sub(from, e.Row("places", places)), e.Num(degree))
		return e.Sine(e.Div(apart, e.Num(2)))
	}
	s, t := half(lat, lats), half(lon, lons)
	cosine := e.Mul(e.Row("cosines", cosines), e.Cosine(e.Mul(lat, e.Num(degree))))
	a := e.Add(e.Mul(s, s), e.Mul(e.Mul(cosine, t), t))
	most := 1.0
	km := e.Mul(e.Num(2*derive.EarthRadius), e.Arcsine(e.Op("Sqrt", e.clip(a, nil, &most))))

	off := graph.Followed(latitude.Off, longitude.Off)
	if d.Prefix != "" {
		for k, name := range names {
			e.addColumn(d.Prefix+name, e.Gather(km, e.Whole(int64(k)), 1), off)
		}
	}
	least := e.Reduce("ReduceMin", km, 1)
	if d.Nearest != "" {
		first := e.OpWith("ArgMin", graph.With("axis", 1, "keepdims", 0), km)
		name := e.Gather(e.Constant("names", graph.TextTensor([]int64{int64(len(names))}, names...)), first, 0)
		name = e.Where(e.IsNull(least), e.Text(""), name)
		e.table = append(e.table, graph.Column{Name: d.Nearest, Kind: table.Category, Tensor: name})
	}
	if d.NearestKm != "" {
		e.addColumn(d.NearestKm, least, off)
	}
}
