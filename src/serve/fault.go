package main

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

// fault is one thing that is wrong, or doubtful, in a request.
type fault struct {
	// Pointer is the place: a JSON pointer as the fragment of a URI (RFC 6901,
	// section 6), "#/2/latitude".
	Pointer string `json:"pointer"`
	Detail  string `json:"detail"`
	// Value is what was sent there, cut short where it is long.
	Value json.RawMessage `json:"value,omitempty"`
	// Allowed says what may be sent there.
	Allowed string `json:"allowed,omitempty"`
}

// maxFaults is how many faults of a request are told; the others are counted.
const maxFaults = 100

// faults gathers what is wrong in a request.
type faults struct {
	list []fault
	more int
}

func (f *faults) add(fault fault) {
	if len(f.list) >= maxFaults {
		f.more++
		return
	}
	f.list = append(f.list, fault)
}

func (f *faults) any() bool { return len(f.list) > 0 }

// pointer joins the parts of a path: names and whole numbers.
func pointer(parts ...any) string {
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
			panic(fmt.Sprintf("serve: %T in a pointer", p))
		}
	}
	return b.String()
}

// maxEcho is how much of a client's value is sent back, in bytes.
const maxEcho = 100

// echo returns JSON as it is, or its beginning as a string if it is long or,
// like NaN, no JSON.
func echo(value []byte) json.RawMessage {
	if len(value) <= maxEcho && json.Valid(value) {
		return json.RawMessage(append([]byte(nil), value...))
	}
	return echoText(value)
}

// echoText returns a text as a JSON string, cut short where it is long.
func echoText(value []byte) json.RawMessage {
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
		panic("serve: " + err.Error()) // a string always has JSON
	}
	return data
}
