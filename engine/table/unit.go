package table

import (
	"strings"
	"unicode"
)

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
