package main

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

// explain answers /explain: predictions as /predict gives them, each divided
// among the columns. It is for people who want to know why, not for those who
// act on the answer: it is neither kept in the prediction log nor counted
// among the predictions.
func (s *server) explain(c *gin.Context) {
	var list bool
	s.answer(c, request{
		types:       []string{"application/json"},
		rows:        s.settings.Limits.ExplainRows,
		exploration: true,
		serves: func(c *champion) *problem {
			if c.explainer == nil {
				return newProblem(http.StatusNotFound, "the model is a %s: its predictions can't be divided among the columns", c.model.Estimator.Kind)
			}
			return nil
		},
		decode: func(d *decoder) (err error) { list, err = d.document(); return err },
		write: func(w *answerWriter) {
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
func (w *answerWriter) explain() {
	e, err := w.champion.explainer.Explain(w.frame.table())
	if err != nil {
		panic("serve: " + err.Error()) // the same rows were predicted
	}
	w.explanation = &e
}

// contributions writes what each term adds to the base. Together they are the sum, which is
// the prediction on the scale, before it is kept in the range of the training rows.
func (w *answerWriter) contributions(row int) {
	e := w.champion.explainer
	w.buf = append(w.buf, `,"explanation":{"scale":`...)
	w.buf = appendJSON(w.buf, e.Scale)
	w.buf = append(w.buf, `,"outputs":[`...)
	for k, o := range e.Outputs {
		if k > 0 {
			w.buf = append(w.buf, ',')
		}
		w.buf = append(w.buf, '{')
		if o.Class != "" {
			w.buf = append(appendJSON(append(w.buf, `"class":`...), o.Class), ',')
		}
		w.buf = appendBound(append(w.buf, `"base":`...), o.Base)
		w.buf = appendBound(append(w.buf, `,"sum":`...), w.explanation.Sums.At(row, k))
		w.buf = append(w.buf, `,"contributions":{`...)
		for i, v := range w.explanation.Row(row, k) {
			if i > 0 {
				w.buf = append(w.buf, ',')
			}
			w.buf = appendBound(append(append(w.buf, w.champion.terms[i]...), ':'), v)
		}
		w.buf = append(w.buf, "}}"...)
	}
	w.buf = append(w.buf, "]}"...)
}

// explainable prepares what /explain answers with; a model that can't be
// explained has none.
func (c *champion) explainable() {
	e, err := c.model.Explainer()
	if err != nil {
		return
	}
	c.explainer = e
	for _, t := range e.Terms {
		c.terms = append(c.terms, appendJSON(nil, t.Name))
	}
}
