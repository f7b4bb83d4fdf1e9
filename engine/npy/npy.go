// Package npy writes and reads slices of numbers as one-dimensional arrays of
// NumPy's format, version 1.0, which numpy.load reads.
package npy

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// magic opens a file of NumPy's format, version 1.0:
// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
const magic = "\x93NUMPY\x01\x00"

// Write writes the slice that array points to as a one-dimensional,
// little-endian array. A slice of another type than signed and unsigned integers
// and floats of up to 64 bits is an error.
func Write(w io.Writer, array any) error {
	descr, n, values, err := typeOf(array)
	if err != nil {
		return err
	}
	header := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%d,), }", descr, n)
	pad := 64 - (len(magic)+2+len(header)+1)%64
	header += strings.Repeat(" ", pad%64) + "\n"
	var b bytes.Buffer
	b.WriteString(magic)
	b.Write(binary.LittleEndian.AppendUint16(nil, uint16(len(header))))
	b.WriteString(header)
	if _, err := w.Write(b.Bytes()); err != nil {
		return err
	}
	return binary.Write(w, binary.LittleEndian, values)
}

// Read reads what Write wrote into the slice that array points to, which must be
// of the type that was written.
func Read(data []byte, array any) error {
	if len(data) < len(magic)+2 || string(data[:len(magic)]) != magic {
		return fmt.Errorf("not a NumPy array of version 1.0")
	}
	data = data[len(magic):]
	n := int(binary.LittleEndian.Uint16(data))
	if len(data) < 2+n {
		return fmt.Errorf("header is cut short")
	}
	header, body := string(data[2:2+n]), data[2+n:]
	want, _, _, err := typeOf(array)
	if err != nil {
		return err
	}
	if got := between(header, "'descr': '", "'"); got != want {
		return fmt.Errorf("holds %q, want %q", got, want)
	}
	length, err := strconv.Atoi(between(header, "'shape': (", ",)"))
	if err != nil {
		return fmt.Errorf("is not one-dimensional")
	}
	return fill(array, length, body)
}

// between returns the part of s behind open and before closing, or "".
func between(s, open, closing string) string {
	_, s, _ = strings.Cut(s, open)
	s, _, _ = strings.Cut(s, closing)
	return s
}

// typeOf returns NumPy's name of the element type, the length, and the slice.
func typeOf(array any) (descr string, n int, values any, err error) {
	switch a := array.(type) {
	case *[]float64:
		return "<f8", len(*a), *a, nil
	case *[]float32:
		return "<f4", len(*a), *a, nil
	case *[]int64:
		return "<i8", len(*a), *a, nil
	case *[]int32:
		return "<i4", len(*a), *a, nil
	case *[]uint64:
		return "<u8", len(*a), *a, nil
	case *[]uint32:
		return "<u4", len(*a), *a, nil
	case *[]uint16:
		return "<u2", len(*a), *a, nil
	case *[]uint8:
		return "|u1", len(*a), *a, nil
	}
	return "", 0, nil, fmt.Errorf("%T can't be saved as an array", array)
}

// fill makes the slice that array points to, of n elements, from body.
func fill(array any, n int, body []byte) error {
	switch a := array.(type) {
	case *[]float64:
		return decode(a, n, body)
	case *[]float32:
		return decode(a, n, body)
	case *[]int64:
		return decode(a, n, body)
	case *[]int32:
		return decode(a, n, body)
	case *[]uint64:
		return decode(a, n, body)
	case *[]uint32:
		return decode(a, n, body)
	case *[]uint16:
		return decode(a, n, body)
	case *[]uint8:
		return decode(a, n, body)
	}
	return fmt.Errorf("%T can't be loaded from an array", array)
}

func decode[T any](dst *[]T, n int, body []byte) error {
	var one T
	if n < 0 || n > len(body) || n*binary.Size(one) != len(body) {
		return fmt.Errorf("header says %d elements, there are %d bytes", n, len(body))
	}
	*dst = make([]T, n)
	_, err := binary.Decode(body, binary.LittleEndian, *dst)
	return err
}
