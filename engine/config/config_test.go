package config

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParse(t *testing.T) {
	check := func(name, source string, change func(*settings)) {
		t.Helper()
		want, got := defaults(), defaults()
		change(&want)
		if err := Parse("x.yaml", []byte(source), &got); err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		assert.Equal(t, want, got, name)
	}
	same := func(*settings) {}
	check("empty file", "", same)
	check("only comments", "# nothing\n\n", same)
	check("only a document mark", "---\n", same)
	check("keys without values keep defaults", "name:\nalpha:\nnulls:\nsplit:\nestimator:\nmax_depth:\nother:\n", same)
	check("null for a pointer", "max_depth: null", func(s *settings) { s.MaxDepth = nil })
	check("a struct is filled key by key", "split: {keys: [a]}", func(s *settings) { s.Split.Keys = []string{"a"} })
	check("a list replaces", "nulls: [x, y]", func(s *settings) { s.Nulls = []string{"x", "y"} })
	check("an empty list", "nulls: []", func(s *settings) { s.Nulls = []string{} })
	check("a map replaces", "labels: {b: B, 1: one, true: yes}", func(s *settings) {
		s.Labels = map[string]string{"b": "B", "1": "one", "true": "yes"}
	})
	check("inlined", "seed: 7", func(s *settings) { s.Seed = 7 })
	check("numbers", "alpha: 1e-3\nrounds: 1_000\nrate: .25\nbins: +255", func(s *settings) {
		s.Alpha, s.Rounds, s.Rate, s.Bins = 1e-3, 1000, 0.25, 255
	})
	check("whole numbers with an exponent", "rounds: 1e3\nalpha: 0", func(s *settings) { s.Rounds, s.Alpha = 1000, 0 })
	check("texts as they are written", "nulls: [00501, -1, 1.10, true, \"\", ' ', NaN, 2026-01-02, null_]", func(s *settings) {
		s.Nulls = []string{"00501", "-1", "1.10", "true", "", " ", "NaN", "2026-01-02", "null_"}
	})
	check("block text", "name: |\n  a\n  b\n", func(s *settings) { s.Name = "a\nb\n" })
	check("duration", "timeout: 1m30s", func(s *settings) { s.Timeout = 90 * time.Second })
	check("any", "other: {a: [1, 2.5, x, true, null, 'q', 1e3], b: {c: 12345678901234567890}}", func(s *settings) {
		s.Other = map[string]any{
			"a": []any{int64(1), 2.5, "x", true, nil, "q", 1e3},
			"b": map[string]any{"c": 12345678901234567890.0},
		}
	})
	check("kind alone", "estimator: lasso", func(s *settings) {
		s.Estimator = estimator{"lasso", &lasso{1, []int{1}}}
	})
	check("kind with settings", "estimator:\n  ridge:\n    alpha: 2\n", func(s *settings) {
		s.Estimator = estimator{"ridge", &ridge{2}}
	})
	check("kind with an empty value", "estimator:\n  ridge:\n", func(s *settings) {
		s.Estimator = estimator{"ridge", &ridge{1}}
	})
	check("byte order mark and CRLF", "\ufeffalpha: 2\r\nname: a b\r\n", func(s *settings) { s.Alpha, s.Name = 2, "a b" })
	check("aliases", "nulls: &n [x]\nsplit: {keys: *n}", func(s *settings) {
		s.Nulls, s.Split.Keys = []string{"x"}, []string{"x"}
	})
	check("behind a pointer", "max_depth: 9\nsecond: {keys: [a]}", func(s *settings) {
		nine := 9
		s.MaxDepth, s.Second = &nine, &split{0.5, []string{"a"}}
	})
}

// Two settings may share what a pointer in their defaults points to.
func TestDefaultsBehindPointersStay(t *testing.T) {
	s := defaults()
	second := s.Second
	require.NoError(t, Parse("x.yaml", []byte("second: {test_size: 0.75}"), &s))
	assert.Equal(t, 0.75, s.Second.TestSize)
	assert.Equal(t, 0.5, second.TestSize)
}

