package partition

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"

	"example.com/engine/derive"
	"example.com/engine/schema"
	"example.com/engine/selection"
	"example.com/engine/stage"
	"example.com/engine/table"
)

func init() { Register("rows", func() Strategy { return &Listed{} }) }

// Listed takes the rows whose numbers are in a file, one a line, 0 being
// the first row of the raw file. It is for a split that was made elsewhere.
type Listed struct {
	File string `yaml:"file" json:"file" validate:"required"`

	path       string // to open File by
	validation string // to open what clean reports by
}

// Open declares what Divide reads.
func (l *Listed) Open(s *stage.Stage) {
	l.path = s.External(l.File)
	l.validation = s.Input(schema.ValidationFile)
}

// Needs lists no column.
func (l *Listed) Needs() []derive.Input { return nil }

func (l *Listed) String() string { return "as listed in " + l.File }

// Divide reads the file. A table that lacks rows of the raw file is an error: the
// numbers would mean others.
func (l *Listed) Divide(rows selection.Rows, _ []*table.Column, rng *rand.Rand) (*Division, error) {
	v, err := schema.ReadValidation(l.validation)
	if err != nil {
		return nil, err
	}
	if rows.N != v.RowsRead {
		return nil, fmt.Errorf("split: rows: %s numbers the %d rows of the raw file, of which clean kept %d: "+
			"let it keep all of them (see data.yaml), or choose another split", l.File, v.RowsRead, rows.N)
	}
	numbers, err := l.numbers()
	if err != nil {
		return nil, err
	}
	d, err := Holdout(&selection.Given{Test: numbers}, rows, rng)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", l.File, err)
	}
	d.Fixed = true
	return d, nil
}

// numbers reads the file; blank lines mean nothing.
func (l *Listed) numbers() ([]int, error) {
	f, err := os.Open(l.path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var numbers []int
	lines := bufio.NewScanner(f)
	for line := 1; lines.Scan(); line++ {
		text := strings.TrimSpace(lines.Text())
		if text == "" {
			continue
		}
		row, err := strconv.Atoi(text)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %q is not the number of a row", l.File, line, text)
		}
		numbers = append(numbers, row)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", l.File, err)
	}
	return numbers, nil
}
