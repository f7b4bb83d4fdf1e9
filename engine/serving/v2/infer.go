package v2

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"example.com/engine/serving"
	"example.com/engine/serving/wire"
)

// infer answers a request of tensors.
func (p protocol) infer(c *gin.Context) {
	var q inference
	p.s.Answer(c, serving.Request{
		Types: []string{"application/json", "application/octet-stream", ""}, // Triton's clients send none
		Divide: func(data []byte) (text []byte, p *wire.Problem) {
			text, q.blobs, p = behindJSON(c, data)
			return text, p
		},
		Decode: func(c *serving.Champion, d *wire.Decoder) error { q.known = p.outputs.Of(c); return q.read(d) },
		Write:  func(w *serving.Writer) { q.write(w, p.s.Name()) },
	})
}

// inference is a request and what its answer repeats of it.
type inference struct {
	*wire.Decoder
	id      []byte   // as JSON, or nil
	known   []tensor // outputs that the model has
	outputs []string // that are wanted; none are all
	at      []int    // of each input, its place in the request
	blobs   []byte   // what follows the JSON
}

func (q *inference) read(d *wire.Decoder) error {
	q.Decoder = d
	found, err := d.Envelope("id", "parameters", "inputs", "outputs")
	if err != nil || d.Any() {
		return err
	}
	if !d.Require(found, wire.At(""), "inputs") {
		return nil
	}
	q.at = make([]int, len(d.In.Columns))
	d.Locate = func(row, column int) string {
		if column < 0 {
			return "#/inputs"
		}
		return wire.Item("inputs", q.at[column]).Of("data", row)
	}
	if from, ok := found["id"]; ok {
		err = d.Inside(from, q.readID)
	}
	if from, ok := found["outputs"]; ok && err == nil {
		err = d.Inside(from, q.readOutputs)
	}
	if err != nil {
		return err
	}
	return d.Inside(found["inputs"], q.readInputs)
}

func (q *inference) readID() error {
	if q.Peek() != '"' {
		return q.NotA("a text", wire.At("id"))
	}
	value, err := q.Skip(1)
	q.id = slices.Clone(value)
	return err
}

// readOutputs notes which outputs are wanted.
func (q *inference) readOutputs() error {
	if q.Peek() != '[' {
		return q.NotA("a list of outputs", wire.At("outputs"))
	}
	var known []string
	for _, o := range q.known {
		known = append(known, o.Name)
	}
	return q.Array(func(k int) error {
		found, err := q.Members(wire.Item("outputs", k).Path(), "name", "parameters")
		if err != nil {
			return err
		}
		name, err := q.member(found, wire.Item("outputs", k), "name")
		if !slices.Contains(known, name) {
			q.Add(wire.Fault{Pointer: wire.Item("outputs", k).Of("name"), Detail: "is not an output", Value: wire.EchoText([]byte(name)), Allowed: strings.Join(known, ", ")})
		}
		q.outputs = append(q.outputs, name)
		return err
	})
}

// member reads a text that must be there.
func (q *inference) member(found map[string]int, at wire.Place, name string) (s string, err error) {
	if !q.Require(found, at, name) {
		return "", nil
	}
	err = q.Inside(found[name], func() error {
		if q.Peek() != '"' {
			value, err := q.Skip(2)
			q.Add(wire.Fault{Pointer: at.Of(name), Detail: "is not a text", Value: wire.Echo(value)})
			return err
		}
		text, err := q.Text()
		s = string(text)
		return err
	})
	return s, err
}

func (q *inference) readInputs() error {
	if q.Peek() != '[' {
		return q.NotA("a list of tensors", wire.At("inputs"))
	}
	first := true
	err := q.Array(func(k int) error {
		read, err := q.readInput(wire.Item("inputs", k), first)
		first = first && !read
		return err
	})
	if err == nil {
		q.MissingColumns("inputs")
	}
	return err
}

// readInput reads a tensor, and tells whether it is a column.
func (q *inference) readInput(at wire.Place, first bool) (read bool, err error) {
	found, err := q.Members(at.Path(), "name", "shape", "datatype", "parameters", "data")
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
	i := q.In.Find([]byte(name), at.Index)
	switch {
	case i < 0:
		q.Add(wire.Fault{Pointer: at.Of("name"), Detail: q.In.Unknown(name), Value: wire.EchoText([]byte(name)), Allowed: q.In.Names()})
		return false, nil
	case q.Seen[i] > 0:
		q.Add(wire.Fault{Pointer: at.Of("name"), Detail: "comes twice", Value: wire.EchoText([]byte(name))})
		return false, nil
	}
	q.at[i], q.Seen[i] = at.Index, 1
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
	var value []byte
	if err := q.Inside(from, func() (err error) { value, err = q.Skip(2); return err }); err != nil {
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
func (q *inference) readData(i int, found map[string]int, at wire.Place, blob []byte, first bool) (read bool, err error) {
	datatype, err := q.member(found, at, "datatype")
	if err != nil {
		return false, err
	}
	if allowed := Datatypes(&q.In.Columns[i]); !slices.Contains(allowed, datatype) {
		q.Add(wire.Fault{Pointer: at.Of("datatype"), Detail: "is not a type for this column", Value: wire.EchoText([]byte(datatype)), Allowed: strings.Join(allowed, ", ")})
		return false, nil
	}
	switch {
	case blob != nil:
		return true, q.readBlob(i, at, datatype, blob, first)
	case !q.Require(found, at, "data"):
		return false, nil
	}
	return true, q.Inside(found["data"], func() error { return q.Column(i, at.Of("data"), first) })
}

// readShape compares a shape with the rows that were read.
func (q *inference) readShape(found map[string]int, at wire.Place) error {
	if !q.Require(found, at, "shape") {
		return nil
	}
	return q.Inside(found["shape"], func() error {
		value, err := q.Skip(2)
		n := strconv.Itoa(q.Rows)
		if got := compact(value); got != "["+n+"]" && got != "["+n+",1]" {
			q.Add(wire.Fault{Pointer: at.Of("shape"), Detail: "is not the shape of the data", Value: wire.Echo(value), Allowed: fmt.Sprintf("[%s] or [%s, 1]", n, n)})
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
func (q *inference) write(w *serving.Writer, name string) {
	w.Buf = append(wire.AppendJSON(append(w.Buf, `{"model_name":`...), name), `,"model_version":`...)
	w.Buf = wire.AppendJSON(w.Buf, w.Champion.Model.Version())
	if q.id != nil {
		w.Buf = append(append(w.Buf, `,"id":`...), q.id...)
	}
	w.Buf = append(w.Buf, `,"outputs":[`...)
	first := true
	for _, o := range q.known {
		if !q.wants(o.Name) {
			continue
		}
		if !first {
			w.Buf = append(w.Buf, ',')
		}
		first = false
		o.Shape = slices.Clone(o.Shape)
		o.Shape[0] = w.Frame.Rows
		w.Buf = wire.AppendJSON(w.Buf, o)
		w.Buf = append(w.Buf[:len(w.Buf)-1], `,"data":`...) // in place of the closing brace
		values(w, o.Name)
		w.Buf = append(w.Buf, '}')
	}
	w.Buf = append(w.Buf, "]}\n"...)
}

// values writes those of an output as a flat list.
func values(w *serving.Writer, output string) {
	switch output {
	case "probabilities":
		w.Numbers(w.Proba.RawMatrix().Data)
	case "lower":
		w.Numbers(w.Lower)
	case "upper":
		w.Numbers(w.Upper)
	default:
		w.Predictions()
	}
}