func TestParseErrors(t *testing.T) {
	check := func(name, source, want string) {
		t.Helper()
		s := defaults()
		err := Parse("x.yaml", []byte(source), &s)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%s: want an *Error, got %v", name, err)
			return
		}
		assert.Equal(t, want, err.Error(), name)
	}
	check("near key", "alhpa: 1", `x.yaml:1:1: alhpa: unknown key; did you mean "alpha"?`)
	check("far key", "split:\n  fraction: 1\n", `x.yaml:2:3: split.fraction: unknown key; allowed: test_size, keys`)
	check("key that is a number", "split:\n  1: 1\n", `x.yaml:2:3: split.1: unknown key; allowed: test_size, keys`)
	check("Go's name is no key", "Learned: [1]\n", `x.yaml:1:1: Learned: unknown key; allowed: name, strategy, alpha, rate, `+
		`rounds, bins, shuffle, timeout, max_depth, nulls, columns, labels, clusters, split, second, other, estimator, seed`)
	check("text for number", "alpha: high", `x.yaml:1:8: alpha: expected a number, got the text "high"`)
	check("quoted number", `alpha: "1"`, `x.yaml:1:8: alpha: expected a number, got the text "1"`)
	check("fraction for int", "rounds: 1.5", `x.yaml:1:9: rounds: expected a whole number, got 1.5`)
	check("leading zero", "rounds: 010", `x.yaml:1:9: rounds: expected a whole number, got 010`)
	check("bool for int", "rounds: true", `x.yaml:1:9: rounds: expected a whole number, got true`)
	check("too large", "bins: 256", `x.yaml:1:7: bins: 256 is not between 0 and 255`)
	check("negative for unsigned", "bins: -1", `x.yaml:1:7: bins: -1 is not between 0 and 255`)
	check("beyond int64", "rounds: 1e30", `x.yaml:1:9: rounds: 1e30 is not between -9223372036854775808 and 9223372036854775807`)
	check("beyond float64", "alpha: 1e999", `x.yaml:1:8: alpha: 1e999 is too large for a number`)
	check("NaN", "alpha: .nan", `x.yaml:1:8: alpha: expected a number, got .nan, which is not finite`)
	check("infinity", "alpha: -.inf", `x.yaml:1:8: alpha: expected a number, got -.inf, which is not finite`)
	check("NaN in any", "other: [.nan]", `x.yaml:1:9: other[0]: expected a number, got .nan, which is not finite`)
	check("yes for bool", "shuffle: yes", `x.yaml:1:10: shuffle: expected true or false, got the text "yes"`)
	check("null for number", "alpha: null", `x.yaml:1:8: alpha: expected a number, got null`)
	check("null for text", "name: ~", `x.yaml:1:7: name: expected a text, got null`)
	check("list for text", "name: [a]", `x.yaml:1:7: name: expected a text, got a list`)
	check("mapping for list", "nulls: {a: 1}", `x.yaml:1:8: nulls: expected a list, got keys with values`)
	check("text for list", "nulls: NA", `x.yaml:1:8: nulls: expected a list, got the text "NA"`)
	check("list for mapping", "split:\n- 1\n", `x.yaml:2:1: split: expected keys with values, got a list`)
	check("text for the whole", "hello", `x.yaml:1:1: expected keys with values, got the text "hello"`)
	check("empty item", "nulls:\n  - a\n  -\n", `x.yaml:3:5: nulls[1]: the item is empty; write "" for an empty text`)
	check("duration without unit", "timeout: 5", `x.yaml:1:10: timeout: expected a duration such as 500ms, 30s or 5m, got 5`)
	check("below range", "name: é\nalpha: -1", `x.yaml:2:8: alpha: -1 is less than 0`)
	check("above range", "rate: 1.5", `x.yaml:1:7: rate: 1.5 is greater than 1`)
	check("at open end", "split: {test_size: 1}", `x.yaml:1:20: split.test_size: 1 is not less than 1`)
	check("inlined range", "seed: 1000000", `x.yaml:1:7: seed: 1000000 is not less than 1000000`)
	check("one of", "strategy: medain", `x.yaml:1:11: strategy: unknown value "medain"; did you mean "median"?`)
	check("length", "split:\n  keys: [a, b, c]\n", `x.yaml:2:9: split.keys: has 3 items; at most 2 allowed`)
	check("behind a pointer", "max_depth: 0", `x.yaml:1:12: max_depth: 0 is less than 1`)
	check("topmost of several", "rate: 2\nalpha: -1", `x.yaml:1:7: rate: 2 is greater than 1`)
	check("topmost, above one that lies deeper", "rate: 2\nsplit: {test_size: 5}", `x.yaml:1:7: rate: 2 is greater than 1`)
	check("missing in a list", "columns:\n  - name: a\n  - min: 1\n    max: 2\n", `x.yaml:3:5: columns[1].name: must be given`)
	check("missing in a map", "clusters:\n  west: {max: 2}\n", `x.yaml:2:9: clusters.west.name: must be given`)
	check("not unique", "columns: [{name: a}, {name: a}]", `x.yaml:1:10: columns: holds a value twice`)
	check("own check", "columns: [{name: a}, {name: b, min: 3, max: 2}]",
		`x.yaml:1:45: columns[1].max: 2 is less than min, which is 3`)
	check("own check on a missing key", "columns: [{name: b, min: 3}]",
		`x.yaml:1:11: columns[0].max: 0 is less than min, which is 3`)
	check("inside a kind", "estimator:\n  ridge: {alpha: -1}\n", `x.yaml:2:18: estimator.ridge.alpha: -1 is less than 0`)
	check("unknown key inside a kind", "estimator:\n  ridge: {alfa: 1}\n",
		`x.yaml:2:11: estimator.ridge.alfa: unknown key; did you mean "alpha"?`)
	check("type inside a kind", "estimator: {lasso: {order: [1, x]}}",
		`x.yaml:1:32: estimator.lasso.order[1]: expected a whole number, got the text "x"`)
	check("empty list inside a kind", "estimator: {lasso: {order: []}}",
		`x.yaml:1:28: estimator.lasso.order: is empty; at least 1 item is needed`)
	check("unknown kind", "estimator: rigde", `x.yaml:1:12: estimator: unknown estimator "rigde"; did you mean "ridge"?`)
	check("two kinds", "estimator: {ridge: {}, lasso: {}}", `x.yaml:1:12: estimator: expected one kind over its settings, got 2 keys`)
	check("no kind", "estimator: [ridge]", `x.yaml:1:12: estimator: expected a kind, or a kind over its settings, got a list`)
	check("plain error of a kind", "estimator: broken", `x.yaml:1:12: estimator: broken on purpose`)
	check("duplicate key", "alpha: 1\nalpha: 2", `x.yaml:2:1: the key "alpha" stands on line 1 already`)
	check("duplicate key in other spelling", "labels: {1: a, \"1\": b}", `x.yaml:1:16: the key "1" stands on line 1 already`)
	check("duplicate key in other form", "? name\n: a\nname: b\n", `x.yaml:3:1: the key "name" stands on line 1 already`)
	check("second document", "alpha: 1\n---\nalpha: 2\n", `x.yaml:3:1: a second document starts here; only one is allowed`)
	check("merge key", "split:\n  <<: {test_size: 0.5}\n", `x.yaml:2:3: split.<<: merge keys are not supported; repeat the settings`)
	check("tag", "name: !!str 5", `x.yaml:1:7: name: tags such as !!str are not supported; put a text in quotes`)
	check("unknown alias", "name: *x", `x.yaml:1:7: name: no anchor &x stands above`)
	check("anchor within itself", "other: &x [*x]", `x.yaml:1:12: other[0]: no anchor &x stands above`)
	check("syntax", "name: [a\n", `x.yaml:1:7: sequence end token ']' not found`)
	check("tab", "split:\n\ttest_size: 1\n", `x.yaml:2:1: found character '	' that cannot start any token`)
	check("byte order mark and CRLF", "\ufeffname: a\r\nalpha: -1\r\n", `x.yaml:2:8: alpha: -1 is less than 0`)
	check("too long", strings.Repeat("#\n", maxSize), `x.yaml: has 2097152 bytes, more than the 1048576 allowed`)
}

