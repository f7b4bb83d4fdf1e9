package derive

import "strings"

// nearest returns the name that s was likely meant to be, the first of equals,
// or "" where none is near: more than a third of s would have to change.
func nearest(s string, names []string) string {
	want := []rune(strings.ToLower(s))
	best, least := "", len(want)/3+1
	for _, name := range names {
		if d := edits(want, []rune(strings.ToLower(name))); d < least {
			best, least = name, d
		}
	}
	return best
}

// edits is Levenshtein's distance: the runes to insert, delete or replace.
func edits(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j := range b {
			replace := diagonal
			if a[i] != b[j] {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(replace, diagonal+1, row[j]+1)
		}
	}
	return row[len(b)]
}
