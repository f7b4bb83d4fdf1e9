package stage

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"time"
)

// Host is when, where and at what cost a stage last ran.
type Host struct {
	Started    time.Time `json:"started"`
	Seconds    float64   `json:"seconds"`
	PeakBytes  int64     `json:"peak_bytes"` // resident memory; 0 where the system does not tell
	Go         string    `json:"go"`
	System     string    `json:"system"`
	CPUs       int       `json:"cpus"`
	GOMAXPROCS int       `json:"gomaxprocs"`
}

func writeHost(path, stage string, started time.Time) error {
	data, err := indented(Host{
		Started:    started.UTC().Truncate(time.Millisecond),
		Seconds:    time.Since(started).Round(time.Millisecond).Seconds(),
		PeakBytes:  peakBytes(),
		Go:         runtime.Version(),
		System:     runtime.GOOS + "/" + runtime.GOARCH,
		CPUs:       runtime.NumCPU(),
		GOMAXPROCS: runtime.GOMAXPROCS(0),
	})
	if err != nil {
		return err
	}
	return WriteAtomic(path, stage, data)
}

func readHost(path string) *Host {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	h := &Host{}
	if json.Unmarshal(data, h) != nil {
		return nil
	}
	return h
}

// printTiming is what the flag -timing asks for.
func (s *Stage) printTiming() error {
	r, err := ReadRecord(s.work, s.Name)
	if err != nil {
		return err
	}
	if r == nil || r.Host == nil {
		fmt.Fprintf(s.stdout, "%-10s never ran here\n", s.Name)
		return nil
	}
	h := r.Host
	fmt.Fprintf(s.stdout, "%-10s %8.3f s %6d MB   %s   %s, %d of %d cores\n", s.Name, h.Seconds, h.PeakBytes>>20,
		h.Started.Local().Format(time.DateTime), h.Go, h.GOMAXPROCS, h.CPUs)
	return nil
}
