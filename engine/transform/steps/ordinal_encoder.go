package steps

import (
	"math"
	"math/rand/v2"

	"example.com/engine/config"
	"example.com/engine/table"
	"example.com/engine/transform"
)

// OrdinalEncoder replaces categories, texts or numbers by their place 0, 1, 2…
// in sorted order or in the given one. Null stays null unless
// EncodedMissingValue says otherwise.
//
// Note: min_frequency and max_categories are the one-hot encoder's alone.
type OrdinalEncoder struct {
	// Categories gives those of some columns, in order; the others' are learned.
	Categories map[string][]string `yaml:"categories,omitempty" json:"categories_given,omitempty"`
	// HandleUnknown says what becomes of a category not seen in training: an
	// error, or UnknownValue.
	HandleUnknown       string   `yaml:"handle_unknown" json:"handle_unknown" validate:"oneof=error use_encoded_value"`
	UnknownValue        *float64 `yaml:"unknown_value" json:"unknown_value"`                 // nil is null
	EncodedMissingValue *float64 `yaml:"encoded_missing_value" json:"encoded_missing_value"` // nil is null

	transform.Signature `yaml:"-"`
	Learned             []Categories `yaml:"-" json:"categories"` // of each column
}

func init() {
	transform.Register("ordinal_encoder", func() transform.Rowwise { return NewOrdinalEncoder() })
}

// NewOrdinalEncoder returns one that takes no unknown categories, and gives -1
// for them once it is told to use the encoded value.
func NewOrdinalEncoder() *OrdinalEncoder {
	unknown := -1.0
	return &OrdinalEncoder{HandleUnknown: "error", UnknownValue: &unknown}
}

// Fit learns the categories of each column; y and rng are not used.
func (e *OrdinalEncoder) Fit(x *table.Table, _ []float64, _ *rand.Rand) error {
	if err := transform.Learnable(e, x, table.Category, table.Text, table.Float); err != nil {
		return err
	}
	learned, _, err := settledCategories(x, e.Categories, false)
	if err != nil {
		return err
	}
	for j, c := range x.Columns() {
		if err := e.distinct(c.Name, learned[j].Size()); err != nil {
			return err
		}
	}
	if e.HandleUnknown == "error" {
		if err := allKnown(x, learned, false); err != nil {
			return err
		}
	}
	e.Learned, e.In, e.Out = learned, transform.FieldsOf(x), transform.Numbers(x.Names()...)
	return nil
}

// distinct checks that the values for null and unknown are no category's.
func (e *OrdinalEncoder) distinct(column string, n int) error {
	taken := func(v *float64) bool { return v != nil && *v >= 0 && *v < float64(n) && *v == math.Trunc(*v) }
	if e.HandleUnknown != "error" && taken(e.UnknownValue) {
		return config.Invalid("unknown_value", "%v is the place of a category of %q", *e.UnknownValue, column)
	}
	if taken(e.EncodedMissingValue) {
		return config.Invalid("encoded_missing_value", "%v is the place of a category of %q", *e.EncodedMissingValue, column)
	}
	return nil
}

// Transform returns the places.
func (e *OrdinalEncoder) Transform(x *table.Table) (*table.Table, error) { return transform.Run(e, x) }

// Apply is Transform on the columns of the signature.
func (e *OrdinalEncoder) Apply(dst, src []*table.Column) error {
	room := codesRooms.Get().(*codesRoom)
	defer codesRooms.Put(room)
	null, unknown := orNull(e.EncodedMissingValue), orNull(e.UnknownValue)
	for j, c := range src {
		out := dst[j].Floats
		for i, k := range e.Learned[j].codes(room, c) {
			switch {
			case k >= 0:
				out[i] = float64(k)
			case k == nullCode:
				out[i] = null
			case e.HandleUnknown == "error":
				return unseen(e.In[j].Name, c, i)
			default:
				out[i] = unknown
			}
		}
	}
	return nil
}

func orNull(v *float64) float64 {
	if v == nil {
		return math.NaN()
	}
	return *v
}

func (e *OrdinalEncoder) String() string {
	pairs := []any{}
	for j := range e.Learned {
		pairs = append(pairs, e.In[j].Name, e.Learned[j].names())
	}
	return transform.Line("ordinal_encoder", pairs...)
}
