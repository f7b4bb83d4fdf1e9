package main

import "github.com/go-gota/gota/dataframe"

// A rule changes rows, a chunk of some ten thousand at a time: it may change
// values, drop rows, and add or drop columns. It sees each column as a gota
// series of floats or strings, null as NaN, and the columns of the file that
// the schema does not know as strings. What it gives back is then checked
// against the schema.
//
// The column "#row" at the end tells where a row was read; keep it, and what
// is found in a row is reported with its line.
//
// Do not use gota's GroupBy, Rapply or CSV here: they join keys, cut numbers
// at six decimals, and lose nulls.
type rule func(dataframe.DataFrame) dataframe.DataFrame

// rules are applied in this order, before rows are dropped. While there is
// none, no chunk is converted for gota, which costs more than all the rest.
//
// To add one, write a function and name it here:
//
//	var rules = []rule{roomsOfRichHouseholds}
//
// The tests show two.
var rules = []rule{}
