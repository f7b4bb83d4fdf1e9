package results

import (
	"math"
	"strconv"
	"strings"
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
