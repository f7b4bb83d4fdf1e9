package stage

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"strings"
)

// headBytes of an executable hold Go's build id.
const headBytes = 1 << 16

// Program returns the identity of this program: a hash of its code.
//
// It is the last part of Go's build id, which go build computes over the
// executable with the id itself and signatures left out. The other parts
// change whenever any source of the program does; this one only when the
// compiled code does, so editing a function that another program calls leaves
// this one as it was. A program without a build id is hashed as a whole.
// Several stages may share a program, as the commands of bin/tools do: a change
// of one makes the others run again, too.
//
// Note: linking with -buildid= would make the file itself comparable, but go
// build can then not tell that it is up to date and links it anew every time.
// Hashing the file on each start costs 1 ms for each MB.
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
	if parts := strings.Split(buildID(head), "/"); len(parts) == 4 {
		return parts[3], nil
	}
	f, err := hashReader("program", io.MultiReader(bytes.NewReader(head), program))
	return f.SHA256, err
}

// buildID finds the id as `go tool buildid` does: on Linux in a note in the
// header of the executable, elsewhere between marks at the start of the code.
func buildID(head []byte) string {
	const noteType = "\x04\x00\x00\x00Go\x00\x00"
	if at := bytes.Index(head, []byte(noteType)); at >= 4 {
		size := int(binary.LittleEndian.Uint32(head[at-4:]))
		note := head[at+len(noteType):]
		return string(note[:min(size, len(note))])
	}
	const before, after = "\xff Go build ID: \"", "\"\n \xff"
	if _, rest, ok := bytes.Cut(head, []byte(before)); ok {
		id, _, _ := bytes.Cut(rest, []byte(after))
		return string(id)
	}
	return ""
}
