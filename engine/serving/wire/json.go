package wire

import (
	"encoding/json"
	"math"

	"example.com/engine/table"
)

// AppendJSON appends what can't fail to have JSON.
func AppendJSON(b []byte, v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic("wire: " + err.Error())
	}
	return append(b, data...)
}

// CellJSON is a value as JSON.
func CellJSON(c *table.Column, row int) json.RawMessage {
	if c.Kind == table.Float {
		return json.RawMessage(table.FormatFloat(c.Floats[row]))
	}
	return EchoText([]byte(c.String(row)))
}

// IsFinite tells whether v is neither NaN nor infinite.
func IsFinite(v float64) bool { return math.Abs(v) <= math.MaxFloat64 }