func TestAliasBomb(t *testing.T) {
	for _, form := range []string{"a%[1]d: &a%[1]d [*a%[2]d, *a%[2]d, *a%[2]d]\n", "- &a%[1]d [*a%[2]d, *a%[2]d, *a%[2]d]\n"} {
		var b strings.Builder
		b.WriteString(strings.Split(fmt.Sprintf(form, 0, 0), "[")[0] + "[x]\n")
		for i := 1; i < 30; i++ {
			fmt.Fprintf(&b, form, i, i-1)
		}
		var v any
		require.ErrorContains(t, Parse("x.yaml", []byte(b.String()), &v), "has more than 100000 values with its aliases put in")
	}
}

func TestExcerpt(t *testing.T) {
	s := defaults()
	err := Parse("x.yaml", []byte("name: a\nsplit: {test_size: é}\nalpha: 1\n"), &s)
	var e *Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, "x.yaml", e.File)
	assert.Equal(t, 2, e.Line)
	assert.Equal(t, 20, e.Column)
	assert.Equal(t, "split.test_size", e.Key)
	assert.Equal(t, `expected a number, got the text "é"`, e.Problem)
	want := "  1 | name: a\n" +
		"  2 | split: {test_size: é}\n" +
		"    |                    ^"
	assert.Equal(t, want, e.Excerpt)
}

