package table

import (
	"errors"
	"math"
	"strconv"
	"strings"
)

var (
	errNumber = errors.New("is not a number")
	errRange  = errors.New("is beyond the range of float64")
)

// pow10 holds the powers of ten that float64 holds exactly.
var pow10 = [...]float64{
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
}

// parseFloat reads a decimal number: sign, digits with at most one decimal
// mark, and an exponent. Hexadecimals, underscores, infinities and NaN are not
// numbers here, though strconv takes them. The result is the float64 nearest
// to the decimal.
//
// A mantissa below 2^53 and a power of ten up to 10^22 are both exact, so that
// one multiplication or division rounds once, and right (Clinger 1990, "How to
// read floating point numbers accurately"). All else goes through strconv.
func parseFloat(s string, mark byte) (float64, error) {
	i, neg := 0, false
	if s != "" && (s[0] == '-' || s[0] == '+') {
		neg = s[0] == '-'
		i = 1
	}
	var mantissa uint64
	digits, scale, seenMark := 0, 0, false
	for ; i < len(s); i++ {
		switch c := s[i]; {
		case '0' <= c && c <= '9':
			mantissa = mantissa*10 + uint64(c-'0')
			digits++
			if seenMark {
				scale++
			}
		case c == mark && !seenMark:
			seenMark = true
		default:
			return parseSlow(s, mark)
		}
	}
	if digits == 0 || digits > 19 || mantissa > 1<<53 || scale > 22 {
		return parseSlow(s, mark)
	}
	v := float64(mantissa) / pow10[scale]
	if neg {
		v = -v
	}
	return v, nil
}

func parseSlow(s string, mark byte) (float64, error) {
	for i := range len(s) {
		c := s[i]
		digit := '0' <= c && c <= '9'
		if !digit && c != '+' && c != '-' && c != 'e' && c != 'E' && c != mark {
			return 0, errNumber
		}
	}
	if mark != '.' {
		s = strings.Replace(s, string(mark), ".", 1)
	}
	v, err := strconv.ParseFloat(s, 64)
	if errors.Is(err, strconv.ErrRange) {
		return 0, errRange
	}
	if err != nil {
		return 0, errNumber
	}
	return v, nil
}

// AppendFloat appends the shortest decimal that reads back as v: 452600, not
// 4.526e+05; an exponent from 1e21 on and below 1e-6. NaN appends nothing.
func AppendFloat(b []byte, v float64) []byte {
	if math.IsNaN(v) {
		return b
	}
	a := math.Abs(v)
	if a == math.Trunc(a) && a < 1<<53 && (a != 0 || !math.Signbit(v)) {
		return strconv.AppendInt(b, int64(v), 10)
	}
	if a != 0 && (a < 1e-6 || a >= 1e21) {
		return strconv.AppendFloat(b, v, 'e', -1, 64)
	}
	if a > 0 && a < mostShort {
		if n := math.RoundToEven(a * 1e4); n/1e4 == a {
			return appendShort(b, int64(n), v < 0)
		}
	}
	return strconv.AppendFloat(b, v, 'f', -1, 64)
}

// FormatFloat returns the text that AppendFloat appends.
func FormatFloat(v float64) string { return string(AppendFloat(nil, v)) }

// Significant rounds v to n significant decimal digits.
func Significant(v float64, n int) float64 {
	v, _ = strconv.ParseFloat(strconv.FormatFloat(v, 'g', n, 64), 64)
	return v
}

// mostShort bounds what has at most 15 digits with four of them behind the point. No two decimals of that length
// are one float64, so one that reads back is the shortest; to find it this way takes a third of the time.
const mostShort = 1e11

// appendShort appends n / 10,000, which is no whole number.
func appendShort(b []byte, n int64, negative bool) []byte {
	if negative {
		b = append(b, '-')
	}
	b = append(strconv.AppendInt(b, n/1e4, 10), '.')
	for part, unit := n%1e4, int64(1e3); part > 0; unit /= 10 {
		b = append(b, '0'+byte(part/unit))
		part %= unit
	}
	return b
}

// ParseFloat reads a number as a column of numbers does, with the decimal mark
// '.' or ','.
func ParseFloat(s string, mark rune) (float64, error) { return parseFloat(s, byte(mark)) }
