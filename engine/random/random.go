// Package random gives each task a stream of its own, so that the order in
// which parallel tasks run can't change a result.
package random

import (
	"hash/fnv"
	"math/rand/v2"
)

// Mix scrambles 64 bits so that neighbouring numbers give unrelated ones: the
// finaliser of SplitMix64 (Steele, Lea and Flood 2014).
func Mix(z uint64) uint64 {
	z += 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// New returns the stream for the seed and the name of a task: the same two
// always give the same numbers, and two names give unrelated ones.
func New(seed uint64, task string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(task))
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}
