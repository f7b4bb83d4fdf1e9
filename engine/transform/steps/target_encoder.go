package steps

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"

	"example.com/engine/config"
	"example.com/engine/parallel"
	"example.com/engine/selection"
	"example.com/engine/table"
	"example.com/engine/transform"
)

// TargetEncoder replaces each category by the mean of the target over the
// training rows that have it, shrunk towards the mean of all: by Smooth rows of
// the mean, or, with "auto", by the share of the category's own variance
// (Micci-Barreca 2001, equations 3 to 6). Null is a category; one not seen in
// training gets the mean of all.
//
// FitTransform is cross-fitted: the rows of each fold get what the other folds
// taught, so that no row has seen its own target, nor that of its group or of its
// time where rows hang together so. Fit and Transform on the training rows would
// leak it.
type TargetEncoder struct {
	// TargetType is continuous, binary (the same for class codes 0 and 1) or
	// multiclass, which makes a column <column>_<class> for each class.
	//
	// Note: scikit-learn's "auto" takes whole numbers for classes, so prices in
	// full dollars too; here it has to be said.
	TargetType string `yaml:"target_type" json:"target_type" validate:"oneof=continuous binary multiclass"`
	Smooth     string `yaml:"smooth" json:"smooth"` // auto, or a number from 0
	Folds      int    `yaml:"cv" json:"cv" validate:"gte=2"`

	transform.Signature `yaml:"-"`
	Categories          []Categories  `yaml:"-" json:"categories"` // of each column read
	Encodings           [][][]float64 `yaml:"-" json:"encodings"`  // by column read, class, code
	TargetMean          []float64     `yaml:"-" json:"target_mean"`
}

func init() {
	transform.Register("target_encoder", func() transform.Rowwise { return NewTargetEncoder() })
}

// NewTargetEncoder returns one for numbers with five folds.
func NewTargetEncoder() *TargetEncoder {
	return &TargetEncoder{TargetType: "continuous", Smooth: "auto", Folds: 5}
}

// Validate tells whether Smooth is one.
func (e *TargetEncoder) Validate() error {
	if v, err := strconv.ParseFloat(e.Smooth, 64); e.Smooth == "auto" || err == nil && v >= 0 {
		return nil
	}
	return config.Invalid("smooth", "%q is neither auto nor a number from 0", e.Smooth)
}

// Fit learns the categories and their encodings from all rows.
func (e *TargetEncoder) Fit(x *table.Table, y []float64, _ *rand.Rand) error {
	if err := transform.Learnable(e, x, table.Category, table.Text, table.Float); err != nil {
		return err
	}
	targets, err := e.targets(x.Len(), y)
	if err != nil {
		return err
	}
	e.In, e.Out = transform.FieldsOf(x), []transform.Field{}
	e.Categories, e.TargetMean = make([]Categories, x.Width()), nil
	for j, c := range x.Columns() {
		e.Categories[j], _ = learnCategories(c, true)
		e.Out = append(e.Out, e.columnsOf(c.Name, len(targets))...)
	}
	e.TargetMean, e.Encodings = e.encode(e.codes(x), targets, nil, 0)
	return nil
}

// FitTransform is Fit, and the cross-fitted encodings of the rows of x.
func (e *TargetEncoder) FitTransform(ctx context.Context, x *table.Table, y []float64, rng *rand.Rand) (*table.Table, error) {
	if err := e.Fit(x, y, rng); err != nil {
		return nil, err
	}
	if x.Len() < e.Folds {
		return nil, config.Invalid("cv", "%d folds need as many rows, and there are %d", e.Folds, x.Len())
	}
	if rng == nil {
		panic("transform: target_encoder draws numbers and needs a source of them")
	}
	classes := y
	if e.TargetType == "continuous" {
		classes = nil
	}
	folds, count, err := selection.Parts(ctx, x.Len(), e.Folds, classes, rng)
	if err != nil {
		return nil, err
	}
	return e.crossFit(x, y, folds, count)
}

// crossFit encodes the rows of each fold by what the other folds teach.
func (e *TargetEncoder) crossFit(x *table.Table, y []float64, folds []int, count int) (*table.Table, error) {
	targets, err := e.targets(x.Len(), y)
	if err != nil {
		return nil, err
	}
	codes, dst := e.codes(x), transform.NewColumns(e.Out, x.Len())
	parallel.For(count, func(fold int) {
		mean, encodings := e.encode(codes, targets, folds, fold)
		for j := range codes {
			for class := range targets {
				out := dst[j*len(targets)+class].Floats
				for i, k := range codes[j] {
					if folds[i] == fold {
						out[i] = lookUp(encodings[j][class], k, mean[class])
					}
				}
			}
		}
	})
	return table.New(dst...)
}

// Transform returns the encodings that all training rows taught.
func (e *TargetEncoder) Transform(x *table.Table) (*table.Table, error) { return transform.Run(e, x) }

// Apply is Transform on the columns of the signature.
func (e *TargetEncoder) Apply(dst, src []*table.Column) error {
	room := codesRooms.Get().(*codesRoom)
	defer codesRooms.Put(room)
	for j, c := range src {
		codes := e.Categories[j].codes(room, c)
		for class, mean := range e.TargetMean {
			out := dst[j*len(e.TargetMean)+class].Floats
			for i, k := range codes {
				out[i] = lookUp(e.Encodings[j][class], k, mean)
			}
		}
	}
	return nil
}

func lookUp(encoding []float64, code int32, mean float64) float64 {
	if code < 0 {
		return mean
	}
	return encoding[code]
}

// targets returns what is averaged: y itself, or for each class 1 where y is
// that class and 0 elsewhere.
func (e *TargetEncoder) targets(rows int, y []float64) ([][]float64, error) {
	if len(y) != rows {
		return nil, fmt.Errorf("it needs the target of %d rows and got %d", rows, len(y))
	}
	classes := 0
	for i, v := range y {
		switch {
		case v-v != 0:
			return nil, transform.BadValue("target", i, "%v is not a number to average", v)
		case e.TargetType == "continuous":
		case v < 0 || v != float64(int(v)) || e.TargetType == "binary" && v > 1:
			return nil, transform.BadValue("target", i, "%v is not a class of a %s target", v, e.TargetType)
		}
		classes = max(classes, int(v)+1)
	}
	if e.TargetType != "multiclass" {
		return [][]float64{y}, nil
	}
	targets := make([][]float64, classes)
	for class := range targets {
		targets[class] = make([]float64, rows)
		for i, v := range y {
			if int(v) == class {
				targets[class][i] = 1
			}
		}
	}
	return targets, nil
}

func (e *TargetEncoder) columnsOf(name string, classes int) []transform.Field {
	if e.TargetType != "multiclass" {
		return transform.Numbers(name)
	}
	var list []transform.Field
	for class := range classes {
		list = append(list, transform.Field{Name: name + "_" + strconv.Itoa(class), Kind: table.Float})
	}
	return list
}

// codes returns the codes of each column of x.
func (e *TargetEncoder) codes(x *table.Table) [][]int32 {
	all := make([][]int32, x.Width())
	for j, c := range x.Columns() {
		all[j] = e.Categories[j].codes(new(codesRoom), c)
	}
	return all
}

func (e *TargetEncoder) String() string {
	return transform.Line("target_encoder", "smooth", e.Smooth, "mean", e.TargetMean, "columns", e.Out)
}
