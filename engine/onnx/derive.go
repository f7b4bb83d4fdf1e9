package onnx

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"example.com/engine/derive"
	"example.com/engine/table"
)

// derivations adds the derived columns to the table and takes away those
// dropped.
func (e *exporter) derivations(list derive.List) error {
	for i, s := range list {
		err := e.within(s.Kind, func() error { return e.derivation(s) })
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
		e.derived(d.Name, e.log(e.column(d.Column).tensor), followed(e.column(d.Column).off))
	case *derive.Log1p:
		e.derived(d.Name, e.log1p(e.column(d.Column).tensor), followed(e.column(d.Column).off))
	case *derive.Power:
		e.power(d)
	case *derive.Clip:
		c := e.column(d.Column)
		e.derived(d.Name, e.clip(c.tensor, d.Min, d.Max), c.off)
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
		e.table = slices.DeleteFunc(e.table, func(c column) bool { return slices.Contains(d.Columns, c.name) })
	case *derive.Call:
		return fmt.Errorf("can't be expressed: it is written in Go")
	default:
		return fmt.Errorf("can't be expressed: package onnx does not know %T", s.Derivation)
	}
	return nil
}

// column returns the column of the table by name. A fitted model has all that
// it names.
func (e *exporter) column(name string) *column {
	i := slices.IndexFunc(e.table, func(c column) bool { return c.name == name })
	if i < 0 {
		panic(fmt.Sprintf("onnx: the model reads a column %q that it does not make", name))
	}
	return &e.table[i]
}

// derived adds a column of numbers; what is not finite is null.
func (e *exporter) derived(name, x string, off rounding) {
	e.addColumn(name, e.where(e.isInf(x), e.null(), x), off)
}

// addColumn adds a column of numbers as they are.
func (e *exporter) addColumn(name, x string, off rounding) {
	e.table = append(e.table, column{name: name, tensor: x, off: off})
}

// fold joins columns by an operation, from left to right.
func (e *exporter) fold(name, op string, columns ...string) {
	x := e.column(columns[0]).tensor
	offs := []rounding{e.column(columns[0]).off}
	for _, c := range columns[1:] {
		x = e.op(op, x, e.column(c).tensor)
		offs = append(offs, e.column(c).off)
	}
	e.derived(name, x, mixed(offs...))
}

// power takes roots as Go does, which are exact.
func (e *exporter) power(d *derive.Power) {
	c := e.column(d.Column)
	switch d.Exponent {
	case 0.5:
		e.derived(d.Name, e.op("Sqrt", c.tensor), mixed(c.off))
	case -0.5:
		e.derived(d.Name, e.div(e.num(1), e.op("Sqrt", c.tensor)), mixed(c.off))
	default:
		e.derived(d.Name, e.op("Pow", c.tensor, e.num(d.Exponent)), computed(c.off))
	}
}

func (e *exporter) cyclic(d *derive.Cyclic) {
	c := *e.column(d.Column)
	turn := e.opWith("Mod", []attribute{{"fmod", int64(1)}}, c.tensor, e.num(d.Period))
	x := e.mul(e.num(2*math.Pi), e.div(turn, e.num(d.Period)))
	e.addColumn(d.Column+"_sin", e.sine(x), followed(c.off))
	e.addColumn(d.Column+"_cos", e.cosine(x), followed(c.off))
}

func (e *exporter) isEqual(d *derive.Equal) {
	c := e.column(d.Column)
	if c.kind != table.Float {
		is := e.cast(e.equal(c.tensor, e.text(d.Value)), doubles)
		e.addColumn(d.Name, e.where(e.equal(c.tensor, e.text("")), e.null(), is), rounding{})
		return
	}
	v, _ := strconv.ParseFloat(d.Value, 64) // checked when the model was fitted
	apart := e.op("Abs", e.sub(c.tensor, e.num(v)))
	is := e.cast(e.op("LessOrEqual", apart, e.num(c.off.at(v))), doubles)
	e.addColumn(d.Name, e.where(e.isNull(c.tensor), e.null(), is), rounding{})
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
	lat, lon := e.stand(latitude.tensor), e.stand(longitude.tensor)
	half := func(from string, places []float64) string {
		apart := e.mul(e.sub(from, e.row("places", places)), e.num(degree))
		return e.sine(e.div(apart, e.num(2)))
	}
	s, t := half(lat, lats), half(lon, lons)
	cosine := e.mul(e.row("cosines", cosines), e.cosine(e.mul(lat, e.num(degree))))
	a := e.add(e.mul(s, s), e.mul(e.mul(cosine, t), t))
	most := 1.0
	km := e.mul(e.num(2*derive.EarthRadius), e.arcsine(e.op("Sqrt", e.clip(a, nil, &most))))

	off := followed(latitude.off, longitude.off)
	if d.Prefix != "" {
		for k, name := range names {
			e.addColumn(d.Prefix+name, e.gather(km, e.whole(int64(k)), 1), off)
		}
	}
	least := e.reduce("ReduceMin", km, 1)
	if d.Nearest != "" {
		first := e.opWith("ArgMin", []attribute{{"axis", int64(1)}, {"keepdims", int64(0)}}, km)
		name := e.gather(e.constant("names", textTensor([]int64{int64(len(names))}, names...)), first, 0)
		name = e.where(e.isNull(least), e.text(""), name)
		e.table = append(e.table, column{name: d.Nearest, kind: table.Category, tensor: name})
	}
	if d.NearestKm != "" {
		e.addColumn(d.NearestKm, least, off)
	}
}
