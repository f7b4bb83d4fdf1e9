package main

import (
	"example.com/engine/model"
	"example.com/engine/predictionlog"
)

// champion is a model with all that is made from it once.
type champion struct {
	model   *model.Model
	inputs  *inputs
	unit    string   // of a regression's predictions
	labels  [][]byte // of the classes, as JSON
	level   float64  // of the intervals, or of the sets of classes; 0 if there are none
	example []byte   // a row, as JSON
	doubt   error    // why it is not that of the settings
	openapi []byte   // the API's description
	pages   pages
	metrics *modelMetrics
	source  *predictionlog.Source // of its rows in the log

	explainer *model.Explainer // nil where the model has none
	terms     [][]byte         // names of what contributes, as JSON
}

// newChampion makes what is served of a model.
func newChampion(m *model.Model, settings Settings) (*champion, error) {
	c := &champion{model: m, inputs: newInputs(&m.Schema, m.Profile)}
	c.inputs.points = m.Points
	if m.Task == model.Regression {
		c.unit = m.Schema.Column(m.Schema.Target).Unit
	}
	if m.Intervals != nil {
		c.level = m.Intervals.Level
	}
	for _, class := range m.Classes {
		c.labels = append(c.labels, appendJSON(nil, class))
	}
	c.inputs.outputs, c.source = c.outputs(), c.sourceOf()
	c.explainable()
	c.doubt = c.setExample(settings.Example)
	var err error
	if c.openapi, err = c.document(settings); err != nil {
		return nil, err
	}
	c.pages, err = c.draw(settings)
	return c, err
}
