package serving

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"example.com/engine/serving/wire"
)

// maxRecord is how long a line of CSV may be, within what one read brings.
const maxRecord = 1 << 20

// streamRows is how many rows are predicted at once, at most.
const streamRows = 512

// streamBuffer is how much is read at once, at most.
const streamBuffer = 64 << 10

var errLongRecord = fmt.Errorf("a line is longer than %d bytes", maxRecord)

// stream answers CSV with CSV, row by row, as it comes: before more is read,
// all rows that are here are answered. So the memory that it takes does not
// grow with the rows, and a client sees answers while it still sends. A row
// that can't be answered has an error in place of a prediction.
//
// A client must read while it sends. One that does not, and sends more than
// the network holds, is ended by the write timeout.
type stream struct {
	server  *Server
	c       *gin.Context
	control *http.ResponseController
	records *csv.Reader
	left    int // bytes that may be read before the record ends
	streamAnswer
}

// predictStream is predict for text/csv.
func (s *Server) predictStream(c *gin.Context) {
	if p := requireType(c, "text/csv"); p != nil {
		s.Refuse(c, p)
		return
	}
	if !s.limits.openStream() {
		s.Refuse(c, busy())
		return
	}
	defer s.limits.closeStream()
	champion := s.champion.Load()
	st := &stream{server: s, c: c, control: http.NewResponseController(c.Writer)}
	n := notesOf(c)
	st.streamAnswer = streamAnswer{
		champion: champion, frame: champion.Inputs.Take(), strict: s.settings.Strict, recorder: s.recorder, request: n.id,
	}
	defer st.frame.GiveBack()
	n.model = champion.Model.Version()
	_ = st.control.EnableFullDuplex() // HTTP/2 needs no leave
	err := st.run()
	n.rows = st.total
	if err == nil {
		return
	}
	if !c.Writer.Written() {
		s.Refuse(c, st.problem(err))
		return
	}
	n.problem = err.Error()
	panic(http.ErrAbortHandler) // the client sees that the answer is cut short
}

// run answers the whole request.
func (st *stream) run() error {
	st.records = wire.NewCSV(bufio.NewReaderSize(st, streamBuffer))
	st.left = maxRecord
	header, err := st.records.Read()
	if err != nil {
		return err
	}
	var wrong wire.Faults
	if st.columns, wrong = st.frame.In.Bind(header); wrong.Any() {
		return wire.Invalid(wrong)
	}
	st.width = len(header)
	st.c.Header("Content-Type", "text/csv; charset=utf-8")
	st.c.Header("X-Model", st.champion.Model.Version())
	st.head()
	for {
		st.left = maxRecord
		record, err := st.records.Read()
		var syntax *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			return st.flush()
		case errors.As(err, &syntax) && !errors.Is(err, csv.ErrQuote):
			st.skip(syntax.Err.Error())
		case err != nil:
			return errors.Join(err, st.flush())
		default:
			st.add(record)
		}
		if len(st.errors) == streamRows {
			if err := st.flush(); err != nil {
				return err
			}
		}
	}
}

// Read brings the next of the body to the CSV reader, after all that was read
// before has been answered.
func (st *stream) Read(p []byte) (int, error) {
	if st.left <= 0 {
		return 0, errLongRecord
	}
	if err := st.flush(); err != nil {
		return 0, err
	}
	_ = st.control.SetReadDeadline(time.Now().Add(st.server.settings.Time.Read)) // a test may have no network
	n, err := st.c.Request.Body.Read(p)
	st.left -= n
	return n, err
}

// flush predicts the rows that were added and sends their answers.
func (st *stream) flush() error {
	if len(st.errors) > 0 {
		st.server.limits.slots <- struct{}{} // it has begun, so it waits for its turn as long as that takes
		st.predict()
		<-st.server.limits.slots
	}
	if len(st.out) == 0 {
		return nil
	}
	_ = st.control.SetWriteDeadline(time.Now().Add(st.server.settings.Time.Write))
	_, err := st.c.Writer.Write(st.out)
	st.out = st.out[:0]
	if err != nil {
		return err
	}
	return st.control.Flush()
}

// problem is that of a request whose answer has not begun.
func (st *stream) problem(err error) *wire.Problem {
	var p *wire.Problem
	var text *csv.ParseError
	switch {
	case errors.As(err, &p):
		return p
	case errors.Is(err, errLongRecord):
		st.c.Header("Connection", "close")
		return wire.NewProblem(http.StatusRequestEntityTooLarge, "%v", errLongRecord)
	case errors.Is(err, io.EOF) || errors.As(err, &text):
		return wire.Unreadable(err)
	default:
		return broken(st.c, err)
	}
}
