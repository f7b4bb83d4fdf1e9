package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"
)

// infer answers a request of tensors.
func (s *server) infer(c *gin.Context) {
	var q inference
	s.answer(c, request{
		types:  []string{"application/json", "application/octet-stream", ""}, // Triton's clients send none
		divide: func(data []byte) (text []byte, p *problem) { text, q.blobs, p = behindJSON(c, data); return text, p },
		decode: q.read,
		write:  func(w *answerWriter) { q.write(w, s.settings.Name) },
	})
}

// inference is a request and what its answer repeats of it.
type inference struct {
	*decoder
	id      []byte   // as JSON, or nil
	outputs []string // that are wanted; none are all
	at      []int    // of each input, its place in the request
	blobs   []byte   // what follows the JSON
}

func (q *inference) read(d *decoder) error {
	q.decoder = d
	found, err := d.members("", "id", "parameters", "inputs", "outputs")
	if err == nil {
		err = d.end()
	}
	if err != nil || d.any() {
		return err
	}
	if _, ok := found["inputs"]; !ok {
		d.add(fault{Pointer: "#/inputs", Detail: "is missing"})
		return nil
	}
	q.at = make([]int, len(d.in.columns))
	d.locate = func(row, column int) string {
		if column < 0 {
			return "#/inputs"
		}
		return place{"inputs", q.at[column]}.of("data", row)
	}
	if from, ok := found["id"]; ok {
		err = d.inside(from, q.readID)
	}
	if from, ok := found["outputs"]; ok && err == nil {
		err = d.inside(from, q.readOutputs)
	}
	if err != nil {
		return err
	}
	return d.inside(found["inputs"], q.readInputs)
}

func (q *inference) readID() error {
	if q.peek() != '"' {
		return q.notA("a text", place{"id", -1})
	}
	value, err := q.skip(1)
	q.id = slices.Clone(value)
	return err
}

// readOutputs notes which outputs are wanted.
func (q *inference) readOutputs() error {
	if q.peek() != '[' {
		return q.notA("a list of outputs", place{"outputs", -1})
	}
	var known []string
	for _, o := range q.in.outputs {
		known = append(known, o.Name)
	}
	return q.array(func(k int) error {
		found, err := q.members(place{"outputs", k}.path(), "name", "parameters")
		if err != nil {
			return err
		}
		name, err := q.member(found, place{"outputs", k}, "name")
		if !slices.Contains(known, name) {
			q.add(fault{Pointer: place{"outputs", k}.of("name"), Detail: "is not an output", Value: echoText([]byte(name)), Allowed: strings.Join(known, ", ")})
		}
		q.outputs = append(q.outputs, name)
		return err
	})
}

// member reads a text that must be there.
func (q *inference) member(found map[string]int, at place, name string) (s string, err error) {
	from, ok := found[name]
	if !ok {
		q.add(fault{Pointer: at.of(name), Detail: "is missing"})
		return "", nil
	}
	err = q.inside(from, func() error {
		if q.peek() != '"' {
			value, err := q.skip(2)
			q.add(fault{Pointer: at.of(name), Detail: "is not a text", Value: echo(value)})
			return err
		}
		text, err := q.text()
		s = string(text)
		return err
	})
	return s, err
}

func (q *inference) readInputs() error {
	if q.peek() != '[' {
		return q.notA("a list of tensors", place{"inputs", -1})
	}
	first := true
	err := q.array(func(k int) error {
		read, err := q.readInput(place{"inputs", k}, first)
		first = first && !read
		return err
	})
	if err == nil {
		q.missingColumns("inputs")
	}
	return err
}

// readInput reads a tensor, and tells whether it is a column.
func (q *inference) readInput(at place, first bool) (read bool, err error) {
	found, err := q.members(at.path(), "name", "shape", "datatype", "parameters", "data")
	if err != nil {
		return false, err
	}
	var blob []byte
	whole := true
	if size, ok := q.blobSize(found); ok { // taken also if the tensor is refused, so that the next gets its own
		blob, whole = q.takeBlob(size, at)
	}
	name, err := q.member(found, at, "name")
	if err != nil {
		return false, err
	}
	i := q.in.find([]byte(name), at.index)
	switch {
	case i < 0:
		q.add(fault{Pointer: at.of("name"), Detail: q.in.unknown(name), Value: echoText([]byte(name)), Allowed: q.in.names()})
		return false, nil
	case q.seen[i] > 0:
		q.add(fault{Pointer: at.of("name"), Detail: "comes twice", Value: echoText([]byte(name))})
		return false, nil
	}
	q.at[i], q.seen[i] = at.index, 1
	if !whole {
		return false, nil
	}
	if read, err = q.readData(i, found, at, blob, first); !read || err != nil {
		return read, err
	}
	return true, q.readShape(found, at)
}

