// Package must shortens tests: what cannot be had ends them.
package must

import (
	"encoding/json"
	"testing"
)

// Get returns, given the test, the value of a call; it ends the test if there is an error:
//
//	data := must.Get(os.ReadFile(path))(t)
func Get[T any](value T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

// Err returns the error of a call, whatever its value.
func Err[T any](_ T, err error) error { return err }

// JSON decodes data, which is text or bytes; it ends the test if that is no T.
func JSON[T any, D ~string | ~[]byte](t testing.TB, data D) (v T) {
	t.Helper()
	if err := json.Unmarshal([]byte(data), &v); err != nil {
		t.Fatalf("%v: %s", err, data)
	}
	return v
}
