// Package must shortens tests: what cannot be had ends them.
package must

import "testing"

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
