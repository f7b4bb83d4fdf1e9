package main

import (
	"encoding/json"
	"fmt"

	"example.com/engine/stage"
	"example.com/engine/table"
)

// facts are reports/split.json.
type facts struct {
	Split     split     `json:"split"`
	Seed      uint64    `json:"seed"`
	Rows      int       `json:"rows"`
	TrainRows int       `json:"train_rows"`
	TestRows  int       `json:"test_rows"`
	TestShare float64   `json:"test_share"`
	Repeats   repeats   `json:"repeated_rows"`
	Strata    []stratum `json:"strata,omitempty"`
	Groups    *groups   `json:"groups,omitempty"`
	TestFrom  string    `json:"test_from,omitempty"` // first moment of the test rows
	Columns   []string  `json:"columns"`
	Derived   []string  `json:"derived"` // those of the columns that clean.csv does not have
}

// stratum is a class of rows with its share of all, of the training and of
// the test rows.
type stratum struct {
	Name       string  `json:"name"`
	Rows       int     `json:"rows"`
	Share      float64 `json:"share"`
	TrainShare float64 `json:"train_share"`
	TestShare  float64 `json:"test_share"`
}

type groups struct {
	Train int `json:"train"`
	Test  int `json:"test"`
}

// describe counts what a division comes to. Of the fields of train.csv the
// first are those of clean.csv.
func describe(cfg settings, d *division, fields []table.Field, clean int) facts {
	f := facts{
		Split: cfg.Split, Seed: cfg.Seed, Rows: len(d.test), TestRows: len(d.rows(true)),
		Repeats: d.repeats, TestFrom: d.from, Columns: []string{}, Derived: []string{},
	}
	f.TrainRows = f.Rows - f.TestRows
	f.TestShare = share(f.TestRows, f.Rows)
	for i, field := range fields {
		f.Columns = append(f.Columns, field.Name)
		if i >= clean {
			f.Derived = append(f.Derived, field.Name)
		}
	}
	if d.strata != nil {
		f.Strata = f.shares(d.strata, d.test)
	}
	if d.groups != nil {
		f.Groups = &groups{}
		inTest := d.groups.within(d.test)
		for k, size := range d.groups.sizes() {
			f.Groups.Test += min(1, inTest[k])
			f.Groups.Train += min(1, size-inTest[k])
		}
	}
	return f
}

// shares leaves out the classes without a row.
func (f *facts) shares(c *classes, test []bool) []stratum {
	var out []stratum
	all, inTest := c.sizes(), c.within(test)
	for k, name := range c.names {
		if all[k] > 0 {
			out = append(out, stratum{
				Name: name, Rows: all[k],
				Share:      share(all[k], f.Rows),
				TrainShare: share(all[k]-inTest[k], f.TrainRows),
				TestShare:  share(inTest[k], f.TestRows),
			})
		}
	}
	return out
}

func share(part, whole int) float64 {
	return float64(part) / float64(max(1, whole))
}

// conclude writes the facts, and prints what the split came to and what is
// doubtful about it.
func conclude(s *stage.Stage, report *stage.Output, f facts, warning string) error {
	line := fmt.Sprintf("%d train rows, %d test rows, %s", f.TrainRows, f.TestRows, f.Split)
	switch r := f.Repeats; {
	case r.Rows > 0 && r.Together:
		line += fmt.Sprintf(", %d repeated rows beside what they repeat", r.Rows)
	case r.Rows > 0:
		line += fmt.Sprintf(", %d rows alike in all but the target, which are no copies", r.Rows)
	}
	s.Logf("%s", line)
	if warning != "" {
		s.Warn("%s", warning)
	}
	data, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return err
	}
	return report.WriteFile(append(data, '\n'))
}
