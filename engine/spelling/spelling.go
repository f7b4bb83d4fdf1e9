// Package spelling finds the name that a person likely meant.
package spelling

import "strings"

// Distance is how many letters must be added, left out or changed, or swapped with
// their neighbours, to make b of a, whatever their case (optimal string alignment).
func Distance(a, b string) int {
	s, t := []rune(strings.ToLower(a)), []rune(strings.ToLower(b))
	d := make([][]int, len(s)+1)
	for i := range d {
		d[i] = make([]int, len(t)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(s); i++ {
		for j := 1; j <= len(t); j++ {
			change := d[i-1][j-1]
			if s[i-1] != t[j-1] {
				change++
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, change)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(s)][len(t)]
}

// Nearest returns the name at the least distance from s, the first of equals, if one
// is at most so far.
func Nearest(s string, names []string, most int) (name string, ok bool) {
	for _, n := range names {
		if d := Distance(s, n); d <= most {
			name, ok, most = n, true, d-1
		}
	}
	return name, ok
}
