//go:build !linux

package main

import "time"

// quick is closed, or open at a rate above 0, where there is nothing quicker.
func quick(s *process, request []byte, connections int, rate float64, d time.Duration) (*result, error) {
	if rate > 0 {
		return open(s, request, connections, rate, d)
	}
	return closed(s, request, connections, d)
}
