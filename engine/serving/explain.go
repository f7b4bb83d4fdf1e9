package serving

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"example.com/engine/serving/wire"
)

// explain answers /explain: predictions as /predict gives them, each divided
// among the columns. It is for people who want to know why, not for those who
// act on the answer: it is neither kept in the prediction log nor counted
// among the predictions.
func (s *Server) explain(c *gin.Context) {
	var list bool
	s.Answer(c, Request{
		Types:       []string{"application/json"},
		rows:        s.settings.Limits.ExplainRows,
		exploration: true,
		serves: func(c *Champion) *wire.Problem {
			if c.Explainer == nil {
				return wire.NewProblem(http.StatusNotFound, "the model is a %s: its predictions can't be divided among the columns", c.Model.Estimator.Kind)
			}
			return nil
		},
		Decode: func(_ *Champion, d *wire.Decoder) (err error) { list, err = d.Document(); return err },
		Write: func(w *Writer) {
			w.explain()
			if list {
				w.list()
			} else {
				w.one()
			}
		},
	})
}

// explain has every prediction that is written followed by its explanation.
func (w *Writer) explain() {
	e, err := w.Champion.Explainer.Explain(w.Frame.Table())
	if err != nil {
		panic("serving: " + err.Error()) // the same rows were predicted
	}
	w.explanation = &e
}

// contributions writes what each term adds to the base. Together they are the sum, which is
// the prediction on the scale, before it is kept in the range of the training rows.
func (w *Writer) contributions(row int) {
	e := w.Champion.Explainer
	w.Buf = append(w.Buf, `,"explanation":{"scale":`...)
	w.Buf = wire.AppendJSON(w.Buf, e.Scale)
	w.Buf = append(w.Buf, `,"outputs":[`...)
	for k, o := range e.Outputs {
		if k > 0 {
			w.Buf = append(w.Buf, ',')
		}
		w.Buf = append(w.Buf, '{')
		if o.Class != "" {
			w.Buf = append(wire.AppendJSON(append(w.Buf, `"class":`...), o.Class), ',')
		}
		w.Buf = appendBound(append(w.Buf, `"base":`...), o.Base)
		w.Buf = appendBound(append(w.Buf, `,"sum":`...), w.explanation.Sums.At(row, k))
		w.Buf = append(w.Buf, `,"contributions":{`...)
		for i, v := range w.explanation.Row(row, k) {
			if i > 0 {
				w.Buf = append(w.Buf, ',')
			}
			w.Buf = appendBound(append(append(w.Buf, w.Champion.terms[i]...), ':'), v)
		}
		w.Buf = append(w.Buf, "}}"...)
	}
	w.Buf = append(w.Buf, "]}"...)
}

// explainable prepares what /explain answers with; a model that can't be
// explained has none.
func (c *Champion) explainable() {
	e, err := c.Model.Explainer()
	if err != nil {
		return
	}
	c.Explainer = e
	for _, t := range e.Terms {
		c.terms = append(c.terms, wire.AppendJSON(nil, t.Name))
	}
}
