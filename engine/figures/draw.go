package figures

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"image"
	"runtime"

	"golang.org/x/sync/errgroup"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"

	"example.com/engine/figures/canvas"
	"example.com/engine/report"
)

const (
	dpi         = 144 // twice that of a page, for sharp screens
	pointsInPNG = 20000
	pointsInSVG = 4000
	leastHeight = vg.Inch   // of a figure without anything to draw
	inlineLimit = 100 << 10 // bytes of an SVG that the report takes in whatever the size of the PNG
)

// Draw draws the figures on all cores, hands the two files of each to write, and
// returns what the report shows. write gets the place of the figure in the list and
// is called from several goroutines at once.
func Draw(ctx context.Context, list []Named, d *Data, write func(k int, png, svg []byte) error) ([]report.Figure, error) {
	drawn := make([]report.Figure, len(list))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for k, f := range list {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			f.Width = cmp.Or(f.Width, 6.6*vg.Inch)
			if f.Height == nil {
				f.Height = Tall(4 * vg.Inch)
			}
			png, svg, err := f.render(d)
			if err != nil {
				return fmt.Errorf("drawing %s: %w", f.Name, err)
			}
			drawn[k] = f.shown(d, png, svg)
			return write(k, png, svg)
		})
	}
	return drawn, g.Wait()
}

// shown is what the report takes in.
func (f Named) shown(d *Data, png, svg []byte) report.Figure {
	out := report.Figure{Name: f.Name, Title: f.Title, Caption: f.Caption, Alt: f.Alt, Section: f.Section, Width: int(f.Width.Dots(96))}
	if f.Empty == nil || !f.Empty(d) {
		out.PNG = png
	}
	if len(svg) <= inlineLimit || len(svg) < len(png) {
		out.SVG = svg
	}
	return out
}

// render returns the figure as PNG and as SVG, which shows fewer points.
func (f Figure) render(d *Data) (png, svg []byte, err error) {
	height := max(f.Height(d), leastHeight)
	bits := vgimg.NewWith(vgimg.UseWH(f.Width, height), vgimg.UseDPI(dpi))
	if err = f.paint(d, bits, pointsInPNG); err != nil {
		return nil, nil, err
	}
	if png, err = canvas.PNG(bits.Image().(*image.RGBA)); err != nil {
		return nil, nil, err
	}
	lines := canvas.New(f.Width, height)
	if err = f.paint(d, lines, pointsInSVG); err != nil {
		return nil, nil, err
	}
	return png, lines.SVG(cmp.Or(f.Alt, f.Title)), nil
}

func (f Figure) paint(d *Data, c vg.CanvasSizer, most int) error {
	plots, err := f.Draw(d, most)
	if err != nil {
		return err
	}
	if len(plots) == 0 || len(plots[0]) == 0 {
		return errors.New("Draw returned no plot: Empty tells that there is nothing to draw")
	}
	dc := draw.New(c)
	if f.Sidebar != nil {
		bar, err := f.Sidebar(d)
		if err != nil {
			return err
		}
		const width = 64
		bar.Draw(draw.Crop(dc, f.Width-width, 0, 0, 0))
		dc = draw.Crop(dc, 0, -width, 0, 0)
	}
	return plots.paint(dc)
}

// paint draws the plots into tiles whose axes are in line.
func (plots Grid) paint(dc draw.Canvas) error {
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
