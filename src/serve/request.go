package main

import (
	"cmp"
	"net/http"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/gin-gonic/gin"
)

// predict answers for a row or a list of rows, in JSON, or for a stream of
// rows in CSV.
func (s *server) predict(c *gin.Context) {
	if mediaType(c) == "text/csv" {
		s.predictStream(c)
		return
	}
	var list bool
	s.answer(c, request{
		types:     []string{"application/json", "text/csv"},
		divisible: true,
		decode:    func(d *decoder) (err error) { list, err = d.document(); return err },
		write: func(w *answerWriter) {
			if list {
				w.list()
			} else {
				w.one()
			}
		},
	})
}

// request is what one protocol makes of a request for predictions.
type request struct {
	types  []string                                    // of content that it takes
	divide func(data []byte) (text []byte, p *problem) // takes the text out of a body that has more; nil takes all
	decode func(*decoder) error                        // reads the rows
	write  func(*answerWriter)                         // writes the predictions

	// What protocols of predictions leave at nil and 0.
	serves      func(*champion) *problem // whether the champion answers such a request
	rows        int                      // at most; 0 is as the limits say
	partial     func() bool              // whether rows without an answer are left out; else they are refused
	exploration bool                     // asks to learn about the model: not counted or kept
	divisible   bool                     // a long list may be read, answered and written in parts, as decode and write do it whole
}

// text is what decode reads of a body, which is UTF-8.
func (r *request) text(data []byte) (text []byte, p *problem) {
	text = data
	if r.divide != nil {
		if text, p = r.divide(data); p != nil {
			return nil, p
		}
	}
	if !utf8.Valid(text) {
		return nil, newProblem(http.StatusBadRequest, "the body is not UTF-8 from byte %d on", validPrefix(text)+1)
	}
	return text, nil
}

var decoders = sync.Pool{New: func() any { return new(decoder) }}

// answer reads a request, predicts and writes the answer.
func (s *server) answer(c *gin.Context, r request) {
	out := buffers.Get().(*[]byte)
	defer giveBack(out)
	*out = (*out)[:0]
	if p := s.predictInto(out, c, r); p != nil {
		p.send(c)
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
func (s *server) predictInto(out *[]byte, c *gin.Context, r request) *problem {
	if p := requireType(c, r.types...); p != nil {
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
	f := champion.inputs.take()
	defer f.giveBack()
	d := decoders.Get().(*decoder)
	defer decoders.Put(d)
	d.reset(text, f, cmp.Or(r.rows, s.settings.Limits.Rows))
	if err := r.decode(d); err != nil {
		return unreadable(err)
	}
	if d.any() {
		return invalid(d.faults)
	}
	return s.predictFrame(out, notesOf(c), r, champion, d)
}

// predictFrame appends the answer for the rows that d has read.
func (s *server) predictFrame(out *[]byte, n *notes, r request, champion *champion, d *decoder) *problem {
	f := d.frame
	n.model, n.rows = champion.model.Version(), f.rows
	most := maxFaults
	partial := r.partial != nil && r.partial()
	if partial {
		most = f.rows
	}
	a := champion.predict(f, s.settings.Strict, most)
	if a.refused > 0 && !(partial && a.refused < f.rows) {
		return invalid(a.faults(f, d.locate))
	}
	if !r.exploration {
		champion.metrics.answered(f, &a, f.rows)
		s.recorder.add(n.id, champion, f, &a, nil)
	}
	w := answerWriter{champion: champion, frame: f, answers: a, locate: d.locate, buf: *out}
	r.write(&w)
	*out = w.buf
	return nil
}
