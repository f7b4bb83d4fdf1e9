package main

import (
	"context"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"

	"example.com/engine/derive"
	"example.com/engine/stage"
	"example.com/engine/table"
)

// chunkRows is how many rows are derived and written at a time, so that the
// derived columns are never in memory as a whole.
const chunkRows = 1 << 13

// writer makes files of some of the rows of a table, with its derived columns.
type writer struct {
	t      *table.Table
	derive derive.List
	fields []table.Field // of the files: the table's, then derived ones
	bar    *stage.Progress
}

// write makes both files at the same time.
func (w writer) write(ctx context.Context, d *division, train, test *stage.Output) error {
	g, ctx := errgroup.WithContext(ctx)
	w.start(ctx, g, train, d.rows(false))
	w.start(ctx, g, test, d.rows(true))
	return g.Wait()
}

// start makes one file in the group: one goroutine derives while another
// writes what is ready.
func (w writer) start(ctx context.Context, g *errgroup.Group, o *stage.Output, rows []int) {
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
		if err := w.drain(ctx, ready, o); err != nil {
			return fmt.Errorf("writing %s: %w", o.Path, err)
		}
		return nil
	})
}

// chunk returns some rows as they are to be written.
func (w writer) chunk(rows []int) (*table.Table, error) {
	t := w.t.Take(rows)
	derived, err := w.derive.Apply(t)
	if err != nil {
		return nil, err
	}
	cols := slices.Clone(t.Columns()) // dropped ones, too
	for _, f := range w.fields[len(cols):] {
		cols = append(cols, derived.Column(f.Name))
	}
	return table.New(cols...)
}

func (w writer) drain(ctx context.Context, ready <-chan *table.Table, o *stage.Output) error {
	f, err := o.Create()
	if err != nil {
		return err
	}
	to, err := table.NewWriter(f, "csv", w.fields)
	if err != nil {
		return err
	}
	for t := range ready {
		if err := to.Write(t); err != nil {
			return err
		}
		w.bar.Add(int64(t.Len()))
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return to.Close()
}
