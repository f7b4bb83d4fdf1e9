package table

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"
)

// Dialect is how a text file writes a table. The zero value stands for a file
// that is no text.
type Dialect struct {
	Comma    rune   // between values: ',', ';', a tab or '|'
	Decimal  rune   // in numbers: '.' or ','
	Encoding string // UTF8, Windows1252 or UTF16
	Headless bool   // the first record is a row
}

// Apply returns o with the dialect in it.
func (d Dialect) Apply(o Options) Options {
	o.Comma, o.Decimal, o.Encoding, o.Headless = d.Comma, d.Decimal, d.Encoding, d.Headless
	return o
}

// sniffed is how much of a file Sniff reads, in bytes.
const sniffed = 1 << 20

// Sniff guesses the dialect of a file from its first million bytes. The
// separator is the one that cuts most records into the same number of values,
// more than one; the decimal mark is the one of most numbers with a fraction.
func Sniff(path string) (Dialect, error) {
	format, zipped, err := formatOf(path)
	if err != nil || format != "csv" {
		return Dialect{}, err
	}
	data, err := head(path, zipped, sniffed)
	if err != nil {
		return Dialect{}, err
	}
	d := Dialect{Comma: ',', Decimal: '.', Encoding: encodingOf(data)}
	if d.Encoding != UTF8 {
		r, err := decoded(bytes.NewReader(data), d.Encoding)
		if err != nil {
			return d, err
		}
		if data, err = io.ReadAll(r); err != nil {
			return d, err
		}
	}
	text := strings.TrimLeft(strings.TrimPrefix(string(data), "\ufeff"), "\r\n")
	if len(data) >= sniffed {
		text = text[:strings.LastIndexByte(text, '\n')+1]
	}
	d.Comma = sniffComma(text, strings.Contains(strings.ToLower(path), ".tsv"))
	d.Decimal = sniffDecimal(text, byte(d.Comma))
	d.Headless = sniffHeadless(text, byte(d.Comma), d.Decimal)
	return d, nil
}

func head(path string, zipped bool, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var r io.Reader = f
	if zipped {
		if r, err = gzip.NewReader(f); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	data, err := io.ReadAll(io.LimitReader(r, most))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	return data, nil
}

// encodingOf tells the encoding by byte order mark, by every second byte of
// the first ones being zero, or by what is not UTF-8.
func encodingOf(data []byte) string {
	marked := bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff})
	if marked || len(data) >= 4 && data[0] != 0 && data[1] == 0 && data[2] != 0 && data[3] == 0 {
		return UTF16
	}
	if len(data) >= sniffed { // the last character may be cut
		data = data[:len(data)-utf8.UTFMax]
		for len(data) > 0 && data[len(data)-1] >= 0x80 {
			data = data[:len(data)-1]
		}
	}
	if utf8.Valid(data) {
		return UTF8
	}
	return Windows1252
}

// sniffComma returns the separator that gives the most records of one width.
// Of equals the one that gives more values wins, and the first of the list.
func sniffComma(text string, tsv bool) rune {
	candidates := []rune{',', ';', '\t', '|'}
	best := candidates[0]
	if tsv {
		best = '\t'
		candidates = []rune{'\t', ',', ';', '|'}
	}
	bestScore := 0.0
	for _, c := range candidates {
		if score := commaScore(text, byte(c)); score > bestScore {
			best, bestScore = c, score
		}
	}
	return best
}

// commaScore is 0 where the first record has one value, else the share of
// records as wide as the first, plus a little for each value.
func commaScore(text string, comma byte) float64 {
	const most = 2000
	width, records, same := 0, 0, 0
	eachRecord(text, comma, most, func(record []string) {
		if records == 0 {
			width = len(record)
		}
		records++
		if len(record) == width {
			same++
		}
	})
	if width < 2 {
		return 0
	}
	share := float64(same) / float64(records)
	return share + min(float64(width), 1000)/1e6
}

// eachRecord calls f for the first records, passing over blank lines and what
// can't be split.
func eachRecord(text string, comma byte, most int, f func([]string)) {
	var record []string
	for n := 0; text != "" && n < most; n++ {
		if line, rest, _ := strings.Cut(text, "\n"); line == "" || line == "\r" {
			text = rest
			continue
		}
		got, rest, _, err := splitRecord(record[:0], text, comma)
		switch {
		case errors.Is(err, errNoEnd):
			return
		case err != nil:
			_, text, _ = strings.Cut(text, "\n")
			f(nil)
		default:
			record, text = got, rest
			f(record)
		}
	}
}

// sniffDecimal counts the numbers with a fraction, dressed ones among them. A
// comma before exactly three digits may stand for thousands and counts for
// neither.
func sniffDecimal(text string, comma byte) rune {
	count := map[byte]int{}
	eachRecord(text, comma, 2000, func(record []string) {
		for _, s := range record {
			count[markOf(strings.TrimSpace(s))]++
		}
	})
	if count[','] > count['.'] && comma != ',' { // one mark can't do both
		return ','
	}
	return '.'
}

// markOf returns the decimal mark of a number with a fraction, 0 where there is
// none or it may part thousands.
func markOf(s string) byte {
	if _, err := parseFloat(s, '.'); err == nil {
		if strings.Contains(s, ".") {
			return '.'
		}
		return 0
	}
	for _, mark := range []byte{',', '.'} {
		_, err := parseFloat(s, mark)
		_, _, dressed := ParseDressed(s, rune(mark))
		_, fraction, has := strings.Cut(s, string(mark))
		digits := strings.IndexFunc(fraction+" ", func(r rune) bool { return r < '0' || r > '9' })
		both := strings.ContainsAny(s, ",") && strings.ContainsAny(s, ".")
		if has && (err == nil || dressed) && (digits != 3 || both) {
			return mark
		}
	}
	return 0
}

// sniffHeadless tells whether the first record is a row like the others. It is
// where every column of numbers has a number there, and one of these can't be a
// name, or a text comes again in its column: 1999 and 2000 may be names, 5.1
// is not, nor is a name twice.
func sniffHeadless(text string, comma byte, mark rune) bool {
	var first []string
	var columns []likeness
	eachRecord(text, comma, 2000, func(record []string) {
		switch {
		case first == nil:
			for _, s := range record {
				first = append(first, strings.TrimSpace(s))
			}
			columns = make([]likeness, len(first))
		case len(record) == len(first):
			for i, s := range record {
				columns[i].add(strings.TrimSpace(s), first[i], mark)
			}
		}
	})
	return rowLike(first, columns, mark)
}

// likeness is how the values of a column compare with its first one.
type likeness struct{ values, numbers, same int }

func (l *likeness) add(s, first string, mark rune) {
	if s == "" {
		return
	}
	l.values++
	if _, err := ParseFloat(s, mark); err == nil {
		l.numbers++
	}
	if s == first {
		l.same++
	}
}

// numeric tells whether most values are numbers; texts may mean null.
func (l *likeness) numeric() bool { return l.values > 0 && 2*l.numbers > l.values }

func rowLike(first []string, columns []likeness, mark rune) bool {
	numeric, proof := false, false
	seen := map[string]bool{}
	for i, s := range first {
		_, err := ParseFloat(s, mark)
		switch {
		case columns[i].numeric() && s != "":
			if err != nil {
				return false
			}
			numeric = true
			proof = proof || seen[s] || strings.ContainsAny(s, string(mark)+"-")
			seen[s] = true
		case columns[i].numeric():
		default:
			proof = proof || s != "" && columns[i].same > 0
		}
	}
	return numeric && proof
}
