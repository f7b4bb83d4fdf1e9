package command

import (
	"fmt"
	"io"
	"strings"
)

// Command is one of several things that a program does, as `tools search`.
type Command struct {
	Name    string
	Summary string // a line of the list of commands
	// Run does it with the arguments after the name, and returns the status.
	Run func(args []string, stdout, stderr io.Writer) int
}

// Dispatch runs the command that the first argument names with those after it
// and returns its status. Without arguments, and for -h, it lists the commands
// on stdout; for a name that is none of theirs it returns 2.
func Dispatch(program string, commands []Command, args []string, stdout, stderr io.Writer) int {
	if len(args) == 0 {
		args = []string{"-h"}
	}
	switch args[0] {
	case "-h", "-help", "--help", "help":
		list(stdout, program, commands)
		return 0
	}
	var names []string
	for _, c := range commands {
		if c.Name == args[0] {
			return c.Run(args[1:], stdout, stderr)
		}
		names = append(names, c.Name)
	}
	fmt.Fprintf(stderr, "%s: unknown command %q; there are %s\n", program, args[0], strings.Join(names, ", "))
	return 2
}

func list(w io.Writer, program string, commands []Command) {
	fmt.Fprintf(w, "%s COMMAND [flags]; -h after the command lists its flags\n\n", program)
	for _, c := range commands {
		fmt.Fprintf(w, "  %-10s %s\n", c.Name, c.Summary)
	}
}
