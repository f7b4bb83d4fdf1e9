package feedback

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"example.com/engine/model"
	"example.com/engine/predictionlog"
	"example.com/engine/results"
	"example.com/engine/table"
)

// name is that of a row: which of which request.
type name struct {
	request string
	row     int
}

// joined is the truth with the champion's answers.
type joined struct {
	model *model.Model
	truth map[name]float64 // numbers, or codes of classes
	order []name           // of the truth's file

	answers map[name]predictionlog.Record // the champion's, the last of each name
	others  map[name]bool                 // answered by another model only
	skipped int                           // lines of the log that are none
	again   int                           // answers whose name came before
}

// join reads the truth and the answers to the rows that it names. Its memory
// grows with the truth, not with the log.
func join(champion, truth, log string) (*joined, error) {
	m, err := model.Open(champion)
	if err != nil {
		return nil, err
	}
	j := &joined{model: m, truth: map[name]float64{}, answers: map[name]predictionlog.Record{}, others: map[name]bool{}}
	if err := j.readTruth(truth); err != nil {
		return nil, err
	}
	return j, j.readLog(log)
}

// readTruth reads the file. A row without a target is left out.
func (j *joined) readTruth(path string) error {
	target := j.model.Schema.Column(j.model.Schema.Target)
	fields := []table.Field{{Name: "request", Kind: table.Text}, target.Field()}
	header, err := table.Header(path, table.Options{})
	if err != nil {
		return err
	}
	if slices.Contains(header, "row") {
		fields = append(fields, table.Field{Name: "row"})
	}
	t, err := table.ReadFile(path, table.Options{Fields: fields})
	if err != nil {
		return err
	}
	for i, row := range t.Rows() {
		if row.IsNull(target.Name) {
			continue
		}
		n := name{request: row.String("request")}
		if t.Width() == 3 {
			v := row.Float("row")
			if math.IsNaN(v) || v != math.Trunc(v) || v < 0 {
				return fmt.Errorf("%s: row %d: column \"row\": %v is not the number of a row", path, i+1, v)
			}
			n.row = int(v)
		}
		y, err := j.model.Truth(t.Slice(i, i+1))
		if err != nil {
			return fmt.Errorf("%s: row %d: %w", path, i+1, err)
		}
		if _, twice := j.truth[n]; twice {
			return fmt.Errorf("%s: row %d: request %q, row %d comes twice", path, i+1, n.request, n.row)
		}
		j.truth[n], j.order = y[0], append(j.order, n)
	}
	return nil
}

// readLog keeps what the champion answered to the rows of the truth.
func (j *joined) readLog(path string) error {
	r, err := predictionlog.NewReader(path)
	if err != nil {
		return err
	}
	for {
		record, err := r.Next()
		if errors.Is(err, io.EOF) {
			j.skipped = r.Skipped()
			return nil
		}
		if err != nil {
			return errors.Join(err, r.Close())
		}
		n := name{record.Request, record.Row}
		if _, asked := j.truth[n]; !asked {
			continue
		}
		if record.Model != j.model.Version() {
			j.others[n] = true
			continue
		}
		if _, before := j.answers[n]; before {
			j.again++
		}
		record.Inputs = nil
		j.answers[n] = record
	}
}

// count tells what became of the rows of the truth.
func (j *joined) count() results.Feedback {
	f := results.Feedback{
		Task: j.model.Task, Target: j.model.Schema.Target, Unit: j.model.Schema.Column(j.model.Schema.Target).Unit,
		Positive: j.model.Positive(),
		Model:    j.model.Digest(), Truth: len(j.order), Rows: len(j.answers), Repeated: j.again, Skipped: j.skipped,
	}
	for _, n := range j.order {
		if _, ok := j.answers[n]; ok {
			continue
		}
		if j.others[n] {
			f.OtherModels++
		} else {
			f.Unknown++
		}
	}
	return f
}
