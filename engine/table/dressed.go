package table

import (
	"strings"
	"unicode/utf8"
)

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
