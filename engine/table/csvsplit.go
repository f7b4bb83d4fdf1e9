package table

import (
	"errors"
	"strings"
)

var (
	errBareQuote = errors.New(`a quote inside a value that is not quoted; write "5"" pipe"`)
	errAfter     = errors.New("text after the closing quote of a value")
	errNoEnd     = errors.New("a quoted value does not end")
)

// splitRecord appends the values of the first record of text to dst, and
// returns what follows the record and how many line feeds the record holds.
// The record ends with LF, CRLF or the text. A value in quotes may hold
// anything, a doubled quote stands for one (RFC 4180).
//
// Note: encoding/csv does the same, but turns CRLF in quotes into LF, and gives
// up its speed to positions that are not needed here. A fuzz test holds the two
// together.
func splitRecord(dst []string, text string, comma byte) (record []string, rest string, lines int, err error) {
	for {
		var value string
		if text != "" && text[0] == '"' {
			value, text, err = quotedValue(text[1:])
			lines += strings.Count(value, "\n")
		} else {
			value, text, err = plainValue(text, comma)
		}
		if err != nil {
			return dst, "", lines, err
		}
		dst = append(dst, value)
		switch {
		case text == "" || text == "\r":
			return dst, "", lines, nil
		case text[0] == '\n':
			return dst, text[1:], lines + 1, nil
		case text[0] == comma:
			text = text[1:]
		case strings.HasPrefix(text, "\r\n"):
			return dst, text[2:], lines + 1, nil
		default:
			return dst, "", lines, errAfter
		}
	}
}

// plainValue returns the value up to a comma or the end of its line, and what
// follows.
func plainValue(text string, comma byte) (value, rest string, err error) {
	i := 0
	for i < len(text) && text[i] != comma && text[i] != '\n' {
		if text[i] == '"' {
			return "", "", errBareQuote
		}
		i++
	}
	value, rest = text[:i], text[i:]
	if rest == "" || rest[0] == '\n' {
		value = strings.TrimSuffix(value, "\r")
	}
	return value, rest, nil
}

// quotedValue returns the value up to its closing quote, and what follows.
func quotedValue(text string) (value, rest string, err error) {
	doubled := false
	for i := 0; ; i++ {
		j := strings.IndexByte(text[i:], '"')
		if j < 0 {
			return "", "", errNoEnd
		}
		i += j
		if i+1 < len(text) && text[i+1] == '"' {
			doubled = true
			i++
			continue
		}
		value = text[:i]
		if doubled {
			value = strings.ReplaceAll(value, `""`, `"`)
		}
		return value, text[i+1:], nil
	}
}

// splitLine appends the values of a line that holds no quote.
func splitLine(dst []string, line string, comma byte) []string {
	line = strings.TrimSuffix(line, "\r")
	for {
		i := strings.IndexByte(line, comma)
		if i < 0 {
			return append(dst, line)
		}
		dst = append(dst, line[:i])
		line = line[i+1:]
	}
}
