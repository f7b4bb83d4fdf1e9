package partition

import (
	"context"
	"fmt"
	"io"
	"slices"

	"golang.org/x/sync/errgroup"

	"example.com/engine/derive"
	"example.com/engine/stage"
	"example.com/engine/table"
)

// chunkRows is how many rows are derived and written at a time, so that the
// derived columns are never in memory as a whole.
const chunkRows = 1 << 13

// Writer makes CSV files of some of the rows of a table, with its derived
// columns.
type Writer struct {
	Table    *table.Table
	Derive   derive.List
	Fields   []table.Field    // of the files: the table's, then derived ones
	Progress func(rows int64) // is told of the rows of each chunk; may be nil
}

// Write makes both files at the same time, each in the order of the table.
func (w Writer) Write(ctx context.Context, d *Division, train, test *stage.Output) error {
	g, ctx := errgroup.WithContext(ctx)
	write := func(o *stage.Output, rows []int) {
		g.Go(func() error {
			f, err := o.Create()
			if err != nil {
				return fmt.Errorf("writing %s: %w", o.Path, err)
			}
			return w.WriteRows(ctx, rows, f, o.Path)
		})
	}
	write(train, d.Rows(false))
	write(test, d.Rows(true))
	return g.Wait()
}

// WriteRows makes one file, of the rows in the order given; errors call it by
// the name. One goroutine derives while another writes what is ready.
func (w Writer) WriteRows(ctx context.Context, rows []int, to io.Writer, name string) error {
	g, ctx := errgroup.WithContext(ctx)
	ready := make(chan *table.Table, 2)
	g.Go(func() error {
		defer close(ready)
		for chunk := range slices.Chunk(rows, chunkRows) {
			t, err := w.chunk(chunk)
			if err != nil {
				return err
			}
			select {
			case ready <- t:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	g.Go(func() error {
		if err := w.drain(ctx, ready, to); err != nil {
			return fmt.Errorf("writing %s: %w", name, err)
		}
		return nil
	})
	return g.Wait()
}

// chunk returns some rows as they are to be written.
func (w Writer) chunk(rows []int) (*table.Table, error) {
	t := w.Table.Take(rows)
	derived, err := w.Derive.Apply(t)
	if err != nil {
		return nil, err
	}
	cols := slices.Clone(t.Columns()) // dropped ones, too
	for _, f := range w.Fields[len(cols):] {
		cols = append(cols, derived.Column(f.Name))
	}
	return table.New(cols...)
}

func (w Writer) drain(ctx context.Context, ready <-chan *table.Table, f io.Writer) error {
	to, err := table.NewWriter(f, "csv", w.Fields)
	if err != nil {
		return err
	}
	for t := range ready {
		if err := to.Write(t); err != nil {
			return err
		}
		if w.Progress != nil {
			w.Progress(int64(t.Len()))
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return to.Close()
}
