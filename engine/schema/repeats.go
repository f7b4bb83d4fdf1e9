package schema

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"os"

	"example.com/engine/table"
)

const (
	// mostKept is how many different values are remembered at once: about
	// 40 MB for each unique column.
	mostKept = 1 << 20
	// partBits are those of a key that say to which file a value goes.
	partBits = 4
)

// repeats finds the values that came before. The first of them are remembered;
// those that are new after that go to files, by their keys, and each file is
// looked through by itself at the end. So it is exact, and its memory does not
// grow with the rows.
type repeats struct {
	folder string // for the files; that of the system if empty
	most   int
	depth  int // of files made from files
	seen   map[table.RowKey]struct{}
	parts  [1 << partBits]*spill
	found  func(Example)
}

func newRepeats(folder string, most, depth int, found func(Example)) *repeats {
	return &repeats{folder: folder, most: most, depth: depth, seen: map[table.RowKey]struct{}{}, found: found}
}

// add tells found of a value that came before, now or in finish. value is
// called where the value is kept.
func (r *repeats) add(key table.RowKey, at Example, value func() string) error {
	if _, ok := r.seen[key]; ok {
		at.Value = value()
		r.found(at)
		return nil
	}
	if len(r.seen) < r.most {
		r.seen[key] = struct{}{}
		return nil
	}
	part := key[0] >> (partBits * r.depth) % (1 << partBits)
	if r.parts[part] == nil {
		var err error
		if r.parts[part], err = newSpill(r.folder); err != nil {
			return err
		}
	}
	at.Value = value()
	return r.parts[part].write(key, at)
}

// finish looks through what is in the files.
func (r *repeats) finish() error {
	r.seen = nil // room for those of a part
	for i, s := range r.parts {
		if s == nil {
			continue
		}
		r.parts[i] = nil
		part := newRepeats(r.folder, r.most, r.depth+1, r.found)
		err := s.read(func(key table.RowKey, at Example) error {
			return part.add(key, at, func() string { return at.Value })
		})
		if err = errors.Join(err, s.file.Close()); err != nil {
			return err
		}
		if err := part.finish(); err != nil {
			return err
		}
	}
	return nil
}

// spill is a file of keys with their places. It has no name, so that nothing is
// left of it however the program ends.
type spill struct {
	file *os.File
	w    *bufio.Writer
	buf  []byte
}

func newSpill(folder string) (*spill, error) {
	f, err := os.CreateTemp(folder, ".unique-*")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &spill{file: f, w: bufio.NewWriterSize(f, 1<<16)}, nil
}

func (s *spill) write(key table.RowKey, at Example) error {
	s.buf = binary.LittleEndian.AppendUint64(s.buf[:0], key[0])
	s.buf = binary.LittleEndian.AppendUint64(s.buf, key[1])
	for _, n := range []int{at.Row, at.Line, len(at.Value)} {
		s.buf = binary.AppendUvarint(s.buf, uint64(n))
	}
	s.buf = append(s.buf, at.Value...)
	_, err := s.w.Write(s.buf)
	return err
}

// read gives all that was written, in that order.
func (s *spill) read(give func(table.RowKey, Example) error) error {
	if err := s.w.Flush(); err != nil {
		return err
	}
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	r := bufio.NewReaderSize(s.file, 1<<16)
	for {
		key, at, err := s.next(r)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = give(key, at)
		}
		if err != nil {
			return err
		}
	}
}

// next returns io.EOF between two records only.
func (s *spill) next(r *bufio.Reader) (key table.RowKey, at Example, err error) {
	var head [16]byte
	if _, err = io.ReadFull(r, head[:]); err != nil {
		return key, at, err
	}
	key = table.RowKey{binary.LittleEndian.Uint64(head[:8]), binary.LittleEndian.Uint64(head[8:])}
	var n [3]uint64 // row, line and length of the value
	for i := range n {
		if n[i], err = binary.ReadUvarint(r); err != nil {
			return key, at, io.ErrUnexpectedEOF
		}
	}
	value := make([]byte, n[2])
	if _, err = io.ReadFull(r, value); err != nil {
		return key, at, io.ErrUnexpectedEOF
	}
	return key, Example{Row: int(n[0]), Line: int(n[1]), Value: string(value)}, nil
}
