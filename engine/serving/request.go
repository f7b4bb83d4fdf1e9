package serving

import (
	"cmp"
	"net/http"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"example.com/engine/serving/wire"
)

// predict answers for a row or a list of rows, in JSON, or for a stream of
// rows in CSV.
func (s *Server) predict(c *gin.Context) {
	if MediaType(c) == "text/csv" {
		s.predictStream(c)
		return
	}
	var list bool
	s.Answer(c, Request{
		Types:     []string{"application/json", "text/csv"},
		divisible: true,
		Decode:    func(_ *Champion, d *wire.Decoder) (err error) { list, err = d.Document(); return err },
		Write:     func(w *Writer) { w.document(list) },
	})
}

// Request is what one protocol makes of a request for predictions. Its functions are
// called one after the other, Write only where all rows have an answer.
type Request struct {
	Types  []string                                         // of content that it takes
	Divide func(data []byte) (text []byte, p *wire.Problem) // takes the text out of a body that has more; nil takes all
	Decode func(*Champion, *wire.Decoder) error             // reads the rows
	Write  func(*Writer)                                    // writes the predictions

	// What protocols of predictions leave at nil and 0.
	serves      func(*Champion) *wire.Problem // whether the champion answers such a request
	rows        int                           // at most; 0 is as the limits say
	partial     func() bool                   // whether rows without an answer are left out; else they are refused
	exploration bool                          // asks to learn about the model: not counted or kept
	divisible   bool                          // a long list may be read, answered and written in parts, as decode and write do it whole
}

// text is what decode reads of a body, which is UTF-8.
func (r *Request) text(data []byte) (text []byte, p *wire.Problem) {
	text = data
	if r.Divide != nil {
		if text, p = r.Divide(data); p != nil {
			return nil, p
		}
	}
	if !utf8.Valid(text) {
		return nil, wire.NewProblem(http.StatusBadRequest, "the body is not UTF-8 from byte %d on", validPrefix(text)+1)
	}
	return text, nil
}

var decoders = sync.Pool{New: func() any { return new(wire.Decoder) }}

// Answer reads a request, predicts and writes the answer.
func (s *Server) Answer(c *gin.Context, r Request) {
	out := buffers.Get().(*[]byte)
	defer giveBack(out)
	*out = (*out)[:0]
	if p := s.predictInto(out, c, r); p != nil {
		s.Refuse(c, p)
		return
	}
	sendJSON(c, *out)
}

// counted is up to how many bytes Go's server sets Content-Length by itself.
const counted = 2048

var jsonType = []string{"application/json"} // shared by all answers; nothing changes it in place

// sendJSON is c.Data, which would set Content-Length also for a short answer: as
// the ninth header, for which Go's map of headers takes thrice the memory.
func sendJSON(c *gin.Context, answer []byte) {
	if len(answer) > counted {
		c.Data(http.StatusOK, jsonType[0], answer)
		return
	}
	c.Writer.Header()["Content-Type"] = jsonType
	c.Status(http.StatusOK)
	_, _ = c.Writer.Write(answer) // a client that has gone is no error here
}

// predictInto appends the answer to out.
func (s *Server) predictInto(out *[]byte, c *gin.Context, r Request) *wire.Problem {
	if p := requireType(c, r.Types...); p != nil {
		return p
	}
	b, p := s.limits.read(c)
	defer b.close()
	if p != nil {
		return p
	}
	text, p := r.text(b.data)
	if p != nil {
		return p
	}
	if p := s.limits.enter(c.Request.Context(), len(text)); p != nil {
		return p
	}
	defer s.limits.leave(time.Now(), len(text)) // before the answer is sent, which may take the client long
	champion := s.champion.Load()
	if r.serves != nil {
		if p := r.serves(champion); p != nil {
			return p
		}
	}
	if r.divisible && s.predictParts(out, notesOf(c), champion, text) {
		return nil
	}
	f := champion.Inputs.Take()
	defer f.GiveBack()
	d := decoders.Get().(*wire.Decoder)
	defer decoders.Put(d)
	d.Reset(text, f, cmp.Or(r.rows, s.settings.Limits.Rows))
	if err := r.Decode(champion, d); err != nil {
		return wire.Unreadable(err)
	}
	if d.Any() {
		return wire.Invalid(d.Faults)
	}
	return s.predictFrame(out, notesOf(c), r, champion, d)
}

// predictFrame appends the answer for the rows that d has read.
func (s *Server) predictFrame(out *[]byte, n *notes, r Request, champion *Champion, d *wire.Decoder) *wire.Problem {
	f := d.Frame
	n.model, n.rows = champion.Model.Version(), f.Rows
	most := wire.MaxFaults
	partial := r.partial != nil && r.partial()
	if partial {
		most = f.Rows
	}
	a := champion.predict(f, s.settings.Strict, most)
	if a.refused > 0 && !(partial && a.refused < f.Rows) {
		return wire.Invalid(a.faults(f, d.Locate))
	}
	if !r.exploration {
		champion.metrics.answered(f, &a, f.Rows)
		s.recorder.add(n.id, champion, f, &a, nil)
	}
	w := Writer{Champion: champion, Frame: f, Answers: a, locate: d.Locate, Buf: *out}
	r.Write(&w)
	*out = w.Buf
	return nil
}
