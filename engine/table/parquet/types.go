package parquet

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"

	"example.com/engine/table"
)

// convert appends one value of a file, which is not null, to a column.
type convert func(*table.Builder, parquet.Value) error

// converter returns how the values of a column of a file are read.
func converter(c *parquet.Column) (convert, error) {
	if !c.Leaf() || c.Repeated() {
		return nil, errors.New("is nested; only flat columns are read")
	}
	t := c.Type()
	if logical := t.LogicalType(); logical != nil {
		switch l := logical.Value.(type) {
		case *format.TimestampType:
			return instant(func(v parquet.Value) int64 { return v.Int64() }, unit(l.Unit)), nil
		case *format.DateType:
			return instant(func(v parquet.Value) int64 { return int64(v.Int32()) }, 24*time.Hour), nil
		case *format.DecimalType:
			return decimal(int(l.Scale)), nil
		case *format.IntType:
			if !l.IsSigned {
				return number(unsigned(t.Kind())), nil
			}
		}
	}
	switch t.Kind() {
	case parquet.Boolean:
		return boolean, nil
	case parquet.Int32:
		return number(func(v parquet.Value) float64 { return float64(v.Int32()) }), nil
	case parquet.Int64:
		return number(func(v parquet.Value) float64 { return float64(v.Int64()) }), nil
	case parquet.Float:
		return number(func(v parquet.Value) float64 { return float64(v.Float()) }), nil
	case parquet.Double:
		return number(parquet.Value.Double), nil
	case parquet.Int96:
		return instant(int96, 1), nil
	case parquet.ByteArray:
		return text, nil
	default:
		return nil, fmt.Errorf("is a %v, which is not read", t)
	}
}

// declaredKind returns the kind that a file gives a column; Text for any
// string.
func declaredKind(c *parquet.Column) table.Kind {
	if !c.Leaf() {
		return table.Text // refused when it is read
	}
	if logical := c.Type().LogicalType(); logical != nil {
		switch logical.Value.(type) {
		case *format.TimestampType, *format.DateType:
			return table.Time
		}
	}
	switch c.Type().Kind() {
	case parquet.Int96:
		return table.Time
	case parquet.Boolean:
		return table.Category
	case parquet.ByteArray:
		return table.Text
	default:
		return table.Float
	}
}

func number(get func(parquet.Value) float64) convert {
	return func(to *table.Builder, v parquet.Value) error { return to.Number(get(v)) }
}

func text(to *table.Builder, v parquet.Value) error { return to.Text(v.ByteArray()) }

func boolean(to *table.Builder, v parquet.Value) error { return to.Bool(v.Boolean()) }

// instant appends a time that get gives in units since 1970.
func instant(get func(parquet.Value) int64, unit time.Duration) convert {
	most := math.MaxInt64 / int64(unit)
	return func(to *table.Builder, v parquet.Value) error {
		n := get(v)
		if n > most || n < -most {
			return table.ErrTimeRange
		}
		return to.Time(n * int64(unit))
	}
}

func unit(u format.TimeUnit) time.Duration {
	switch u.Value.(type) {
	case *format.MilliSeconds:
		return time.Millisecond
	case *format.MicroSeconds:
		return time.Microsecond
	default:
		return time.Nanosecond
	}
}

// int96 is nanoseconds of the day, then the Julian day: how Spark and Impala
// used to write times.
func int96(v parquet.Value) int64 {
	const julian1970 = 2440588
	t := v.Int96()
	ns := int64(t[1])<<32 | int64(t[0])
	return (int64(t[2])-julian1970)*24*int64(time.Hour) + ns
}

func unsigned(k parquet.Kind) func(parquet.Value) float64 {
	if k == parquet.Int32 {
		return func(v parquet.Value) float64 { return float64(v.Uint32()) }
	}
	return func(v parquet.Value) float64 { return float64(v.Uint64()) }
}

// decimal reads an integer, or big-endian bytes, of which the last scale
// digits are a fraction.
func decimal(scale int) convert {
	return func(to *table.Builder, v parquet.Value) error {
		var n *big.Int
		switch v.Kind() {
		case parquet.Int32:
			n = big.NewInt(int64(v.Int32()))
		case parquet.Int64:
			n = big.NewInt(v.Int64())
		default:
			n = signed(v.ByteArray())
		}
		f, err := table.ParseFloat(n.String()+"e-"+strconv.Itoa(scale), '.')
		if err != nil { // it is out of range
			return err
		}
		return to.Number(f)
	}
}

func signed(b []byte) *big.Int {
	n := new(big.Int).SetBytes(b)
	if len(b) > 0 && b[0] >= 0x80 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
	}
	return n
}
