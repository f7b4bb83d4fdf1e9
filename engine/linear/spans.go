package linear

// span is the rows from ≤ i < to.
type span struct{ from, to int }

// split cuts n rows into spans of at least size rows, 16 at most. It depends
// on nothing else, so that sums over spans, added in their order, come out
// the same on any number of CPUs.
func split(n, size int) []span {
	parts := max(1, min(16, n/size))
	spans := make([]span, parts)
	for k := range spans {
		spans[k] = span{k * n / parts, (k + 1) * n / parts}
	}
	return spans
}
