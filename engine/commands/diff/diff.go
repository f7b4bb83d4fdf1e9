// Package diff shows how two models differ: settings, data, metrics on the same
// test rows with the interval of the difference, and predictions.
//
//	tools diff [-config DIR] [-work DIR] [-a MODEL] [-b MODEL]
//
// A model is champion, candidate, a run of reports/runs by the beginning of its
// ID or its name, the beginning of a digest in models/history, or the path of a
// model file. By default a is the champion and b the candidate, and if these are
// the same model, a is the champion before. It writes no file.
package diff

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"example.com/engine/model"
	"example.com/engine/stage"
)

// Run is the command; it returns the status of the program.
func Run(args []string, stdout, stderr io.Writer) int {
	var f flags
	return stage.Exec("diff", args, stdout, stderr,
		func(s *stage.Stage) error { return run(s, f, stdout) }, stage.Flags(f.declare))
}

// flags are what the command line says.
type flags struct{ a, b string }

func (f *flags) declare(fs *flag.FlagSet) {
	fs.StringVar(&f.a, "a", "", "`model` to compare with; the champion if empty")
	fs.StringVar(&f.b, "b", "", "`model` to compare; the candidate if empty")
}

func run(s *stage.Stage, f flags, stdout io.Writer) error {
	cfg := model.DefaultConfig()
	if err := s.Config("model.yaml", &cfg, &cfg.Seed, &cfg.Metric, &cfg.Evaluation); err != nil {
		return err
	}
	a, b, err := sides(s, f)
	if err != nil {
		return err
	}
	if a.digest == b.digest {
		s.Logf("%s and %s are the same model, %.12s, and no other was champion before it", a.name, b.name, a.digest)
		return nil
	}
	p := newPrinter(stdout)
	if err := p.settings(a, b); err != nil {
		return err
	}
	p.data(a, b)
	if err := p.metrics(s.Context(), load(s, cfg, a, b), a, b); err != nil {
		return err
	}
	return p.flush()
}

// printer lines up columns within each part of what it prints.
type printer struct {
	out   *bufio.Writer
	lines [][]string
}

func newPrinter(w io.Writer) *printer { return &printer{out: bufio.NewWriter(w)} }

// line adds cells of a table.
func (p *printer) line(cells ...string) { p.lines = append(p.lines, cells) }

// text ends the table and prints a sentence.
func (p *printer) text(s string) {
	p.table()
	fmt.Fprintln(p.out, s)
}

// part ends the table and begins another under a heading.
func (p *printer) part(heading string) {
	p.table()
	fmt.Fprintf(p.out, "\n%s\n", heading)
}

// table prints the lines so far, each column as wide as its widest cell.
func (p *printer) table() {
	var widths []int
	for _, cells := range p.lines {
		for k, c := range cells {
			if k == len(widths) {
				widths = append(widths, 0)
			}
			widths[k] = max(widths[k], utf8.RuneCountInString(c))
		}
	}
	for _, cells := range p.lines {
		var b strings.Builder
		for k, c := range cells {
			b.WriteString("  " + c + strings.Repeat(" ", widths[k]-utf8.RuneCountInString(c)))
		}
		fmt.Fprintln(p.out, strings.TrimRight(b.String(), " "))
	}
	p.lines = nil
}

func (p *printer) flush() error {
	p.table()
	return p.out.Flush()
}
