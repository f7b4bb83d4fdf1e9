package main

import (
	"context"
	"fmt"
	"image"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"

	"example.com/engine/model"
	"example.com/engine/report"
	"example.com/engine/stage"
)

// figure is a picture with the words that the report puts around it.
type figure struct {
	name    string // of its files
	title   string
	caption string
	about   string // section of the report
	width   vg.Length
	height  func(*sources) vg.Length
	applies func(*sources) bool // asked before data are read
	// empty, if any, tells whether there is nothing to draw after all: the
	// files are then of an empty figure, which the report leaves out.
	empty func(*sources) bool
	// draw makes the plots of a grid, row by row. most is how many points one
	// should show.
	draw func(src *sources, most int) ([][]*plot.Plot, error)
	// sidebar, if any, is drawn right of the grid.
	sidebar func(src *sources) (*plot.Plot, error)
}

// all are the figures in the order of the report.
var all = []figure{
	folds, learning, trials, validation,
	predicted, residuals, residualMap,
	roc, calibration, confusion,
	coverage, intervals, bySlice,
	importance, contributions, contributionsByClass, dependence,
	places, correlation, distributions,
}

func figuresFor(src *sources) []figure {
	return slices.DeleteFunc(slices.Clone(all), func(f figure) bool { return !f.applies(src) })
}

func always(*sources) bool { return true }

func regression(src *sources) bool { return src.task == model.Regression }

func classification(src *sources) bool { return src.task != model.Regression }

// tall is a height that does not depend on the data.
func tall(h vg.Length) func(*sources) vg.Length {
	return func(*sources) vg.Length { return h }
}

const (
	dpi         = 144 // twice that of a page, for sharp screens
	pointsInPNG = 20000
	pointsInSVG = 4000
	leastHeight = vg.Inch   // of a figure without anything to draw
	inlineLimit = 100 << 10 // bytes of an SVG that the report takes in whatever the size of the PNG
)

// drawAll writes the files of all figures and returns what the report shows.
func drawAll(ctx context.Context, figures []figure, src *sources, outputs []output, bar *stage.Progress) ([]report.Figure, error) {
	defer bar.Close()
	drawn := make([]report.Figure, len(figures))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, f := range figures {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			png, svg, err := f.render(src)
			if err != nil {
				return fmt.Errorf("drawing %s: %w", f.name, err)
			}
			drawn[i] = report.Figure{Name: f.name, Title: f.title, Caption: f.caption, About: f.about, Width: int(f.width.Dots(96))}
			if f.empty == nil || !f.empty(src) {
				drawn[i].PNG = png
			}
			if len(svg) <= inlineLimit || len(svg) < len(png) {
				drawn[i].SVG = svg
			}
			bar.Add(1)
			if err := outputs[i].png.WriteFile(png); err != nil {
				return err
			}
			return outputs[i].svg.WriteFile(svg)
		})
	}
	return drawn, g.Wait()
}

// render returns the figure as PNG and as SVG, which shows fewer points.
func (f figure) render(src *sources) (png, svg []byte, err error) {
	height := max(f.height(src), leastHeight)
	bits := vgimg.NewWith(vgimg.UseWH(f.width, height), vgimg.UseDPI(dpi))
	if err = f.paint(src, bits, pointsInPNG); err != nil {
		return nil, nil, err
	}
	if png, err = encodePNG(bits.Image().(*image.RGBA)); err != nil {
		return nil, nil, err
	}
	lines := newCanvas(f.width, height)
	if err = f.paint(src, lines, pointsInSVG); err != nil {
		return nil, nil, err
	}
	return png, lines.svg(f.title), nil
}

func (f figure) paint(src *sources, c vg.CanvasSizer, most int) error {
	plots, err := f.draw(src, most)
	if err != nil {
		return err
	}
	dc := draw.New(c)
	if f.sidebar != nil {
		bar, err := f.sidebar(src)
		if err != nil {
			return err
		}
		const width = 64
		bar.Draw(draw.Crop(dc, f.width-width, 0, 0, 0))
		dc = draw.Crop(dc, 0, -width, 0, 0)
	}
	tiles := draw.Tiles{
		Rows: len(plots), Cols: len(plots[0]),
		PadX: vg.Points(14), PadY: vg.Points(14), PadTop: vg.Points(6), PadBottom: vg.Points(6), PadLeft: vg.Points(6), PadRight: vg.Points(14),
	}
	canvases := plot.Align(plots, tiles, dc)
	for i, row := range plots {
		for j, p := range row {
			if p == nil {
				continue
			}
			// Without room, gonum would draw lines to nowhere, and not end.
			if size := canvases[i][j].Size(); !(size.X > 0 && size.Y > 0) {
				return fmt.Errorf("the labels of %q leave no room for the plot", p.Title.Text)
			}
			p.Draw(canvases[i][j])
		}
	}
	return nil
}

// thin returns the numbers of at most so many of n rows, evenly spread.
func thin(n, most int) []int {
	rows := make([]int, 0, min(n, most))
	for k := range min(n, most) {
		rows = append(rows, k*n/min(n, most))
	}
	return rows
}
