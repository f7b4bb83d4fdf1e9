package table

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// Encodings of text files. UTF-8 may begin with a byte order mark; UTF-16 is
// little-endian unless its mark says otherwise.
const (
	UTF8        = "utf-8"
	Windows1252 = "windows-1252" // holds ISO 8859-1, Latin-1, but for control characters
	UTF16       = "utf-16"       // "Unicode text" of spreadsheets
)

// ErrEncoding is in the error of a text that is not UTF-8 and not said to be
// anything else.
var ErrEncoding = errors.New("the text is not UTF-8; save the file as UTF-8")

// decoded returns a reader of r's text in UTF-8.
func decoded(r io.Reader, encoding string) (io.Reader, error) {
	switch encoding {
	case "", UTF8:
		return r, nil
	case Windows1252:
		return &recoder{from: r, decode: decodeWindows1252}, nil
	case UTF16:
		d := &utf16Decoder{}
		return &recoder{from: r, decode: d.decode}, nil
	default:
		return nil, fmt.Errorf("encoding %q is not %s, %s or %s", encoding, UTF8, Windows1252, UTF16)
	}
}

// recoder gives in UTF-8 what it reads in another encoding.
type recoder struct {
	from   io.Reader
	decode func(dst, src []byte, end bool) (out []byte, used int)
	in     []byte // read but not yet decoded
	out    []byte // decoded but not yet given
	err    error
}

func (r *recoder) Read(p []byte) (int, error) {
	for len(r.out) == 0 {
		if r.err != nil {
			return 0, r.err
		}
		const block = 1 << 16
		have := len(r.in)
		r.in = append(r.in, make([]byte, block)...)
		n, err := r.from.Read(r.in[have:])
		r.in, r.err = r.in[:have+n], err
		out, used := r.decode(r.out[:0], r.in, err != nil)
		r.out = out
		r.in = r.in[:copy(r.in, r.in[used:])]
	}
	n := copy(p, r.out)
	r.out = r.out[n:]
	return n, nil
}

// windows1252 are the characters of the bytes 0x80 to 0x9f, as the WHATWG
// Encoding Standard has them.
var windows1252 = [32]rune{
	'€', 0x81, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0x8d, 'Ž', 0x8f,
	0x90, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0x9d, 'ž', 'Ÿ',
}

func decodeWindows1252(dst, src []byte, _ bool) (out []byte, used int) {
	for _, b := range src {
		switch {
		case b < 0x80:
			dst = append(dst, b)
		case b < 0xa0:
			dst = utf8.AppendRune(dst, windows1252[b-0x80])
		default:
			dst = utf8.AppendRune(dst, rune(b))
		}
	}
	return dst, len(src)
}

// utf16Decoder knows the order of bytes once it has seen two.
type utf16Decoder struct{ begun, big bool }

func (d *utf16Decoder) decode(dst, src []byte, end bool) (out []byte, used int) {
	if !d.begun && len(src) >= 2 {
		d.begun = true
		d.big = bytes.HasPrefix(src, []byte{0xfe, 0xff})
		if d.big || bytes.HasPrefix(src, []byte{0xff, 0xfe}) {
			used = 2
		}
	}
	for used+2 <= len(src) {
		r, n := rune(d.unit(src[used:])), 2
		if utf16.IsSurrogate(r) {
			if used+4 > len(src) && !end {
				break
			}
			second := rune(utf8.RuneError)
			if used+4 <= len(src) {
				second = rune(d.unit(src[used+2:]))
			}
			if r = utf16.DecodeRune(r, second); r != utf8.RuneError {
				n = 4
			}
		}
		dst = utf8.AppendRune(dst, r)
		used += n
	}
	if end {
		used = len(src)
	}
	return dst, used
}

func (d *utf16Decoder) unit(b []byte) uint16 {
	if d.big {
		return uint16(b[0])<<8 | uint16(b[1])
	}
	return uint16(b[1])<<8 | uint16(b[0])
}
