// Package random gives each task a stream of its own, so that the order in
// which parallel tasks run can't change a result.
package random

import (
	"hash/fnv"
	"math/rand/v2"
)

// New returns the stream for the seed and the name of a task: the same two
// always give the same numbers, and two names give unrelated ones.
func New(seed uint64, task string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(task))
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}
