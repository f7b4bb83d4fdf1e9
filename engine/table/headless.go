package table

import "strings"

// sniffHeadless tells whether the first record is a row like the others. It is
// where every column of numbers has a number there, and one of these can't be a
// name, or a text comes again in its column: 1999 and 2000 may be names, 5.1
// is not, nor is a name twice.
func sniffHeadless(text string, comma byte, mark rune) bool {
	var first []string
	var columns []likeness
	eachRecord(text, comma, 2000, func(record []string) {
		switch {
		case first == nil:
			for _, s := range record {
				first = append(first, strings.TrimSpace(s))
			}
			columns = make([]likeness, len(first))
		case len(record) == len(first):
			for i, s := range record {
				columns[i].add(strings.TrimSpace(s), first[i], mark)
			}
		}
	})
	return rowLike(first, columns, mark)
}

// likeness is how the values of a column compare with its first one.
type likeness struct{ values, numbers, same int }

func (l *likeness) add(s, first string, mark rune) {
	if s == "" {
		return
	}
	l.values++
	if _, err := ParseFloat(s, mark); err == nil {
		l.numbers++
	}
	if s == first {
		l.same++
	}
}

// numeric tells whether most values are numbers; texts may mean null.
func (l *likeness) numeric() bool { return l.values > 0 && 2*l.numbers > l.values }

func rowLike(first []string, columns []likeness, mark rune) bool {
	numeric, proof := false, false
	seen := map[string]bool{}
	for i, s := range first {
		_, err := ParseFloat(s, mark)
		switch {
		case columns[i].numeric() && s != "":
			if err != nil {
				return false
			}
			numeric = true
			proof = proof || seen[s] || strings.ContainsAny(s, string(mark)+"-")
			seen[s] = true
		case columns[i].numeric():
		default:
			proof = proof || s != "" && columns[i].same > 0
		}
	}
	return numeric && proof
}
