package stage

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"os"
)

// headBytes of an executable hold every copy of Go's build id.
const headBytes = 1 << 16

// Program returns the identity of this program: the SHA-256 of its file with
// Go's build id blanked out. The id changes whenever any source of the
// program does, the rest only when the compiled code does, so editing a
// function that another program calls leaves this one as it was.
//
// Note: linking with -buildid= would leave the id out, but go build can then
// not tell that a program is up to date and links it anew every time.
func Program() (string, error) {
	path, err := os.Executable()
	if err != nil {
		return "", err
	}
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	return identity(f)
}

func identity(program io.Reader) (string, error) {
	head := make([]byte, headBytes)
	n, err := io.ReadFull(program, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", err
	}
	head = head[:n]
	blankBuildID(head)
	all := io.MultiReader(bytes.NewReader(head), program)
	f, err := hashReader("program", io.LimitReader(all, unsignedBytes(head)))
	return f.SHA256, err
}

// blankBuildID overwrites the build id. On Linux it is a note in the header
// of the executable, elsewhere it stands at the start of the code.
func blankBuildID(head []byte) {
	const noteType = "\x04\x00\x00\x00Go\x00\x00"
	if at := bytes.Index(head, []byte(noteType)); at >= 4 {
		size := int(binary.LittleEndian.Uint32(head[at-4:]))
		note := head[at+len(noteType):]
		clear(note[:min(size, len(note))])
	}
	const before, after = "\xff Go build ID: \"", "\"\n \xff"
	if at := bytes.Index(head, []byte(before)); at >= 0 {
		id := head[at+len(before):]
		clear(id[:max(0, bytes.Index(id, []byte(after)))])
	}
}

// unsignedBytes is the length of the program without a signature at its end.
// Programs for macOS carry one, which covers the build id.
func unsignedBytes(head []byte) int64 {
	const magic64, headerSize, codeSignature = 0xfeedfacf, 32, 0x1d // as in mach-o/loader.h
	le := binary.LittleEndian
	if len(head) < headerSize || le.Uint32(head) != magic64 {
		return math.MaxInt64
	}
	commands := head[headerSize:]
	for range le.Uint32(head[16:]) {
		if len(commands) < 16 {
			break
		}
		if le.Uint32(commands) == codeSignature {
			return int64(le.Uint32(commands[8:]))
		}
		commands = commands[min(max(8, int(le.Uint32(commands[4:]))), len(commands)):]
	}
	return math.MaxInt64
}
