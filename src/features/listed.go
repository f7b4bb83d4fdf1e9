package main

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

// listed takes the rows whose numbers stand in a file, one a line, 0 being
// the first row of the raw file. It is for a split that was made elsewhere.
type listed struct {
	File string `yaml:"file" json:"file" validate:"required"`

	path       string // to open File by
	validation string // to open what clean reports by
}

// open declares what divide reads.
func (l *listed) open(s *stage.Stage) {
	l.path = s.External(l.File)
	l.validation = s.Input(schema.ValidationFile)
}

func (l *listed) needs() []derive.Input { return nil }
func (l *listed) String() string        { return "as listed in " + l.File }

func (l *listed) divide(n int, _ []*table.Column, rng *rand.Rand) (*division, error) {
	v, err := schema.ReadValidation(l.validation)
	if err != nil {
		return nil, err
	}
	if n != v.RowsRead {
		return nil, fmt.Errorf("split: rows: %s numbers the %d rows of the raw file, of which clean kept %d: "+
			"let it keep all of them (see data.yaml), or choose another split", l.File, v.RowsRead, n)
	}
	numbers, err := l.numbers()
	if err != nil {
		return nil, err
	}
	d, err := holdout(&selection.Given{Test: numbers}, selection.Rows{N: n}, rng)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", l.File, err)
	}
	return d, nil
}

// numbers reads the file; blank lines mean nothing.
func (l *listed) numbers() ([]int, error) {
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
