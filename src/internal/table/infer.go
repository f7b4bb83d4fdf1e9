package table

import (
	"errors"
	"io"
)

// maxLevels is how many distinct texts an inferred Category has at most.
const maxLevels = 1000

// Infer reads a whole file and returns its columns: Float where every value is
// a number, Category where there are at most 1000 distinct texts and each
// comes twice on average, else Text. Digits after a leading zero, as in the
// postcode 00501, are no number. A column of nulls is a Float.
func Infer(path string, o Options) ([]Field, error) {
	header, err := Header(path, o)
	if err != nil {
		return nil, err
	}
	o.Fields = make([]Field, len(header))
	for i, name := range header {
		o.Fields[i] = Field{Name: name, Kind: Text}
	}
	guesses := make([]guess, len(header))
	r, err := open(path, o)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	for {
		t, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		for i, c := range t.cols {
			guesses[i].add(c, byte(o.Decimal))
		}
	}
	for i := range guesses {
		o.Fields[i].Kind = guesses[i].kind()
	}
	return o.Fields, nil
}

// guess is what is known of a column of texts.
type guess struct {
	text   bool // some value is not a number
	values int
	levels map[string]bool // at most maxLevels + 1
}

func (g *guess) add(c *Column, mark byte) {
	if mark == 0 {
		mark = '.'
	}
	for _, s := range c.Texts {
		if s == "" {
			continue
		}
		g.values++
		if g.levels == nil {
			g.levels = map[string]bool{}
		}
		if len(g.levels) <= maxLevels {
			g.levels[s] = true
		}
		if _, err := parseFloat(s, mark); !g.text && (err != nil || padded(s)) {
			g.text = true
		}
	}
}

func (g *guess) kind() Kind {
	switch {
	case !g.text:
		return Float
	case len(g.levels) <= maxLevels && 2*len(g.levels) <= g.values:
		return Category
	default:
		return Text
	}
}

// padded tells whether s has digits after a leading zero.
func padded(s string) bool {
	return len(s) > 1 && s[0] == '0' && '0' <= s[1] && s[1] <= '9'
}
