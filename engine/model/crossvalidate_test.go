package model

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestShare(t *testing.T) {
	shares := func(folds, processors int) []int {
		var out []int
		for k := range folds {
			out = append(out, share(k, folds, processors))
		}
		return out
	}
	assert.Equal(t, []int{1, 1, 1}, shares(3, 1))
	assert.Equal(t, []int{1, 1, 1, 1, 2}, shares(5, 2))
	assert.Equal(t, []int{1, 1, 1, 1}, shares(4, 2))
	assert.Equal(t, []int{3, 3, 3, 3, 3}, shares(5, 16))
}
