//go:build darwin || linux || freebsd || netbsd || openbsd

package predictionlog

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// files are those of a log as its writer sees them: the last is open, and
// locked, since two servers may have one folder.
type files struct {
	folder string
	bytes  int64
	most   int

	file *os.File
	size int64
	torn bool // the file does not end with a whole line
}

// ready opens the file to write to: the last, if it has room and nobody writes
// to it, else a new one. The oldest go.
func (f *files) ready() error {
	if f.file != nil && f.size < f.bytes && f.there() {
		return nil
	}
	f.close()
	if err := os.MkdirAll(f.folder, 0o755); err != nil {
		return err
	}
	paths, err := Files(f.folder)
	if err != nil {
		return err
	}
	last := 0
	if n := len(paths); n > 0 {
		last = number(filepath.Base(paths[n-1]))
		if ok, err := f.reopen(paths[n-1]); ok || err != nil {
			return err
		}
	}
	if err := f.create(last + 1); err != nil {
		return err
	}
	for i := 0; i <= len(paths)-f.most; i++ {
		if err := os.Remove(paths[i]); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// there tells whether the open file still stands in its place: somebody may
// have removed the folder.
func (f *files) there() bool {
	open, err := f.file.Stat()
	if err != nil {
		return false
	}
	named, err := os.Stat(f.file.Name())
	return err == nil && os.SameFile(open, named)
}

// reopen goes on with an earlier file, if it has room and is nobody's.
func (f *files) reopen(path string) (bool, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND, 0)
	if err != nil {
		return false, nil // another user's: a new file is begun
	}
	info, err := file.Stat()
	if err != nil || info.Size() >= f.bytes || !lock(file) {
		return false, errors.Join(err, file.Close())
	}
	f.file, f.size, f.torn = file, info.Size(), false
	if f.size > 0 {
		end := make([]byte, 1)
		if _, err := file.ReadAt(end, f.size-1); err != nil {
			return false, err
		}
		f.torn = end[0] != '\n'
	}
	return true, nil
}

// create begins file n, or the next that nobody else has begun.
func (f *files) create(n int) error {
	const tries = 1000
	for i := range tries {
		path := filepath.Join(f.folder, fileName(n+i))
		file, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND|os.O_CREATE|os.O_EXCL, 0o640)
		if errors.Is(err, os.ErrExist) {
			continue
		}
		if err != nil {
			return err
		}
		if !lock(file) { // another writer was quicker to take it for its own
			_ = file.Close()
			continue
		}
		f.file, f.size, f.torn = file, 0, false
		return nil
	}
	return fmt.Errorf("%s: no file could be begun", f.folder)
}

// lock takes the file, if nobody has it. The system lets go of it when the
// process ends, however it ends.
func lock(file *os.File) bool {
	return syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
}

// append writes whole lines. What a failed write leaves behind is ended by the
// next one, so that it spoils no line but its own.
func (f *files) append(lines []byte) error {
	if f.torn {
		if _, err := f.file.WriteString("\n"); err != nil {
			return err
		}
		f.torn = false
		f.size++
	}
	n, err := f.file.Write(lines)
	f.size += int64(n)
	f.torn = err != nil && n > 0
	return err
}

func (f *files) close() {
	if f.file != nil {
		_ = f.file.Sync() // what it loses, it loses after a crash of the machine
		_ = f.file.Close()
		f.file = nil
	}
}
