package config

import (
	"errors"
	"testing"
)

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
