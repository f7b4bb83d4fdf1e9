package wire

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Fault is one thing that is wrong, or doubtful, in a request.
type Fault struct {
	// Pointer is the place: a JSON pointer as the fragment of a URI (RFC 6901,
	// section 6), "#/2/latitude".
	Pointer string `json:"pointer"`
	Detail  string `json:"detail"`
	// Value is what was sent there, cut short where it is long.
	Value json.RawMessage `json:"value,omitempty"`
	// Allowed says what may be sent there.
	Allowed string `json:"allowed,omitempty"`
}

// MaxFaults is how many faults of a request are told; the others are counted.
const MaxFaults = 100

// Faults gathers what is wrong in a request.
type Faults struct {
	list []Fault
	more int
}

// Add keeps a fault, or counts it where there are many.
func (f *Faults) Add(fault Fault) {
	if len(f.list) >= MaxFaults {
		f.more++
		return
	}
	f.list = append(f.list, fault)
}

// Any tells whether there is a fault.
func (f *Faults) Any() bool { return len(f.list) > 0 }

// First is the first that was added. There must be one.
func (f *Faults) First() Fault { return f.list[0] }

// Pointer joins the parts of a path: names and whole numbers.
func Pointer(parts ...any) string {
	var b strings.Builder
	b.WriteByte('#')
	for _, p := range parts {
		b.WriteByte('/')
		switch p := p.(type) {
		case int:
			b.WriteString(strconv.Itoa(p))
		case string:
			b.WriteString(url.PathEscape(strings.NewReplacer("~", "~0", "/", "~1").Replace(p)))
		default:
			panic(fmt.Sprintf("wire: %T in a pointer", p))
		}
	}
	return b.String()
}

// maxEcho is how much of a client's value is sent back, in bytes.
const maxEcho = 100

// Echo returns JSON as it is, or its beginning as a string if it is long or,
// like NaN, no JSON.
func Echo(value []byte) json.RawMessage {
	if len(value) <= maxEcho && json.Valid(value) {
		return json.RawMessage(append([]byte(nil), value...))
	}
	return EchoText(value)
}

// EchoText returns a text as a JSON string, cut short where it is long.
func EchoText(value []byte) json.RawMessage {
	short := value
	if len(value) > maxEcho {
		short = value[:maxEcho]
		for len(short) > 0 && !utf8.Valid(short) {
			short = short[:len(short)-1]
		}
		short = append(short[:len(short):len(short)], "…"...)
	}
	data, err := json.Marshal(string(short))
	if err != nil {
		panic("wire: " + err.Error()) // a string always has JSON
	}
	return data
}
