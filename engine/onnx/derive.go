package onnx

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

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

const day = int64(24 * time.Hour)

// date takes times apart in whole numbers, by the calendar of days of Hinnant,
// chrono-Compatible Low-Level Date Algorithms (2013), whose years begin in
// March. Times are between the years 1677 and 2262, so after the shift of
// civil all is positive and division rounds down.
func (e *exporter) date(d *derive.Date) error {
	c := *e.column(d.Column)
	t := e.clock(c.Tensor)
	for _, part := range d.Parts {
		x := map[string]string{
			"year": t.year, "month": t.month, "day": t.day,
			"hour": t.hour, "weekday": t.weekday, "day_of_year": t.dayOfYear,
		}[part]
		if x == "" {
			return fmt.Errorf("the part %q can't be expressed: package onnx does not know it", part)
		}
		e.addColumn(d.Column+"_"+part, e.Where(e.noTime(c.Tensor), e.Null(), e.Cast(x, graph.Doubles)), graph.Rounding{})
	}
	return nil
}

// noTime tells which times are null.
func (e *exporter) noTime(t string) string { return e.Equal(t, e.Whole(table.NullTime)) }

// clock is the parts of times, int64 [N], of any value where a time is null.
type clock struct{ year, month, day, hour, weekday, dayOfYear string }

func (e *exporter) clock(t string) clock {
	n := e.Whole
	// Division cuts towards 0, so the rest may be negative.
	days := e.Div(t, n(day))
	rest := e.Sub(t, e.Mul(days, n(day)))
	before := e.Less(rest, n(0))
	days = e.Where(before, e.Sub(days, n(1)), days)
	rest = e.Where(before, e.Add(rest, n(day)), rest)

	z := e.Add(days, n(719468)) // from 0000-03-01
	era := e.Div(z, n(146097))
	inEra := e.Sub(z, e.Mul(era, n(146097)))
	leaps := e.Sub(e.Sub(e.Div(inEra, n(36524)), e.Div(inEra, n(1460))), e.Div(inEra, n(146096)))
	yearOfEra := e.Div(e.Add(inEra, leaps), n(365))
	inYear := e.Sub(inEra, e.Sub(e.Add(e.Mul(yearOfEra, n(365)), e.Div(yearOfEra, n(4))), e.Div(yearOfEra, n(100))))
	march := e.Div(e.Add(e.Mul(inYear, n(5)), n(2)), n(153)) // months since March
	late := e.Op("GreaterOrEqual", march, n(10))             // January and February

	c := clock{hour: e.Div(rest, n(int64(time.Hour)))}
	c.month = e.Where(late, e.Sub(march, n(9)), e.Add(march, n(3)))
	c.day = e.Add(e.Sub(inYear, e.Div(e.Add(e.Mul(march, n(153)), n(2)), n(5))), n(1))
	year := e.Add(yearOfEra, e.Mul(era, n(400)))
	c.year = e.Where(late, e.Add(year, n(1)), year)
	c.weekday = e.Op("Mod", e.Add(days, n(3)), n(7)) // 1970-01-01 was a Thursday

	past := e.Sub(c.year, n(1))
	leaps = e.Add(e.Sub(e.Div(past, n(4)), e.Div(past, n(100))), e.Div(past, n(400)))
	newYear := e.Sub(e.Add(e.Mul(past, n(365)), leaps), n(719162)) // days from 1970 to January 1st
	c.dayOfYear = e.Add(e.Sub(days, newYear), n(1))
	return c
}

// daysSince counts whole days and the rest apart, as Go does.
func (e *exporter) daysSince(d *derive.DaysSince) {
	to := e.column(d.Column).Tensor
	null := e.noTime(to)
	start, _ := time.Parse(time.DateOnly, d.Since)
	from := e.Whole(start.UnixNano())
	if d.SinceColumn != "" {
		from = e.column(d.SinceColumn).Tensor
		null = e.Or(null, e.noTime(from))
	}
	length := e.Whole(day)
	days := e.Sub(e.Div(to, length), e.Div(from, length))
	rest := func(t string) string { return e.Sub(t, e.Mul(e.Div(t, length), length)) }
	share := e.Div(e.Cast(e.Sub(rest(to), rest(from)), graph.Doubles), e.Num(float64(day)))
	e.addColumn(d.Name, e.Where(null, e.Null(), e.Add(e.Cast(days, graph.Doubles), share)), graph.Rounding{})
}
