// Package claimtest holds what the project claims of its numbers to what a simulation in the tests came to. A test of a
// claim is named TestClaim…, and docs/claims.md names it; `make claims` runs them all and prints their figures.
package claimtest

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
)

// Full tells whether simulations run in full, as by `FULL=1 make claims`, rather than in seconds.
func Full() bool { return os.Getenv("FULL") != "" }

// Runs is how often to simulate: quick by default, full with FULL=1.
func Runs(quick, full int) int {
	if Full() {
		return full
	}
	return quick
}

// Within fails the test unless low ≤ figure ≤ high, and notes the figure for the table of `make claims`, a file that
// CLAIMS names. The claim is a short phrase: "coverage of 95 % intervals, 40 groups"; figures of shares are shares.
func Within(t testing.TB, claim string, figure, low, high float64, runs int) {
	t.Helper()
	line := fmt.Sprintf("%s\t%.4g\t%.4g to %.4g\t%d\t%s\n", claim, figure, low, high, runs, strings.SplitN(t.Name(), "/", 2)[0])
	t.Log(line)
	if !(figure >= low && figure <= high) { // NaN too
		t.Errorf("%s: %.4g is not within %.4g and %.4g (%d runs)", claim, figure, low, high, runs)
	}
	path := os.Getenv("CLAIMS")
	if path == "" {
		return
	}
	// One write of one line, appended: tests of other packages write at the same time.
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err == nil {
		_, err = f.WriteString(line)
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		t.Errorf("CLAIMS: %v", err)
	}
}
