package wire

import (
	"unicode/utf16"
	"unicode/utf8"
)

// Text passes over a string and returns what it stands for, which is valid
// until the next call.
func (s *Scanner) Text() ([]byte, error) {
	if !s.take('"') {
		return nil, s.unexpected("a string")
	}
	from := s.at
	for ; s.at < len(s.data); s.at++ {
		switch c := s.data[s.at]; {
		case c == '"':
			s.at++
			return s.data[from : s.at-1], nil
		case c == '\\':
			return s.escaped(from)
		case c < 0x20:
			return nil, s.fail("a control character in a string: write it as \\u%04x", c)
		}
	}
	return nil, s.unexpected("the end of a string")
}

// Quoted is text, and how it stands in the JSON.
func (s *Scanner) Quoted() (text, quoted []byte, err error) {
	s.Peek()
	from := s.at
	text, err = s.Text()
	return text, s.data[from:s.at], err
}

// escaped goes on with a string, begun at from, at its first backslash.
func (s *Scanner) escaped(from int) ([]byte, error) {
	s.scratch = append(s.scratch[:0], s.data[from:s.at]...)
	for s.at < len(s.data) {
		c := s.data[s.at]
		s.at++
		switch {
		case c == '"':
			return s.scratch, nil
		case c == '\\':
			if err := s.escape(); err != nil {
				return nil, err
			}
		case c < 0x20:
			s.at--
			return nil, s.fail("a control character in a string: write it as \\u%04x", c)
		default:
			s.scratch = append(s.scratch, c)
		}
	}
	return nil, s.unexpected("the end of a string")
}

var escapes = map[byte]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// escape reads what follows a backslash.
func (s *Scanner) escape() error {
	if s.at >= len(s.data) {
		return s.unexpected("the end of a string")
	}
	if plain, ok := escapes[s.data[s.at]]; ok {
		s.at++
		s.scratch = append(s.scratch, plain)
		return nil
	}
	if s.data[s.at] != 'u' {
		return s.unexpected("an escape")
	}
	s.at++
	r, err := s.unit()
	if err != nil {
		return err
	}
	if utf16.IsSurrogate(r) {
		if s.at+1 >= len(s.data) || s.data[s.at] != '\\' || s.data[s.at+1] != 'u' {
			return s.fail("half of a surrogate pair: U+%04X is no character", r)
		}
		s.at += 2
		low, err := s.unit()
		if err != nil {
			return err
		}
		if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
			return s.fail("half of a surrogate pair is no character")
		}
	}
	s.scratch = utf8.AppendRune(s.scratch, r)
	return nil
}

// unit reads the four digits of \u0000.
func (s *Scanner) unit() (rune, error) {
	var r rune
	for range 4 {
		if s.at >= len(s.data) {
			return 0, s.unexpected("a hexadecimal digit")
		}
		switch c := s.data[s.at]; {
		case '0' <= c && c <= '9':
			r = r<<4 | rune(c-'0')
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, s.unexpected("a hexadecimal digit")
		}
		s.at++
	}
	return r, nil
}
