package results

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.com/engine/metrics"
)

// Number prints v for people: four significant digits, or all before the
// decimal point, with commas between thousands and an exponent only where
// there would be many zeros.
func Number(v float64) string {
	abs := math.Abs(v)
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return strconv.FormatFloat(v, 'f', -1, 64)
	case abs >= 1e15 || abs > 0 && abs < 1e-4:
		return strconv.FormatFloat(v, 'g', 4, 64)
	case abs >= 1e3:
		return thousands(strconv.FormatFloat(v, 'f', 0, 64))
	}
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 4, 64), 64)
	return thousands(strconv.FormatFloat(rounded, 'f', -1, 64))
}

// thousands puts commas into a decimal number.
func thousands(s string) string {
	whole, fraction, _ := strings.Cut(s, ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "-", whole[1:]
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if fraction != "" {
		whole += "." + fraction
	}
	return sign + whole
}

// Range prints an interval by show, or why there is none.
func Range(i metrics.Interval, show func(float64) string) string {
	if !i.Bounded() {
		return "none: " + i.None
	}
	return show(i.Low) + " to " + show(i.High)
}

// Count prints a whole number with commas.
func Count(n int) string { return Number(float64(n)) }

// Percent prints a share.
func Percent(share float64) string { return Number(100*share) + " %" }

// Optional prints a number that may be missing.
func Optional(v *float64) string {
	if v == nil {
		return ""
	}
	return Number(*v)
}

// Words is the name of a column, or of a setting, as a person would write it.
func Words(name string) string { return strings.ReplaceAll(name, "_", " ") }

// Sentence makes a description start with a capital and end with a stop.
func Sentence(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if s == "" || strings.HasSuffix(s, "?") || strings.HasSuffix(s, "!") {
		return s
	}
	return string(unicode.ToUpper(first)) + strings.TrimSuffix(s[size:], ".") + "."
}

// edges is the name of a slice by bins of a number.
var edges = regexp.MustCompile(`^\[(-?[0-9.]+), (-?[0-9.]+)[\])]$`)

// SliceName prints the name of a slice: [292220, 500001) as 292,220 to 500,001.
func SliceName(name string) string {
	m := edges.FindStringSubmatch(name)
	if m == nil {
		return name
	}
	from, err1 := strconv.ParseFloat(m[1], 64)
	to, err2 := strconv.ParseFloat(m[2], 64)
	if err1 != nil || err2 != nil {
		return name
	}
	if Number(from) == Number(to) && from < to {
		return m[1] + " to " + m[2]
	}
	return Number(from) + " to " + Number(to)
}
