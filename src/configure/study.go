package main

import (
	"context"
	"fmt"
	"slices"

	"example.com/engine/model"
	"example.com/engine/schema/infer"
)

// studied is what is known of a table, and the settings that follow from it.
type studied struct {
	origin
	*infer.Inference

	Target  string
	Task    model.Task
	taskWhy string
	uses    []use // of the columns, in the order of the file
	order   ordering
	derived []string // columns that features.yaml makes
	seasons bool     // of dates only what comes again, not how time goes on
	choice  choice
	leaks   []string // columns that give the target away, and how
	example []field  // a row to predict

	files map[string][]byte // configs/… by name
}

// study looks at the table and writes settings for it, which it then tries.
func study(ctx context.Context, r *request, name, temp string) (*studied, error) {
	s := &studied{files: map[string][]byte{}}
	raw, err := s.fetch(ctx, r, temp)
	if err != nil {
		return nil, err
	}
	if err := s.infer(raw, r); err != nil {
		return nil, fmt.Errorf("%s: %w", r.data, err)
	}
	if err := s.findOrder(raw); err != nil {
		return nil, err
	}
	t := trial{dir: temp}
	if err := s.settle(ctx, r, &t); err != nil {
		return nil, err
	}
	for {
		lacking, err := s.lacksClass(&t)
		if err != nil {
			return nil, err
		}
		if !lacking {
			break
		}
		s.order.forget()
		if err := s.settle(ctx, r, &t); err != nil {
			return nil, err
		}
	}
	if err := s.checkTrained(&t); err != nil {
		return nil, fmt.Errorf("%s: %w", r.data, err)
	}
	if err := s.choose(ctx, &t); err != nil {
		return nil, err
	}
	s.writeModel()
	if s.example, err = t.example(s); err != nil {
		return nil, err
	}
	s.writeServe(name)
	return s, nil
}

// settle writes the settings that follow from the columns and their order, and runs
// the stages up to the training rows with them.
func (s *studied) settle(ctx context.Context, r *request, t *trial) error {
	s.decide()
	if err := s.checkInputs(); err != nil {
		return fmt.Errorf("%s: %w", r.data, err)
	}
	if err := s.writeData(); err != nil {
		return err
	}
	s.writeFeatures()
	s.writeModel()
	return t.prepare(ctx, s)
}

// infer reads the table, and refuses what no model can be learned from.
func (s *studied) infer(raw string, r *request) error {
	if err := checkTable(raw); err != nil {
		return err
	}
	header, err := headerOf(raw)
	if err != nil {
		return err
	}
	if err := checkHeader(header, r.target); err != nil {
		return err
	}
	if s.Inference, err = infer.Table(raw, infer.Options{Target: r.target}); err != nil {
		return err
	}
	s.Target = s.Schema.Target
	if err := s.checkTarget(); err != nil {
		return err
	}
	if s.Task, err = s.taskOf(r.task); err != nil {
		return err
	}
	return s.checkClasses()
}

// Kind says in words what is predicted, for the README.
func (s *studied) Kind() string {
	switch s.Task {
	case model.Regression:
		return "a number"
	case model.Binary:
		return "one of two classes"
	default:
		return fmt.Sprintf("one of %d classes", len(s.Schema.Column(s.Target).Categories))
	}
}

// Columns is how many the table has.
func (s *studied) Columns() int { return len(s.Schema.Columns) }

// of lists the columns of some kinds.
func (s *studied) of(kinds ...useKind) []string {
	var names []string
	for _, u := range s.uses {
		if slices.Contains(kinds, u.kind) {
			names = append(names, u.name)
		}
	}
	return names
}
