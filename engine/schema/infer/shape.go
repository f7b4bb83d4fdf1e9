package infer

import (
	"fmt"
	"regexp"
	"strings"
)

// shape generalises strings such as AB-1234 into runs of digits, capitals, small
// letters and other characters. It is gone once two strings differ in more than
// the lengths of their runs.
type shape struct {
	runs  []run
	texts int
	gone  bool
}

// run is one kind of characters, from least to most in a row.
type run struct {
	class       byte // '0' digits, 'A' capitals, 'a' small letters, else itself
	least, most int
}

// maxRuns bounds what counts as a shape.
const maxRuns = 9

func (s *shape) add(text string) {
	if s.gone {
		return
	}
	n, last := 0, byte(0)
	var buf [maxRuns]run
	for i := range len(text) {
		c := classOf(text[i])
		switch {
		case c == 0 || c != last && n == maxRuns:
			s.gone = true
			return
		case c == last:
			buf[n-1].least++
		default:
			buf[n] = run{class: c, least: 1}
			n++
		}
		last = c
	}
	s.merge(buf[:n])
}

func (s *shape) merge(runs []run) {
	s.texts++
	if s.texts == 1 {
		for _, r := range runs {
			s.runs = append(s.runs, run{r.class, r.least, r.least})
		}
		return
	}
	if len(runs) != len(s.runs) {
		s.gone = true
		return
	}
	for i, r := range runs {
		have := &s.runs[i]
		if r.class != have.class {
			s.gone = true
			return
		}
		have.least, have.most = min(have.least, r.least), max(have.most, r.least)
	}
}

func classOf(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return '0'
	case 'A' <= c && c <= 'Z':
		return 'A'
	case 'a' <= c && c <= 'z':
		return 'a'
	case c <= ' ' || c >= 0x7f:
		return 0
	default:
		return c
	}
}

// pattern returns a regular expression for the strings, or nothing unless their
// shape says much: it has a digit, or fixed lengths.
func (s *shape) pattern() string {
	if s.gone || s.texts < 2 {
		return ""
	}
	var b strings.Builder
	b.WriteByte('^')
	digits, fixed := false, true
	for _, r := range s.runs {
		digits = digits || r.class == '0'
		fixed = fixed && r.least == r.most
		switch r.class {
		case '0':
			b.WriteString("[0-9]")
		case 'A':
			b.WriteString("[A-Z]")
		case 'a':
			b.WriteString("[a-z]")
		default:
			b.WriteString(regexp.QuoteMeta(string(r.class)))
		}
		switch {
		case r.most == 1:
		case r.least == r.most:
			fmt.Fprintf(&b, "{%d}", r.most)
		default:
			b.WriteByte('+')
		}
	}
	if !digits && !fixed {
		return ""
	}
	b.WriteByte('$')
	return b.String()
}