// blobSize is the size of a tensor that stands behind the JSON.
func (q *inference) blobSize(found map[string]int) (size int, ok bool) {
	from, ok := found["parameters"]
	if !ok || found["data"] > 0 {
		return 0, false
	}
	value, err := (&scanner{data: q.data, at: from}).skip(2)
	if err != nil {
		return 0, false
	}
	var p struct {
		Size *int `json:"binary_data_size"`
	}
	if err := json.Unmarshal(value, &p); err != nil || p.Size == nil || *p.Size < 0 {
		return 0, false
	}
	return *p.Size, true
}

// readData reads the values of a tensor.
func (q *inference) readData(i int, found map[string]int, at place, blob []byte, first bool) (read bool, err error) {
	datatype, err := q.member(found, at, "datatype")
	if err != nil {
		return false, err
	}
	if allowed := datatypes(&q.in.columns[i]); !slices.Contains(allowed, datatype) {
		q.add(fault{Pointer: at.of("datatype"), Detail: "is not a type for this column", Value: echoText([]byte(datatype)), Allowed: strings.Join(allowed, ", ")})
		return false, nil
	}
	from, ok := found["data"]
	switch {
	case blob != nil:
		return true, q.readBlob(i, at, datatype, blob, first)
	case !ok:
		q.add(fault{Pointer: at.of("data"), Detail: "is missing"})
		return false, nil
	}
	return true, q.inside(from, func() error { return q.column(i, at.of("data"), first) })
}

// readShape compares a shape with the rows that were read.
func (q *inference) readShape(found map[string]int, at place) error {
	from, ok := found["shape"]
	if !ok {
		q.add(fault{Pointer: at.of("shape"), Detail: "is missing"})
		return nil
	}
	return q.inside(from, func() error {
		value, err := q.skip(2)
		n := strconv.Itoa(q.rows)
		if got := compact(value); got != "["+n+"]" && got != "["+n+",1]" {
			q.add(fault{Pointer: at.of("shape"), Detail: "is not the shape of the data", Value: echo(value), Allowed: fmt.Sprintf("[%s] or [%s, 1]", n, n)})
		}
		return err
	})
}

// compact is JSON without white space.
func compact(value []byte) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\r\n", r) {
			return -1
		}
		return r
	}, string(value))
}

func (q *inference) wants(output string) bool {
	return len(q.outputs) == 0 || slices.Contains(q.outputs, output)
}

// write answers with the outputs that are wanted.
func (q *inference) write(w *answerWriter, name string) {
	w.buf = append(appendJSON(append(w.buf, `{"model_name":`...), name), `,"model_version":`...)
	w.buf = appendJSON(w.buf, w.champion.model.Version())
	if q.id != nil {
		w.buf = append(append(w.buf, `,"id":`...), q.id...)
	}
	w.buf = append(w.buf, `,"outputs":[`...)
	first := true
	for _, o := range w.champion.inputs.outputs {
		if !q.wants(o.Name) {
			continue
		}
		if !first {
			w.buf = append(w.buf, ',')
		}
		first = false
		o.Shape = slices.Clone(o.Shape)
		o.Shape[0] = w.frame.rows
		w.buf = appendJSON(w.buf, o)
		w.buf = append(w.buf[:len(w.buf)-1], `,"data":`...) // in place of the closing brace
		w.output(o.Name)
		w.buf = append(w.buf, '}')
	}
	w.buf = append(w.buf, "]}\n"...)
}

// output writes the values of an output as a flat list.
func (w *answerWriter) output(name string) {
	switch name {
	case "probabilities":
		w.numbers(w.Proba.RawMatrix().Data)
	case "lower":
		w.numbers(w.Lower)
	case "upper":
		w.numbers(w.Upper)
	default:
		w.values()
	}
}

func (w *answerWriter) numbers(list []float64) {
	w.buf = append(w.buf, '[')
	for i, v := range list {
		if i > 0 {
			w.buf = append(w.buf, ',')
		}
		w.buf = appendBound(w.buf, v)
	}
	w.buf = append(w.buf, ']')
}
