package partition

import (
	"encoding/json"
	"fmt"

	"example.com/engine/table"
)

// Facts are what a division came to: reports/split.json.
type Facts struct {
	Split     Split        `json:"split"`
	Seed      uint64       `json:"seed"`
	Rows      int          `json:"rows"`
	TrainRows int          `json:"train_rows"`
	TestRows  int          `json:"test_rows"`
	TestShare float64      `json:"test_share"`
	Repeats   Repeats      `json:"repeated_rows"`
	Strata    []Stratum    `json:"strata,omitempty"`
	Groups    *GroupCounts `json:"groups,omitempty"`
	TestFrom  string       `json:"test_from,omitempty"` // first moment of the test rows
	Warnings  []string     `json:"warnings,omitempty"`  // what is doubtful
	Columns   []string     `json:"columns"`
	Derived   []string     `json:"derived"` // those of the columns that clean.csv does not have
}

// Stratum is a class of rows with its share of all, of the training and of
// the test rows.
type Stratum struct {
	Name       string  `json:"name"`
	Rows       int     `json:"rows"`
	Share      float64 `json:"share"`
	TrainShare float64 `json:"train_share"`
	TestShare  float64 `json:"test_share"`
}

// GroupCounts are the groups with rows on each side.
type GroupCounts struct {
	Train int `json:"train"`
	Test  int `json:"test"`
}

// Facts counts what a division comes to. Of the fields of train.csv the first,
// as many as clean, are those of clean.csv.
func (p Plan) Facts(d *Division, fields []table.Field, clean int) Facts {
	f := Facts{
		Split: p.Split, Seed: p.Seed, Rows: len(d.Test), TestRows: len(d.Rows(true)),
		Repeats: d.Repeats, TestFrom: d.From, Warnings: d.Warnings, Columns: []string{}, Derived: []string{},
	}
	f.TrainRows = f.Rows - f.TestRows
	f.TestShare = share(f.TestRows, f.Rows)
	for i, field := range fields {
		f.Columns = append(f.Columns, field.Name)
		if i >= clean {
			f.Derived = append(f.Derived, field.Name)
		}
	}
	if d.Strata != nil {
		f.Strata = f.shares(d.Strata, d.Test)
	}
	if d.Groups != nil {
		f.Groups = &GroupCounts{}
		inTest := d.Groups.sizes(d.Test)
		for k, size := range d.Groups.sizes(nil) {
			f.Groups.Test += min(1, inTest[k])
			f.Groups.Train += min(1, size-inTest[k])
		}
	}
	return f
}

// shares leaves out the classes without a row.
func (f *Facts) shares(c *Classes, test []bool) []Stratum {
	var out []Stratum
	all, inTest := c.sizes(nil), c.sizes(test)
	for k, name := range c.Names {
		if all[k] > 0 {
			out = append(out, Stratum{
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

// String is one line: "16512 train rows, 4128 test rows, at random".
func (f Facts) String() string {
	line := fmt.Sprintf("%d train rows, %d test rows, %s", f.TrainRows, f.TestRows, f.Split)
	switch r := f.Repeats; {
	case r.Rows > 0 && r.Together:
		line += fmt.Sprintf(", %d repeated rows beside what they repeat", r.Rows)
	case r.Rows > 0:
		line += fmt.Sprintf(", %d rows alike in all but the target, which are no copies", r.Rows)
	}
	return line
}

// JSON returns the indented text of the file.
func (f Facts) JSON() ([]byte, error) {
	data, err := json.MarshalIndent(f, "", "  ")
	return append(data, '\n'), err
}
