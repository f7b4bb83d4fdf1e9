package metrics

import (
	"encoding/json"
	"fmt"
	"math"
)

// Interval is a metric with its uncertainty.
type Interval struct {
	Estimate  float64
	Low, High float64 // NaN if there is no interval
	StdErr    float64 // standard deviation of the resamples
	// Undefined counts resamples in which the metric was NaN, as the ROC AUC
	// where one class was not drawn. They are left out.
	Undefined int
	Units     int    // that were resampled
	Kind      string // of the units: rows, groups or blocks of time
	None      string // why there is no interval, or ""
}

// Defined tells whether the metric is finite; JSON can't hold others.
func (i Interval) Defined() bool { return finite(i.Estimate) }

// Bounded tells whether there is an interval.
func (i Interval) Bounded() bool { return finite(i.Low) && finite(i.High) }

// Resampling says what was resampled: "resampling 40 groups".
func (i Interval) Resampling() string { return fmt.Sprintf("resampling %d %s", i.Units, i.Kind) }

// cut leaves of the interval what the metric can be; NaN stays.
func (i *Interval) cut(low, high float64) { i.Low, i.High = max(i.Low, low), min(i.High, high) }

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// fields is the JSON of an interval and of a difference, in which null is what is not
// a number.
type fields struct {
	Estimate  *float64 `json:"estimate"`
	Low       *float64 `json:"low"`
	High      *float64 `json:"high"`
	StdErr    *float64 `json:"std_err"`
	Undefined int      `json:"undefined,omitempty"`
	Units     int      `json:"units"`
	Kind      string   `json:"kind"`
	None      string   `json:"none,omitempty"`
	Worse     *float64 `json:"worse,omitempty"`
}

func (i Interval) fields() fields {
	return fields{number(i.Estimate), number(i.Low), number(i.High), number(i.StdErr), i.Undefined, i.Units, i.Kind, i.None, nil}
}

// MarshalJSON writes null for what there is not.
func (i Interval) MarshalJSON() ([]byte, error) { return json.Marshal(i.fields()) }

// UnmarshalJSON reads null as NaN.
func (i *Interval) UnmarshalJSON(data []byte) error {
	f, err := read(data)
	*i = f.interval()
	return err
}

// MarshalJSON writes null for what there is not.
func (d Difference) MarshalJSON() ([]byte, error) {
	f := d.fields()
	f.Worse = number(d.Worse)
	return json.Marshal(f)
}

// UnmarshalJSON reads null as NaN.
func (d *Difference) UnmarshalJSON(data []byte) error {
	f, err := read(data)
	*d = Difference{f.interval(), orNaN(f.Worse)}
	return err
}

func read(data []byte) (f fields, err error) { return f, json.Unmarshal(data, &f) }

func (f fields) interval() Interval {
	return Interval{orNaN(f.Estimate), orNaN(f.Low), orNaN(f.High), orNaN(f.StdErr), f.Undefined, f.Units, f.Kind, f.None}
}

// number is nil for what JSON can't hold.
func number(v float64) *float64 {
	if !finite(v) {
		return nil
	}
	return &v
}

func orNaN(v *float64) float64 {
	if v == nil {
		return math.NaN()
	}
	return *v
}
