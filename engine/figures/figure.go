// Package figures draws what the stages found, as PNG and SVG and for the report.
//
// The template's figures are each a file here. A project adds its own by [Register],
// in the same form; they come after the template's. [Declare] and [Load] bring the
// [Data], [For] tells which figures they have, and [Draw] draws those.
package figures

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"

	"example.com/engine/model"
)

// Figure is a picture with the words that the report puts around it.
type Figure struct {
	Title   string
	Caption string // what is shown, and how to read it
	Alt     string // what the picture shows, for readers who can't see it; the title if empty
	// Section is the one of the report that shows the figure, of [report.Sections].
	// Empty is a place that the report has for a figure of the template, and the
	// section of the project's own for another.
	Section string

	Width  vg.Length                      // 6.6 inches if 0
	Height func(*Data) vg.Length          // 4 inches if nil; at least one
	Draw   func(*Data, int) (Grid, error) // the int is how many points one plot should show at most, see [Thin]
	// Sidebar, if any, is drawn right of the grid.
	Sidebar func(*Data) (*plot.Plot, error)

	// Applies tells whether there is such a figure, from the settings alone: no file
	// is read yet. If it is nil there always is one.
	Applies func(*Data) bool
	// Empty tells whether there turns out to be nothing to draw, nil that there
	// always is something. The report then leaves out what Draw returns, which is
	// in the files only.
	Empty func(*Data) bool
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
