package search

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/config"
)

func TestBlock(t *testing.T) {
	for _, text := range []string{
		`estimator:
  ridge: {alpha: 0.421}
`,
		`columns:
  - name: counts
    columns: [rooms, people]
    steps: [log, standard_scaler]
  - name: distances
    pattern: ^km_to_
    steps:
      - log: {plus_one: true}
      - standard_scaler
  - {name: none, columns: []}
places:
  - {name: a, latitude: 37.77}
empty: {}
null_one: null
`,
		"words: ['a, b', \"tab\\t\", \"it's\"]\n",
		"list:\n  - [1, 2]\n  - [3]\n",
		"long:\n  - " + strings.Repeat("a", 50) + "\n  - " + strings.Repeat("b", 50) + "\n",
	} {
		var b strings.Builder
		block(&b, parse(t, text), "")
		assert.Equal(t, text, b.String())
	}
}

// FuzzText: what is written on a line, and over several, reads as what was read.
func FuzzText(f *testing.F) {
	for _, text := range []string{
		pipeline, "a: [1, 2.50, 'x: y', \"#\", null, true, {b: c}]", "- a\n- - b\n  - c: d\n", "a: |\n  b\n  c\n",
		"a: b c\n", "'a, b': 1\n", "a: >\n  folded\n", "\"k\": {x: [], y: {}}", "a: 'it''s'\nb: ~\n", "1: 2\ntrue: 1e3\n",
		"a: &x [1]\nb: *x\n", "a: \"\\u00e9\\n\"\nb: é\n", "a: - b\n", "a: 'b #c'\n", "a: \"\"\n",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var d document
		var want any
		if config.Parse("", []byte(text), &d) != nil || d.root == nil || config.Parse("", []byte(text), &want) != nil {
			return
		}
		var b strings.Builder
		block(&b, d.root, "")
		written := map[string]string{"flow": flow(d.root), "block": b.String()}
		if !isNested(d.root) {
			delete(written, "block")
		}
		for form, text := range written {
			var got any
			err := config.Parse("", []byte(text), &got)
			if err != nil && strings.Contains(err.Error(), "stands on line") {
				return // The parser overlooks that a key stands twice in {a, a}.
			}
			require.NoError(t, err, "%s: %q", form, text)
			require.Equal(t, want, got, "%s: %q", form, text)
		}
	})
}