func TestExcerptKeepsTabs(t *testing.T) {
	assert.Equal(t, "  1 | a\té: x\n    |  \t   ^", excerpt("a\té: x\nb", 1, 6))
	assert.Empty(t, excerpt("a", 2, 1))
	assert.Empty(t, excerpt("a", 0, 0))
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	s := defaults()
	require.NoError(t, Load(filepath.Join(dir, "none.yaml"), &s), "a missing file leaves the defaults")
	assert.Equal(t, defaults(), s)

	s.Alpha = math.Inf(-1)
	err := Load(filepath.Join(dir, "none.yaml"), &s)
	require.EqualError(t, err, filepath.Join(dir, "none.yaml")+": alpha: -Inf is less than 0", "defaults are validated too")

	missing := filepath.Join(dir, "no", "such.yaml")
	require.EqualError(t, Load(missing, &s), "configuration folder "+filepath.Dir(missing)+" does not exist")

	path := filepath.Join(dir, "s.yaml")
	require.NoError(t, os.WriteFile(path, []byte("alpha: 3\n"), 0o644))
	s = defaults()
	require.NoError(t, Load(path, &s))
	assert.Equal(t, 3.0, s.Alpha)
	require.Error(t, Load(dir, &s), "a folder is no file")
}

func TestCallersBugs(t *testing.T) {
	assert.PanicsWithValue(t, "config: the target is not a pointer", func() { _ = Decode(nil, settings{}) })
	type hidden struct{ E error }
	assert.Panics(t, func() { _ = Parse("x", []byte("e: 1"), &hidden{}) }, "an interface with methods")
	type keys struct{ M map[int]int }
	assert.Panics(t, func() { _ = Parse("x", []byte("m: {1: 2}"), &keys{}) }, "keys that are not strings")
	type channel struct{ C chan int }
	assert.Panics(t, func() { _ = Parse("x", []byte("c: 1"), &channel{}) }, "a type that has no text")
}

// FuzzParse holds that no bytes make Parse panic, that what it accepts has a
// canonical form, and that what it refuses is an *Error within the file.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"", "alpha: 1\nsplit: {keys: [a, b]}\n", "estimator: {lasso: {order: [1]}}\n", "a: &x [1]\nb: *x\n",
		"name: |\n  x\n y", "? a\n: b", "- a\n- - b\n", "{a: [", "%YAML 1.2\n---\na: 1\n...\n", "other: !!binary aGk=\n",
		"\ufeffname: \"\\u00e9\"\r\n", "<<: *a", "a: >-\n\n\tb", "*a : b", "&a a: b", "? [a]: b", "other: {? a, b: }",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s := defaults()
		err := Parse("x.yaml", data, &s)
		if err == nil {
			if _, err := Canonical(&s); err != nil {
				t.Fatal(err)
			}
			return
		}
		var e *Error
		if !errors.As(err, &e) || e.Problem == "" || e.File != "x.yaml" {
			t.Fatalf("not an *Error: %#v", err)
		}
	})
}
