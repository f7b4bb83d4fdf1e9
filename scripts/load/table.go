package main

import (
	"fmt"
	"strings"
	"time"
)

// table prints one figure a line as it comes, beside its floor.
type table struct{}

func (table) head() {
	fmt.Printf("%-36s %14s   %s\n%s\n", "", "here", "floor", strings.Repeat("-", 76))
}

func (table) row(name, value string) { fmt.Printf("%-36s %14s\n", name, value) }

func (t table) atMost(name, value string, met bool, floor string) {
	t.against(name, value, met, "at most "+floor)
}

func (t table) atLeast(name, value string, met bool, floor string) {
	t.against(name, value, met, "at least "+floor)
}

func (table) against(name, value string, met bool, floor string) {
	if !met {
		floor += "  MISSED"
	}
	fmt.Printf("%-36s %14s   %s\n", name, value, floor)
}

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.2f ms", float64(d.Microseconds())/1000)
}

// thousands prints a number with commas, one decimal if it is small.
func thousands(v float64) string {
	if v < 100 {
		return fmt.Sprintf("%.1f", v)
	}
	s := fmt.Sprintf("%.0f", v)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func megabytes(bytes int) string { return fmt.Sprintf("%.1f MB", float64(bytes)/(1<<20)) }
