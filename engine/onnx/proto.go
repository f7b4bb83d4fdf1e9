package onnx

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
	uint8s  = 2
	int32s  = 6
	int64s  = 7
	texts   = 8
	bools   = 9
	doubles = 11
)

type modelProto struct {
	irVersion                 int64
	producer, producerVersion string
	version                   int64
	doc                       string
	graph                     *graph
	opsets                    []opset
	metadata                  []property
}

type opset struct {
	domain  string
	version int64
}

type property struct{ key, value string }

type node struct {
	inputs, outputs    []string
	name, kind, domain string
	attributes         []attribute
}

// attribute holds an int64, a string, a []int64, a []string, a tensor or a
// *graph.
type attribute struct {
	name  string
	value any
}

// tensor has its values as little-endian bytes, or as texts.
type tensor struct {
	name  string
	dims  []int64
	kind  int64
	raw   []byte
	texts []string
}

// valueInfo is an input or an output; a dimension that is a name is free.
type valueInfo struct {
	name string
	kind int64
	dims []any // int64 or string
	doc  string
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

func (p *modelProto) encode() []byte {
	var m message
	m.int(1, p.irVersion)
	m.maybe(2, p.producer)
	m.maybe(3, p.producerVersion)
	if p.version != 0 {
		m.int(5, p.version)
	}
	m.maybe(6, p.doc)
	m.bytes(7, p.graph.encode())
	for _, o := range p.opsets {
		var set message
		set.text(1, o.domain)
		set.int(2, o.version)
		m.bytes(8, set)
	}
	for _, e := range p.metadata {
		var entry message
		entry.text(1, e.key)
		entry.text(2, e.value)
		m.bytes(14, entry)
	}
	return m
}

func (g *graph) encode() []byte {
	var m message
	for _, n := range g.nodes {
		m.bytes(1, n.encode())
	}
	m.maybe(2, g.name)
	for _, t := range g.constants {
		m.bytes(5, t.encode())
	}
	m.maybe(10, g.doc)
	for _, v := range g.inputs {
		m.bytes(11, v.encode())
	}
	for _, v := range g.outputs {
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

func (a *attribute) encode() []byte {
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
	case tensor:
		m.bytes(5, v.encode())
		kind = 4
	case *graph:
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
		panic(fmt.Sprintf("onnx: attribute %s is a %T", a.name, v))
	}
	m.int(20, kind)
	return m
}

func (t *tensor) encode() []byte {
	var m message
	for _, d := range t.dims {
		m.int(1, d)
	}
	m.int(2, t.kind)
	for _, s := range t.texts {
		m.text(6, s)
	}
	m.maybe(8, t.name)
	if t.kind != texts {
		m.bytes(9, t.raw)
	}
	return m
}

func (v *valueInfo) encode() []byte {
	var shape, array, kind, m message
	for _, d := range v.dims {
		var dim message
		switch d := d.(type) {
		case string:
			dim.text(2, d)
		case int64:
			dim.int(1, d)
		}
		shape.bytes(1, dim)
	}
	array.int(1, v.kind)
	array.bytes(2, shape)
	kind.bytes(1, array)
	m.text(1, v.name)
	m.bytes(2, kind)
	m.maybe(3, v.doc)
	return m
}

// doubleTensor has the shape dims; nil is a scalar.
func doubleTensor(dims []int64, v ...float64) tensor {
	t := tensor{dims: dims, kind: doubles}
	for _, x := range v {
		t.raw = binary.LittleEndian.AppendUint64(t.raw, math.Float64bits(x))
	}
	return t
}

func intTensor(dims []int64, v ...int64) tensor {
	t := tensor{dims: dims, kind: int64s}
	for _, x := range v {
		t.raw = binary.LittleEndian.AppendUint64(t.raw, uint64(x))
	}
	return t
}

func textTensor(dims []int64, v ...string) tensor {
	return tensor{dims: dims, kind: texts, texts: v}
}
