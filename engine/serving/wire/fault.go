package wire

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
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

// Problem is a refusal, as RFC 9457 writes it.
type Problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`
	// Errors names everything that is wrong with the request; MoreErrors is
	// how many were found beyond those listed.
	Errors     []Fault `json:"errors,omitempty"`
	MoreErrors int     `json:"more_errors,omitempty"`
	// Request is the name that the log knows the request by.
	Request string `json:"request,omitempty"`

	// What the clients of other protocols look for: V2Error is the Open Inference
	// Protocol's, ErrorCode and Message are MLflow's.
	V2Error   string `json:"error,omitempty"`
	ErrorCode string `json:"error_code,omitempty"`
	Message   string `json:"message,omitempty"`

	RetryAfter int `json:"-"` // seconds; 0 is not to say
}

func (p *Problem) Error() string { return p.Title + ": " + p.Detail }

// NewProblem returns a problem of the kind that the status says.
func NewProblem(status int, format string, args ...any) *Problem {
	return &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: fmt.Sprintf(format, args...)}
}

// Invalid is the problem of a request that can be read, but not answered.
func Invalid(f Faults) *Problem {
	detail := "1 value is not as it must be"
	if n := len(f.list) + f.more; n > 1 {
		detail = fmt.Sprintf("%d values are not as they must be", n)
	}
	p := NewProblem(http.StatusUnprocessableEntity, "%s", detail)
	p.Errors, p.MoreErrors = f.list, f.more
	return p
}

// Unreadable is the problem of a body that reading stopped at.
func Unreadable(err error) *Problem {
	var many *tooManyRows
	var text *csv.ParseError
	var json *syntaxError
	switch {
	case errors.As(err, &many):
		return NewProblem(http.StatusRequestEntityTooLarge, "%v: send them in several requests, or as text/csv to /predict", err)
	case errors.As(err, &json):
		return NewProblem(http.StatusBadRequest, "the body is not JSON: %v", json)
	case errors.As(err, &text):
		return NewProblem(http.StatusBadRequest, "the body is not CSV: line %d, column %d: %v", text.Line, text.Column, text.Err)
	case errors.Is(err, io.EOF):
		return NewProblem(http.StatusBadRequest, "the body is empty: its first line names the columns")
	default:
		panic("wire: " + err.Error())
	}
}
