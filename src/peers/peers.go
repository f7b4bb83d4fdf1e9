// Peers is the Go side of scripts/peers: it fits one model to one set of rows
// and prints what that took. Make does not build it with the programs of the
// pipeline, hence the name of this file.
//
//	peers < job.json > result.json
package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"time"

	"gonum.org/v1/gonum/mat"

	"example.com/engine/random"
	"example.com/engine/tree/boost"
	"example.com/engine/tree/forest"
)

// job is what to do. Files hold float64, little-endian, row by row.
type job struct {
	Model    string          // boosting or forest
	Settings json.RawMessage // those that differ from the defaults
	Columns  int

	Train, Target, Test string // files

	Batch int // rows to predict at once: the test rows over and over
}

// result is in seconds and bytes.
type result struct {
	Fit        float64   `json:"fit"`
	Memory     int64     `json:"memory"` // the most that the fit took beyond what was there; -1 if unknown
	One        float64   `json:"one"`    // to predict a row
	Batch      float64   `json:"batch"`
	Prediction []float64 `json:"prediction"` // of the test rows
}

type learner interface {
	Fit(ctx context.Context, x *mat.Dense, y, w []float64, rng *rand.Rand) error
	Predict(dst []float64, x *mat.Dense)
}

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer) error {
	var j job
	if err := json.NewDecoder(in).Decode(&j); err != nil {
		return fmt.Errorf("job: %w", err)
	}
	model, err := j.learner()
	if err != nil {
		return err
	}
	x, err := readMatrix(j.Train, j.Columns)
	if err != nil {
		return err
	}
	y, err := readNumbers(j.Target)
	if err != nil {
		return err
	}
	test, err := readMatrix(j.Test, j.Columns)
	if err != nil {
		return err
	}
	var r result
	before := startMemory()
	start := time.Now()
	if err := model.Fit(context.Background(), x, y, nil, random.New(42, "peers")); err != nil {
		return err
	}
	r.Fit = time.Since(start).Seconds()
	r.Memory = memorySince(before)
	j.predict(model, test, &r)
	return json.NewEncoder(out).Encode(r)
}

// learner returns the model with its settings.
func (j *job) learner() (learner, error) {
	models := map[string]func() learner{
		"boosting": func() learner { return boost.NewRegressor() },
		"forest":   func() learner { return forest.NewRegressor() },
	}
	if models[j.Model] == nil {
		return nil, fmt.Errorf("no model %q", j.Model)
	}
	model := models[j.Model]()
	return model, json.Unmarshal(j.Settings, model)
}

// predict times predictions of the test rows one by one and of a batch, each
// once without and then with the clock.
func (j *job) predict(model learner, test *mat.Dense, r *result) {
	n, p := test.Dims()
	r.Prediction = make([]float64, n)
	model.Predict(r.Prediction, test)
	rows := make([]*mat.Dense, min(n, 1000))
	for i := range rows {
		rows[i] = mat.NewDense(1, p, test.RawRowView(i))
	}
	one := make([]float64, 1)
	start := time.Now()
	for _, row := range rows {
		model.Predict(one, row)
	}
	r.One = time.Since(start).Seconds() / float64(len(rows))

	batch := mat.NewDense(j.Batch, p, nil)
	for i := range j.Batch {
		copy(batch.RawRowView(i), test.RawRowView(i%n))
	}
	dst := make([]float64, j.Batch)
	start = time.Now()
	model.Predict(dst, batch)
	r.Batch = time.Since(start).Seconds()
}

func readMatrix(path string, columns int) (*mat.Dense, error) {
	v, err := readNumbers(path)
	if err != nil {
		return nil, err
	}
	if len(v) == 0 || len(v)%columns != 0 {
		return nil, fmt.Errorf("%s: %d numbers are no rows of %d", path, len(v), columns)
	}
	return mat.NewDense(len(v)/columns, columns, v), nil
}

func readNumbers(path string) ([]float64, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	v := make([]float64, 0, len(data)/8)
	for word := range slices.Chunk(data, 8) {
		v = append(v, math.Float64frombits(binary.LittleEndian.Uint64(word)))
	}
	return v, nil
}

// startMemory gives back what is free, resets the kernel's high-water mark,
// and returns the bytes in use; -1 where there is no /proc.
func startMemory() int64 {
	debug.FreeOSMemory()
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		return -1
	}
	return status("VmRSS:")
}

// memorySince returns how far the high-water mark is above what was in use.
func memorySince(before int64) int64 {
	if most := status("VmHWM:"); before >= 0 && most >= 0 {
		return most - before
	}
	return -1
}

// status returns a line of /proc/self/status in bytes, or -1.
func status(name string) int64 {
	data, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return -1
	}
	for line := range bytes.Lines(data) {
		f := bytes.Fields(line)
		if len(f) == 3 && string(f[0]) == name {
			kilobytes, err := strconv.ParseInt(string(f[1]), 10, 64)
			if err != nil {
				return -1
			}
			return kilobytes << 10
		}
	}
	return -1
}
