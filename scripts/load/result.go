package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// result is how long answers took, by status.
type result struct {
	took  time.Duration // the whole measurement
	cpu   time.Duration // that the server took for it
	times map[int][]time.Duration
}

func (r *result) add(status int, d time.Duration) {
	if r.times == nil {
		r.times = map[int][]time.Duration{}
	}
	r.times[status] = append(r.times[status], d)
}

func (r *result) join(o *result) {
	for status, times := range o.times {
		for _, d := range times {
			r.add(status, d)
		}
	}
}

// rate is the number of requests that were answered with 200, a second.
func (r *result) rate() float64 { return float64(len(r.times[200])) / r.took.Seconds() }

// print tells of each status how many there were and how long they took, and
// what a request took of the server's cores, which does not depend on what
// else the machine does.
func (r *result) print(name string) {
	n := 0
	var statuses []int
	for status, times := range r.times {
		statuses = append(statuses, status)
		slices.Sort(times)
		n += len(times)
	}
	slices.Sort(statuses)
	for _, status := range statuses {
		times := r.times[status]
		fmt.Printf("%-34s %d %10s/s  p50 %s  p90 %s  p99 %s  max %s  cpu %s\n", name, status, thousands(float64(len(times))/r.took.Seconds()),
			quantile(times, 0.5), quantile(times, 0.9), quantile(times, 0.99), quantile(times, 1), milliseconds(r.cpu/time.Duration(n)))
		name = ""
	}
}

// quantile is that of sorted times.
func quantile(sorted []time.Duration, q float64) string {
	return milliseconds(sorted[min(int(q*float64(len(sorted))), len(sorted)-1)])
}

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%8.3f ms", float64(d.Microseconds())/1000)
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
	return strings.TrimSpace(s)
}

func megabytes(bytes int) string { return fmt.Sprintf("%.1f MB", float64(bytes)/(1<<20)) }
