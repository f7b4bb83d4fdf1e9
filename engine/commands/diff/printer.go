package diff

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

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
