package main

import (
	"example.com/housing/src/internal/model"
)

// champion is a model with all that is made from it once.
type champion struct {
	model  *model.Model
	inputs *inputs
	unit   string   // of a regression's predictions
	labels [][]byte // of the classes, as JSON
}

// loadChampion reads the model file at path.
func loadChampion(path string) (*champion, error) {
	m, err := model.Open(path)
	if err != nil {
		return nil, err
	}
	c := &champion{model: m, inputs: newInputs(&m.Schema)}
	if m.Task == model.Regression {
		c.unit = m.Schema.Column(m.Schema.Target).Unit
	}
	for _, class := range m.Classes {
		c.labels = append(c.labels, appendJSON(nil, class))
	}
	return c, nil
}
