package main

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// result is how long answers took, by status; 0 is of requests that got none.
type result struct {
	took  time.Duration // the whole measurement
	late  time.Duration // that the last answer came after its end
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
		r.times[status] = append(r.times[status], times...)
	}
}

// sound is an error unless all requests were answered with 200.
func (r *result) sound() error {
	for _, status := range r.statuses() {
		if status != 200 {
			return fmt.Errorf("%d of %d answers have status %d", len(r.times[status]), r.count(), status)
		}
	}
	if r.count() == 0 {
		return fmt.Errorf("no answer in %v", r.took)
	}
	return nil
}

func (r *result) statuses() []int { return slices.Sorted(maps.Keys(r.times)) }

// count is the number of requests.
func (r *result) count() int {
	n := 0
	for _, times := range r.times {
		n += len(times)
	}
	return n
}

// rate is the number of requests that were answered with 200, a second.
func (r *result) rate() float64 { return float64(len(r.times[200])) / r.took.Seconds() }

// cpuEach is what a request took of the server's cores, which does not depend
// on what else the machine does.
func (r *result) cpuEach() time.Duration { return r.cpu / time.Duration(r.count()) }

// quantile is that of the times of a status, of which there is at least one.
func (r *result) quantile(status int, q float64) time.Duration {
	times := r.times[status]
	if len(times) == 0 {
		return 0
	}
	slices.Sort(times)
	return times[min(int(q*float64(len(times))), len(times)-1)]
}
