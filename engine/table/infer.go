package table

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxLevels is how many distinct texts an inferred Category has at most.
const maxLevels = 1000

// Infer reads a whole file and returns its columns. In text, a column is a
// Float where every value is a number, a Category where there are at most 1000
// distinct texts and each comes twice on average, else Text. Digits after a
// leading zero, as in the postcode 00501, are no number. A column of nulls is a
// Float. In Parquet the file says what is a number, a time or a string.
func Infer(path string, o Options) ([]Field, error) {
	o.Fields = nil
	r, err := open(path, o)
	if err != nil {
		return nil, err
	}
	all, texts := r.declared()
	if err := r.Close(); err != nil || len(texts) == 0 {
		return all, err
	}
	o.Fields = texts
	if r, err = open(path, o); err != nil {
		return nil, err
	}
	defer r.Close()
	kinds, err := r.guess(o)
	if err != nil {
		return nil, err
	}
	for i, f := range all {
		if kind, ok := kinds[f.Name]; ok {
			all[i].Kind = kind
		}
	}
	return all, nil
}

// declared returns the columns as the file declares them, and those of them
// that are texts.
func (r *Reader) declared() (all, texts []Field) {
	for i, name := range r.header {
		f := Field{Name: name, Kind: Text}
		if r.kinds != nil {
			f.Kind = r.kinds[i]
		}
		all = append(all, f)
		if f.Kind == Text {
			texts = append(texts, f)
		}
	}
	return all, texts
}

// guess reads columns of texts to the end.
func (r *Reader) guess(o Options) (map[string]Kind, error) {
	guesses := make([]guess, len(r.fields))
	for i := range guesses {
		guesses[i].text = r.kinds != nil
	}
	for t, err := range r.Chunks() {
		if err != nil {
			return nil, err
		}
		for i, c := range t.cols {
			guesses[i].add(c, byte(o.Decimal))
		}
	}
	kinds := map[string]Kind{}
	for i, f := range r.fields {
		kinds[f.Name] = guesses[i].kind()
	}
	return kinds, nil
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

// longestUnit is in bytes.
const longestUnit = 16

// SplitUnit parts a number from the unit that stands behind it: "1,248 CC" into
// "1,248" and "CC". A unit starts with a letter, a degree sign, + or ".
func SplitUnit(s string, mark rune) (number, unit string, ok bool) {
	i := strings.IndexFunc(s, func(r rune) bool {
		return (r < '0' || r > '9') && !strings.ContainsRune(dressingGroups, r) && r != '-'
	})
	if i <= 0 || len(s)-i > longestUnit {
		return "", "", false
	}
	number, unit = withoutUnit(s, s[i:]), s[i:]
	before := ' '
	for i, r := range unit {
		known := unicode.IsLetter(r) || strings.ContainsRune(`°+"`, r) || i > 0 && strings.ContainsRune("²³/. -", r)
		if !known && (before == ' ' || !unicode.IsDigit(r)) { // m2, but not "and 2"
			return "", "", false
		}
		before = r
	}
	if _, err := ParseFloat(number, mark); err == nil {
		return number, unit, true
	}
	_, _, ok = ParseDressed(number, mark)
	return number, unit, ok
}

// withoutUnit is s without a unit at its end, and without spaces before that.
func withoutUnit(s, unit string) string {
	number, ok := strings.CutSuffix(s, unit)
	if !ok {
		return s
	}
	return strings.TrimRight(number, " \u00a0\u202f")
}

// What people write around and within numbers: signs of currencies, of shares
// and of debts, and separators of thousands.
const (
	dressingSigns  = "%‰$€£¥₹₽₩₺₫₪฿₴₦¢()"
	dressingGroups = ",.'’_ \u00a0\u202f"
)

// parseDressed reads a number that is written with some characters of strip:
// "$1,200.50", "12 %", "1.234,56 €"; in brackets it is negative, as accountants
// write it. Within the number they are separators of thousands, one kind of
// them, with three digits behind the last and two or three between others:
// "1,5" is no number, and not 15.
func parseDressed(s, strip string, mark byte) (float64, error) {
	sign := ""
	if strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")") && strings.Contains(strip, "(") {
		sign = "-"
	}
	signs := strings.Map(func(r rune) rune {
		if strings.ContainsRune(",.'’_", r) { // these stand within a number
			return -1
		}
		return r
	}, strip)
	s = strings.TrimLeft(s, signs)
	if s != "" && (s[0] == '-' || s[0] == '+') && sign == "" {
		sign, s = s[:1], s[1:]
	}
	s = strings.Trim(s, signs)
	whole, fraction := s, ""
	if i := strings.IndexByte(s, mark); i >= 0 {
		whole, fraction = s[:i], s[i:]
	}
	if whole, ok := withoutGroups(whole, strip); ok {
		return parseFloat(sign+whole+fraction, mark)
	}
	return 0, errNumber
}

// withoutGroups takes the separators out of the digits before the mark.
func withoutGroups(whole, strip string) (string, bool) {
	i := strings.IndexAny(whole, strip)
	if i < 0 {
		return whole, true
	}
	separator, _ := utf8.DecodeRuneInString(whole[i:])
	groups := strings.Split(whole, string(separator))
	last := len(groups) - 1
	for k, g := range groups {
		if k == 0 && (g == "" || len(g) > 3) || k > 0 && len(g) != 3 && (k == last || len(g) != 2) {
			return "", false
		}
	}
	return strings.Join(groups, ""), strings.ContainsRune(dressingGroups, separator)
}

// ParseDressed reads a number that is none as it stands, and tells which
// characters had to be taken out of it, for [Field.Strip].
func ParseDressed(s string, mark rune) (v float64, strip string, ok bool) {
	all := strings.Replace(dressingSigns+dressingGroups, string(mark), "", 1)
	if !strings.ContainsAny(s, all) || !strings.ContainsAny(s, "0123456789") {
		return 0, "", false
	}
	v, err := parseDressed(s, all, byte(mark))
	if err != nil {
		return 0, "", false
	}
	for _, r := range all {
		if strings.ContainsRune(s, r) {
			strip += string(r)
		}
	}
	return v, strip, true
}
