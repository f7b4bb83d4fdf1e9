package tree

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"example.com/engine/radix"
)

// Rules says how a tree is printed. The zero value prints everything, with
// feature_0, feature_1, … and numbers of six digits.
type Rules struct {
	Features []string   // names of the columns
	Levels   [][]string // by column, names of the codes of a categorical one
	Classes  []string   // names of the classes; 0, 1, … if nil
	MaxDepth int        // a branch below that many splits is summed up; 0 is no limit
	Decimals int        // of all numbers; 0 is six significant digits
	Missing  bool       // say which side NaN goes to
	Weights  bool       // print what each class weighs in a leaf
}

// Text prints the first tree as rules, in the form of scikit-learn's
// export_text, which Decimals: 2 and MaxDepth: 10 give to the letter, but for
// splits that part what is missing from what is not:
//
//	|--- income <= 3.07
//	|   |--- ocean in {INLAND}
//	|   |   |--- value: [93912.81]
//	|   |--- ocean not in {INLAND}
//	|   |   |--- value: [188211.30]
//	|--- income >  3.07
//	|   |--- value: [265083.90]
func (e *Ensemble) Text(r Rules) string {
	if e == nil || len(e.Roots) == 0 {
		panic("tree: text before fit")
	}
	p := rulePrinter{Rules: r, tree: &e.Tree}
	p.node(int(e.Roots[0]), 1)
	return p.out.String()
}

type rulePrinter struct {
	Rules
	tree *Tree
	out  strings.Builder
}

// node prints a node; depth is 1 at the root.
func (p *rulePrinter) node(node, depth int) {
	if p.tree.IsLeaf(node) {
		p.line(depth, p.leaf(node))
		return
	}
	if p.MaxDepth > 0 && depth > p.MaxDepth+1 {
		p.line(depth, fmt.Sprintf("truncated branch of depth %d", p.tree.depthFrom(node)+1))
		return
	}
	left, right := p.split(node)
	child := int(p.tree.Left[node])
	p.line(depth, left)
	p.node(child, depth+1)
	p.line(depth, right)
	p.node(child+1, depth+1)
}

func (p *rulePrinter) line(depth int, text string) {
	p.out.WriteString(strings.Repeat("|   ", depth-1) + "|--- " + text + "\n")
}

// split returns the conditions of the left and of the right child.
func (p *rulePrinter) split(node int) (left, right string) {
	t := p.tree
	name := label(p.Features, int(t.Feature[node]), "feature_")
	missingLeft := t.Flags[node]&MissingLeft != 0
	switch threshold := t.Threshold[node]; {
	case t.Flags[node]&Categorical != 0:
		set := p.set(node)
		left, right = name+" in "+set, name+" not in "+set
		if missingLeft {
			left, right = right, left
		}
	case math.IsInf(threshold, 1) && !missingLeft:
		return name + " not missing", name + " missing"
	default:
		left, right = name+" <= "+p.number(threshold), name+" >  "+p.number(threshold)
	}
	switch {
	case p.Missing && missingLeft:
		left += " or missing"
	case p.Missing:
		right += " or missing"
	}
	return left, right
}

func (p *rulePrinter) set(node int) string {
	var levels []string
	if f := int(p.tree.Feature[node]); f < len(p.Levels) {
		levels = p.Levels[f]
	}
	var names []string
	for _, code := range p.tree.SetCodes(node) {
		names = append(names, label(levels, code, ""))
	}
	return "{" + strings.Join(names, ", ") + "}"
}

func (p *rulePrinter) leaf(node int) string {
	v := p.tree.Values(node)
	if len(v) == 1 {
		return "value: [" + p.number(v[0]) + "]"
	}
	text := "class: " + label(p.Classes, floats.MaxIdx(v), "")
	if !p.Weights {
		return text
	}
	weights := make([]string, len(v))
	for k, share := range v {
		weights[k] = p.number(share * float64(p.tree.Cover[node]))
	}
	return "weights: [" + strings.Join(weights, ", ") + "] " + text
}

func (p *rulePrinter) number(v float64) string {
	if p.Decimals > 0 {
		return strconv.FormatFloat(v, 'f', p.Decimals, 64)
	}
	return strconv.FormatFloat(v, 'g', 6, 64)
}

// label returns the name of number i, or the number behind a prefix.
func label(names []string, i int, prefix string) string {
	if i < len(names) {
		return names[i]
	}
	return prefix + strconv.Itoa(i)
}

// featureTests are the tests of one feature: whether a row's key is at most
// keys[i] is test first+i. After these come the tests for sets of codes.
type featureTests struct {
	feature     int
	first       int
	keys        []uint64 // rising
	missingLeft []int    // tests that NaN passes
	sets        []int    // a split for each test by a set of codes
}

// test puts rows of x to the tests of the feature.
func (f *featureTests) test(passed []uint64, e *Ensemble, x *mat.Dense, from, rows int) {
	sets := passed[f.first:][:len(f.keys)]
	clear(sets)
	var missing uint64
	for r := 0; r < rows; r += 4 {
		var keys [4]uint64
		for i := range keys {
			v := x.At(from+min(r+i, rows-1), f.feature)
			keys[i] = radix.Key(v)
			if v != v {
				missing |= one(r + i)
			}
		}
		a, b, c, d := radix.Below(f.keys, keys[0], keys[1], keys[2], keys[3])
		for i, least := range [4]int{a, b, c, d} {
			if least < len(sets) {
				sets[least] |= one(r + i)
			}
		}
	}
	var most uint64 // rows whose key is at most that of the test
	for i, set := range sets {
		most |= set
		sets[i] = most
	}
	for _, t := range f.missingLeft {
		passed[t] |= missing
	}
	if len(f.sets) > 0 {
		f.testSets(passed[f.first+len(f.keys):], e, x, from, rows)
	}
}

// testSets puts rows to the tests by sets of codes. Of the rows that have one
// code the first stands for all.
func (f *featureTests) testSets(passed []uint64, e *Ensemble, x *mat.Dense, from, rows int) {
	var codes [setRows]float64
	var with [setRows]uint64
	n := 0
	for r := range rows {
		v := x.At(from+r, f.feature)
		i := 0
		for i < n && math.Float64bits(codes[i]) != math.Float64bits(v) {
			i++
		}
		if i == n {
			codes[n], with[n] = v, 0
			n++
		}
		with[i] |= one(r)
	}
	for t, split := range f.sets {
		left := int(e.Left[split])
		passed[t] = 0
		for i, v := range codes[:n] {
			if e.Child(split, v) == left {
				passed[t] |= with[i]
			}
		}
	}
}

// one is the set of one row. Its bit is where leafNumbers puts the row's number
// into the order of rows: row 8·k+g is bit 8·g+k.
func one(row int) uint64 { return 1 << (8*(row%8) + row/8) }
