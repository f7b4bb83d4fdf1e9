package figures

import (
	"bytes"
	"image/png"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"example.com/engine/figures/style"
	"example.com/engine/metrics"
	"example.com/engine/model"
	"example.com/engine/model/modeltest"
	"example.com/engine/must"
	"example.com/engine/report"
	"example.com/engine/results"
	"example.com/engine/table"
)

// aside keeps the figures of a test out of others.
func aside(t *testing.T) {
	before := own
	t.Cleanup(func() { own = before })
}

// toy is what Load would bring of a small regression.
func toy(t *testing.T) *Data {
	t.Helper()
	rows := table.Must(table.Floats("age", []float64{1, 2, 3, 4, 5}), table.Floats("y", []float64{2, 4, 6, 8, 11}))
	m := modeltest.Fit(t, "remainder: passthrough\nintervals: {method: none}\nestimator: ridge", rows)
	m.Schema.Columns[0].Unit, m.Schema.Columns[1].Unit = "years", "USD"
	p := must.Get(m.Predict(rows))(t)
	d := &Data{Task: model.Regression, Train: rows}
	d.Schema, d.Model, d.Test = m.Schema, m, rows
	d.Predictions = table.Must(table.Floats("actual", rows.Column("y").Floats), table.Floats("predicted", p.Values))
	d.Metrics = results.Metrics{Task: model.Regression, Target: "y", Metric: "rmse", Rows: 5, Test: map[string]metrics.Interval{"rmse": {Estimate: 1, Low: 0.5, High: 2}}}
	d.Training = results.Training{Task: model.Regression, Metric: "rmse", Estimator: "ridge", Rows: 5}
	return d
}

// byAge is a figure as a project would write it.
var byAge = Figure{
	Title:   "Residuals by age",
	Caption: "Actual minus predicted.",
	Alt:     "Residuals grow with <age>.",
	Applies: func(d *Data) bool { return d.Schema.Column("age") != nil },
	Empty:   func(d *Data) bool { return d.Test.Len() == 0 },
	Draw: func(d *Data, most int) (Grid, error) {
		age, rest := d.Test.Column("age").Floats, d.Residuals()
		p := style.NewPlot("", d.Label("age"), "residual")
		var points plotter.XYs
		for _, i := range Thin(len(age), most) {
			points = append(points, plotter.XY{X: age[i], Y: rest[i]})
		}
		return One(p), style.AddDots(p, points, style.Dot(style.Blue, 2))
	},
}

func names(list []Named) (out []string) {
	for _, f := range list {
		out = append(out, f.Name)
	}
	return out
}

// A figure of a project comes after the template's, in the list of files and in the
// report, with its words.
func TestRegisteredFigureIsDrawnAndShown(t *testing.T) {
	aside(t)
	d := toy(t)
	without := names(For(d))
	Register("residuals_by_age", byAge)
	placed := byAge
	placed.Title, placed.Section, placed.Width = "Also by age", "predictions", 3*vg.Inch
	Register("a_second", placed)
	list := For(d)
	require.Equal(t, append(without, "residuals_by_age", "a_second"), names(list))

	// The toy has nothing to draw these from.
	list = slices.DeleteFunc(list, func(f Named) bool { return f.Name == "folds" || f.Name == "slices" || f.Name == "dependence" })
	var mu sync.Mutex
	files := map[string][2][]byte{}
	drawn := must.Get(Draw(t.Context(), list, d, func(k int, png, svg []byte) error {
		mu.Lock()
		defer mu.Unlock()
		files[list[k].Name] = [2][]byte{png, svg}
		return nil
	}))(t)
	require.Len(t, files, len(list))
	picture := must.Get(png.Decode(bytes.NewReader(files["residuals_by_age"][0])))(t)
	assert.Equal(t, 950, picture.Bounds().Dx(), "the width of a figure that names none")
	assert.Equal(t, 4*dpi, picture.Bounds().Dy())
	svg := string(files["residuals_by_age"][1])
	assert.Contains(t, svg, `aria-label="Residuals grow with &lt;age&gt;."`)
	assert.Contains(t, svg, "age (years)")

	var page strings.Builder
	require.NoError(t, report.Write(&page, d.Facts, drawn))
	html := page.String()
	at := func(text string) int {
		t.Helper()
		require.Equal(t, 1, strings.Count(html, text), text)
		return strings.Index(html, text)
	}
	assert.Contains(t, html, `<a href="#own">Own figures</a>`)
	assert.Less(t, at(`<section id="explanation"`), at(`<section id="own"`))
	assert.Less(t, at(`<section id="own"`), at("<h3>Residuals by age</h3>"))
	assert.Less(t, at("<h3>Residuals by age</h3>"), at(`<section id="lineage"`))
	assert.Less(t, at("<h3>Residuals</h3>"), at("<h3>Also by age</h3>"), "after the template's in a section")
	assert.Less(t, at("<h3>Also by age</h3>"), at(`<section id="explanation"`))
	assert.Contains(t, html, "<figcaption>Actual minus predicted.</figcaption>")
}

// A figure that does not apply has no files; one with nothing to draw is not shown.
func TestRegisteredFigureDoesNotApply(t *testing.T) {
	aside(t)
	Register("residuals_by_age", byAge)
	d := toy(t)
	d.Test = d.Test.Slice(0, 0)
	d.Predictions = d.Predictions.Slice(0, 0)
	drawn := must.Get(Draw(t.Context(), own, d, func(int, []byte, []byte) error { return nil }))(t)
	assert.Nil(t, drawn[0].PNG)
	var page strings.Builder
	require.NoError(t, report.Write(&page, d.Facts, drawn))
	assert.NotContains(t, page.String(), `id="own"`)
	assert.NotContains(t, page.String(), `"#own"`)

	d.Schema.Columns = d.Schema.Columns[1:]
	assert.NotContains(t, names(For(d)), "residuals_by_age")
}

func TestRegisterRefuses(t *testing.T) {
	aside(t)
	Register("mine", byAge)
	for what, c := range map[string]struct {
		name   string
		change func(*Figure)
	}{
		`"mine" is taken`:           {"mine", func(*Figure) {}},
		`"residuals" is taken`:      {"residuals", func(*Figure) {}},
		`"../x" is not a name`:      {"../x", func(*Figure) {}},
		`"other" needs a Title`:     {"other", func(f *Figure) { f.Title = "" }},
		`"other" needs a Title and`: {"other", func(f *Figure) { f.Draw = nil }},
		`for the section "nowhere"`: {"other", func(f *Figure) { f.Section = "nowhere" }},
	} {
		f := byAge
		c.change(&f)
		func() {
			defer func() { assert.Contains(t, recover(), what) }()
			Register(c.name, f)
		}()
	}
	assert.Len(t, own, 1)
}
