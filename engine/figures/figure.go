// Package figures draws what the stages found, as PNG and SVG and for the report.
//
// The template's figures are each a file here. A project adds its own by [Register],
// in the same form; they come after the template's. [Declare] and [Load] bring the
// [Data], [For] tells which figures apply, and [Draw] draws these.
package figures

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"

	"example.com/engine/model"
	"example.com/engine/report"
)

// Figure is a picture with the words that the report puts around it.
type Figure struct {
	Title   string
	Caption string // what is shown, and how to read it
	Alt     string // what the picture shows, for readers who can't see it; the title if empty

	// Section is the part of the report that shows the figure, one of
	// [report.Sections]. If it is empty, a figure of a project is in the section of
	// the project's own; those of the template have a place by their name.
	Section string

	Width  vg.Length               // 6.6 inches if 0
	Height func(d *Data) vg.Length // 4 inches if nil; at least one

	// Draw returns the plots. It is called twice, for PNG and for SVG, where most is
	// how many points one plot should show at most: see [Thin].
	Draw func(d *Data, most int) (Grid, error)
	// Sidebar, if not nil, returns a narrow plot to the right of the others.
	Sidebar func(d *Data) (*plot.Plot, error)

	// Applies tells whether there is such a figure, from the settings alone, as no
	// file is read yet. If it is nil, there always is.
	Applies func(d *Data) bool
	// Empty tells whether the data turn out to have nothing to draw. The report then
	// leaves the figure out, and what Draw returns is in its files only. If it is
	// nil, there always is something.
	Empty func(d *Data) bool
}

// Grid is the plots of a figure, row by row, each row as long as the first. A place
// stays empty where the plot is nil.
type Grid [][]*plot.Plot

// One is a grid of one plot.
func One(p *plot.Plot) Grid { return Grid{{p}} }

// Tall is a height that does not depend on the data.
func Tall(h vg.Length) func(*Data) vg.Length {
	return func(*Data) vg.Length { return h }
}

// Thin returns the numbers of at most so many of n rows, evenly spread.
func Thin(n, most int) []int {
	rows := make([]int, 0, min(n, most))
	for k := range min(n, most) {
		rows = append(rows, k*n/min(n, most))
	}
	return rows
}

func regression(d *Data) bool { return d.Task == model.Regression }

func classification(d *Data) bool { return d.Task != model.Regression }

// Named is a figure with the name of its files, such as reports/figures/map.png.
type Named struct {
	Name string
	Figure
}

// bundled are the figures of the template in the order of the report.
var bundled = []Named{
	{"folds", folds},
	{"learning", learning},
	{"trials", trials},
	{"validation", validation},
	{"predicted", predicted},
	{"residuals", residuals},
	{"residual_map", residualMap},
	{"roc", roc},
	{"calibration", calibration},
	{"confusion", confusion},
	{"coverage", coverage},
	{"intervals", intervals},
	{"slices", bySlice},
	{"importance", importance},
	{"contributions", contributions},
	{"contributions", contributionsByClass},
	{"dependence", dependence},
	{"map", places},
	{"correlation", correlation},
	{"distributions", distributions},
}

// own are the project's, in the order of Register.
var own []Named

var validName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// Register adds a figure of the project's own, from an init function. The name is
// that of its files: small letters, digits and underscores. Register panics if
// the name is taken or none, the title or Draw is missing, or the report has no
// such section.
func Register(name string, f Figure) {
	switch {
	case !validName.MatchString(name):
		panic(fmt.Sprintf("figures: %q is not a name: small letters, digits and _", name))
	case slices.ContainsFunc(slices.Concat(bundled, own), func(n Named) bool { return n.Name == name }):
		panic(fmt.Sprintf("figures: the name %q is taken", name))
	case f.Title == "" || f.Draw == nil:
		panic(fmt.Sprintf("figures: %q needs a Title and Draw", name))
	case f.Section != "" && !slices.Contains(report.Sections, f.Section):
		panic(fmt.Sprintf("figures: %q is for the section %q, which is none of %q", name, f.Section, report.Sections))
	}
	f.Section = cmp.Or(f.Section, report.Own)
	own = append(own, Named{name, f})
}

// For returns the figures that apply to d, the template's first. The settings in d
// suffice.
func For(d *Data) []Named {
	return slices.DeleteFunc(slices.Concat(bundled, own), func(f Named) bool { return f.Applies != nil && !f.Applies(d) })
}
