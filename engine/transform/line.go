package transform

import (
	"fmt"
	"strconv"
	"strings"
)

// Line is how a fitted transformer prints itself: Line("standard_scaler",
// "mean", means) is standard_scaler(mean=[28.64 2636]). Names and values
// alternate; empty values are left out.
func Line(kind string, pairs ...any) string {
	var parts []string
	for i := 0; i < len(pairs); i += 2 {
		if s := Short(pairs[i+1]); s != "" {
			parts = append(parts, fmt.Sprintf("%v=%s", pairs[i], s))
		}
	}
	return kind + "(" + strings.Join(parts, ", ") + ")"
}

// listed is how many values of a list a line shows.
const listed = 8

// Short is how Line prints a value; what is empty is "".
func Short(v any) string {
	switch v := v.(type) {
	case float64:
		return strconv.FormatFloat(v, 'g', 4, 64)
	case []float64:
		return list(v, func(f float64) string { return strconv.FormatFloat(f, 'g', 4, 64) })
	case []string:
		return list(v, func(s string) string { return s })
	case []Field:
		return list(v, func(f Field) string { return f.Name })
	default:
		return fmt.Sprint(v)
	}
}

func list[T any](v []T, text func(T) string) string {
	if len(v) == 0 {
		return ""
	}
	parts := make([]string, min(len(v), listed))
	for i := range parts {
		parts[i] = text(v[i])
	}
	if len(v) > listed {
		parts = append(parts, "…")
	}
	return "[" + strings.Join(parts, " ") + "]"
}
