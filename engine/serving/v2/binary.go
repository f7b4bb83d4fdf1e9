package v2

import (
	"encoding/binary"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"example.com/engine/serving/wire"
)

// Triton's clients send tensors behind the JSON as bytes, unless they are told
// not to: numbers in little-endian order, each text after its length in four
// bytes.
// https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_binary_data.md
// Answers are JSON all the same, which those clients read.

// jsonLength is the header that says where the JSON ends.
const jsonLength = "Inference-Header-Content-Length"

// behindJSON returns the JSON at the front of a body, and the tensors behind.
func behindJSON(c *gin.Context, data []byte) (text, tensors []byte, p *wire.Problem) {
	length := c.GetHeader(jsonLength)
	if length == "" {
		return data, nil, nil
	}
	n, err := strconv.ParseUint(length, 10, 31)
	if err != nil || int(n) > len(data) {
		return nil, nil, wire.NewProblem(http.StatusBadRequest, "%s is %s, the body has %d bytes", jsonLength, wire.EchoText([]byte(length)), len(data))
	}
	return data[:n], data[n:], nil
}

// sizes are those of one number, in bytes.
var sizes = map[string]int{
	"FP64": 8, "FP32": 4, "INT64": 8, "INT32": 4, "INT16": 2, "INT8": 1, "UINT64": 8, "UINT32": 4, "UINT16": 2, "UINT8": 1,
}

// number reads one number.
func number(datatype string, b []byte) float64 {
	switch order := binary.LittleEndian; datatype {
	case "FP64":
		return math.Float64frombits(order.Uint64(b))
	case "FP32":
		return float64(math.Float32frombits(order.Uint32(b)))
	case "INT64":
		return float64(int64(order.Uint64(b)))
	case "INT32":
		return float64(int32(order.Uint32(b)))
	case "INT16":
		return float64(int16(order.Uint16(b)))
	case "INT8":
		return float64(int8(b[0]))
	case "UINT64":
		return float64(order.Uint64(b))
	case "UINT32":
		return float64(order.Uint32(b))
	case "UINT16":
		return float64(order.Uint16(b))
	default:
		return float64(b[0])
	}
}

// takeBlob returns the next size bytes of the tensors behind the JSON, if there
// are so many.
func (q *inference) takeBlob(size int, at wire.Place) (blob []byte, ok bool) {
	if size > len(q.blobs) {
		q.Add(wire.Fault{Pointer: at.Of("parameters", "binary_data_size"), Detail: fmt.Sprintf("is %d, there are %d bytes left", size, len(q.blobs))})
		return nil, false
	}
	blob, q.blobs = q.blobs[:size], q.blobs[size:]
	return blob, true
}

// readBlob is Column for a tensor behind the JSON.
func (q *inference) readBlob(i int, at wire.Place, datatype string, blob []byte, first bool) error {
	n := 0
	for ; len(blob) > 0; n++ {
		from, to := 0, sizes[datatype]
		if datatype == "BYTES" && len(blob) >= 4 {
			from, to = 4, 4+int(binary.LittleEndian.Uint32(blob))
		}
		if to == 0 || to > len(blob) {
			q.Add(wire.Fault{Pointer: at.Of("parameters", "binary_data_size"), Detail: "ends within a value"})
			return nil
		}
		if first {
			if err := q.AddRow(); err != nil {
				return err
			}
		}
		if n < q.Rows {
			q.setBinary(i, n, datatype, blob[from:to])
		}
		blob = blob[to:]
	}
	if n != q.Rows {
		q.Add(wire.Fault{Pointer: at.Of(), Detail: fmt.Sprintf("%d values where the first column has %d", n, q.Rows)})
	}
	return nil
}

// setBinary sets a value. NaN is null, since a tensor has no other.
func (q *inference) setBinary(i, row int, datatype string, value []byte) {
	var wrong *wire.Fault
	switch c := &q.In.Columns[i]; {
	case datatype == "BYTES" && !utf8.Valid(value):
		wrong = &wire.Fault{Detail: "is not UTF-8", Allowed: c.Allowed}
	case datatype == "BYTES":
		wrong = q.SetString(i, row, value)
	default:
		wrong = q.SetFloat(i, row, number(datatype, value))
	}
	if wrong != nil && !q.Doubt(i, row, wrong) {
		wrong.Pointer = q.Locate(row, i)
		q.Add(*wrong)
	}
}
