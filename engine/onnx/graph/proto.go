package graph

import (
	"encoding/binary"
	"fmt"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// The messages of onnx.proto, as far as this package uses them. Each is written
// in the order of its field numbers and lists as the schema has them, not
// packed, so that the bytes are those of ONNX's own Python package.

// Types of elements, of TensorProto.DataType.
const (
	UInt8s  = 2
	Int32s  = 6
	Int64s  = 7
	Texts   = 8
	Bools   = 9
	Doubles = 11
)

// Model is a file: a graph with what is said of it.
type Model struct {
	IRVersion                 int64
	Producer, ProducerVersion string
	Version                   int64
	Doc                       string
	Graph                     *Graph
	Opsets                    []Opset
	Metadata                  []Property
}

// Opset is the version of the operators of a domain, "" being ONNX's own.
type Opset struct {
	Domain  string
	Version int64
}

// Property is a fact about a model.
type Property struct{ Key, Value string }

type node struct {
	inputs, outputs    []string
	name, kind, domain string
	attributes         []Attribute
}

// Attribute is a setting of a node: an int64, a string, a []int64, a []string, a
// Tensor or a *Graph.
type Attribute struct {
	name  string
	value any
}

// Tensor is a constant. Its values are little-endian bytes, or texts.
type Tensor struct {
	Dims []int64 // nil for a single value
	Kind int64
	Raw  []byte

	name  string
	texts []string
}

// ValueInfo is an input or an output; a dimension that is a name is free.
type ValueInfo struct {
	Name string
	Kind int64
	Dims []any // int64 or string
	Doc  string
}

// message is the bytes of a protobuf message.
type message []byte

func (m *message) int(field protowire.Number, v int64) {
	*m = protowire.AppendTag(*m, field, protowire.VarintType)
	*m = protowire.AppendVarint(*m, uint64(v))
}

func (m *message) bytes(field protowire.Number, v []byte) {
	*m = protowire.AppendTag(*m, field, protowire.BytesType)
	*m = protowire.AppendBytes(*m, v)
}

func (m *message) text(field protowire.Number, v string) { m.bytes(field, []byte(v)) }

// maybe is text, left out if it is empty.
func (m *message) maybe(field protowire.Number, v string) {
	if v != "" {
		m.text(field, v)
	}
}

// Encode returns the bytes of the file.
func (p *Model) Encode() []byte {
	var m message
	m.int(1, p.IRVersion)
	m.maybe(2, p.Producer)
	m.maybe(3, p.ProducerVersion)
	if p.Version != 0 {
		m.int(5, p.Version)
	}
	m.maybe(6, p.Doc)
	m.bytes(7, p.Graph.encode())
	for _, o := range p.Opsets {
		var set message
		set.text(1, o.Domain)
		set.int(2, o.Version)
		m.bytes(8, set)
	}
	for _, e := range p.Metadata {
		var entry message
		entry.text(1, e.Key)
		entry.text(2, e.Value)
		m.bytes(14, entry)
	}
	return m
}

func (g *Graph) encode() []byte {
	var m message
	for _, n := range g.nodes {
		m.bytes(1, n.encode())
	}
	m.maybe(2, g.name)
	for _, t := range g.constants {
		m.bytes(5, t.encode())
	}
	m.maybe(10, g.doc)
	for _, v := range g.Inputs {
		m.bytes(11, v.encode())
	}
	for _, v := range g.Outputs {
		m.bytes(12, v.encode())
	}
	return m
}

func (n *node) encode() []byte {
	var m message
	for _, name := range n.inputs {
		m.text(1, name)
	}
	for _, name := range n.outputs {
		m.text(2, name)
	}
	m.maybe(3, n.name)
	m.text(4, n.kind)
	for _, a := range n.attributes {
		m.bytes(5, a.encode())
	}
	m.maybe(7, n.domain)
	return m
}

func (a *Attribute) encode() []byte {
	var m message
	m.text(1, a.name)
	kind := int64(0)
	switch v := a.value.(type) {
	case int64:
		m.int(3, v)
		kind = 2
	case string:
		m.text(4, v)
		kind = 3
	case Tensor:
		m.bytes(5, v.encode())
		kind = 4
	case *Graph:
		m.bytes(6, v.encode())
		kind = 5
	case []int64:
		for _, i := range v {
			m.int(8, i)
		}
		kind = 7
	case []string:
		for _, s := range v {
			m.text(9, s)
		}
		kind = 8
	default:
		panic(fmt.Sprintf("onnx: Attribute %s is a %T", a.name, v))
	}
	m.int(20, kind)
	return m
}

func (t *Tensor) encode() []byte {
	var m message
	for _, d := range t.Dims {
		m.int(1, d)
	}
	m.int(2, t.Kind)
	for _, s := range t.texts {
		m.text(6, s)
	}
	m.maybe(8, t.name)
	if t.Kind != Texts {
		m.bytes(9, t.Raw)
	}
	return m
}

func (v *ValueInfo) encode() []byte {
	var shape, array, kind, m message
	for _, d := range v.Dims {
		var dim message
		switch d := d.(type) {
		case string:
			dim.text(2, d)
		case int64:
			dim.int(1, d)
		}
		shape.bytes(1, dim)
	}
	array.int(1, v.Kind)
	array.bytes(2, shape)
	kind.bytes(1, array)
	m.text(1, v.Name)
	m.bytes(2, kind)
	m.maybe(3, v.Doc)
	return m
}

// DoubleTensor has the shape dims; nil is a scalar.
func DoubleTensor(dims []int64, v ...float64) Tensor {
	t := Tensor{Dims: dims, Kind: Doubles}
	for _, x := range v {
		t.Raw = binary.LittleEndian.AppendUint64(t.Raw, math.Float64bits(x))
	}
	return t
}

// IntTensor has the shape dims; nil is a scalar.
func IntTensor(dims []int64, v ...int64) Tensor {
	t := Tensor{Dims: dims, Kind: Int64s}
	for _, x := range v {
		t.Raw = binary.LittleEndian.AppendUint64(t.Raw, uint64(x))
	}
	return t
}

// TextTensor has the shape dims; nil is a scalar.
func TextTensor(dims []int64, v ...string) Tensor {
	return Tensor{Dims: dims, Kind: Texts, texts: v}
}
