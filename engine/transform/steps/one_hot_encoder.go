package steps

import (
	"math/rand/v2"
	"slices"

	"example.com/engine/rank"
	"example.com/engine/table"
	"example.com/engine/transform"
)

// OneHotEncoder makes of each column one column of zeros and ones a category,
// named <column>_<category>, categories in sorted order. It takes categories,
// texts and numbers.
//
// Null is a category of its own, <column>_nan, where there is one in training,
// as in scikit-learn, and unknown otherwise; HandleNull "ignore" gives all
// zeros instead.
type OneHotEncoder struct {
	// Categories gives those of some columns, in order; the others' are learned.
	Categories map[string][]string `yaml:"categories,omitempty" json:"categories_given,omitempty"`
	// HandleUnknown says what becomes of a category not seen in training: an
	// error, all zeros, or the infrequent category where there is one.
	HandleUnknown string `yaml:"handle_unknown" json:"handle_unknown" validate:"oneof=error ignore infrequent_if_exist"`
	HandleNull    string `yaml:"handle_null" json:"handle_null" validate:"oneof=category ignore"`
	// Drop leaves out the first category, or that of columns with two.
	Drop string `yaml:"drop,omitempty" json:"drop,omitempty" validate:"omitempty,oneof=first if_binary"`
	// MinFrequency is the count (from 1), or the share of rows (below 1), under
	// which categories are put together as infrequent_sklearn; 0 does not.
	MinFrequency float64 `yaml:"min_frequency,omitempty" json:"min_frequency,omitempty" validate:"gte=0"`
	// MaxCategories bounds the columns made of one, the infrequent category
	// included; 0 does not.
	MaxCategories int `yaml:"max_categories,omitempty" json:"max_categories,omitempty" validate:"gte=0"`

	transform.Signature `yaml:"-"`
	Encodings           []OneHot `yaml:"-" json:"encodings"` // of each column read
}

// OneHot is the encoding of one column.
type OneHot struct {
	Categories Categories `json:"categories"`
	Slots      []int      `json:"slots"`   // of each code: which column made is 1, or -1 if none
	Unknown    int        `json:"unknown"` // the same for what has no code
}

func init() {
	transform.Register("one_hot_encoder", func() transform.Rowwise { return NewOneHotEncoder() })
}

// NewOneHotEncoder returns one that takes no unknown categories.
func NewOneHotEncoder() *OneHotEncoder {
	return &OneHotEncoder{HandleUnknown: "error", HandleNull: "category"}
}

// Fit learns the categories of each column; y and rng are not used.
func (e *OneHotEncoder) Fit(x *table.Table, _ []float64, _ *rand.Rand) error {
	if err := transform.Learnable(e, x, table.Category, table.Text, table.Float); err != nil {
		return err
	}
	all, counts, err := settledCategories(x, e.Categories, e.HandleNull == "category")
	if err != nil {
		return err
	}
	if e.HandleUnknown == "error" {
		if err := allKnown(x, all, e.HandleNull == "category"); err != nil {
			return err
		}
	}
	e.In, e.Out, e.Encodings = transform.FieldsOf(x), []transform.Field{}, make([]OneHot, x.Width())
	for j := range all {
		e.Encodings[j] = e.encode(e.In[j].Name, all[j], e.infrequent(counts[j], x.Len()))
	}
	return nil
}

// infrequent tells of each code whether it goes into the common category.
func (e *OneHotEncoder) infrequent(counts []int, rows int) []bool {
	least := e.MinFrequency
	if least < 1 {
		least *= float64(rows)
	}
	rare := make([]bool, len(counts))
	kept := len(counts) + 1
	for code, n := range counts {
		if rare[code] = float64(n) < least; rare[code] {
			kept--
		}
	}
	if e.MaxCategories == 0 || kept <= e.MaxCategories {
		return rare
	}
	byCount := rank.Order(len(counts), func(a, b int) int { return counts[a] - counts[b] })
	for _, code := range byCount[:max(0, len(byCount)-e.MaxCategories+1)] {
		rare[code] = true
	}
	return rare
}

// encode adds the columns made of one to Out and returns their encoding.
func (e *OneHotEncoder) encode(name string, categories Categories, rare []bool) OneHot {
	slots := make([]int, len(rare))
	var labels []string
	for code, label := range categories.names() {
		if !rare[code] {
			slots[code] = len(labels)
			labels = append(labels, label)
		}
	}
	common := -1
	if slices.Contains(rare, true) {
		common = len(labels)
		labels = append(labels, "infrequent_sklearn")
	}
	first := len(e.Out) // the column made for slot 0
	if e.Drop == "first" && len(labels) > 0 || e.Drop == "if_binary" && len(labels) == 2 {
		labels = labels[1:]
		first--
	}
	place := func(slot int) int {
		if slot < 0 || first+slot < len(e.Out) {
			return -1
		}
		return first + slot
	}
	for code := range slots {
		if rare[code] {
			slots[code] = common
		}
		slots[code] = place(slots[code])
	}
	out := OneHot{categories, slots, -1}
	if e.HandleUnknown == "infrequent_if_exist" {
		out.Unknown = place(common)
	}
	for _, label := range labels {
		e.Out = append(e.Out, transform.Field{Name: name + "_" + label, Kind: table.Float})
	}
	return out
}

// Transform returns the columns of zeros and ones.
func (e *OneHotEncoder) Transform(x *table.Table) (*table.Table, error) { return transform.Run(e, x) }

// Apply is Transform on the columns of the signature.
func (e *OneHotEncoder) Apply(dst, src []*table.Column) error {
	room := codesRooms.Get().(*codesRoom)
	defer codesRooms.Put(room)
	for _, c := range dst {
		clear(c.Floats)
	}
	for j, c := range src {
		code := &e.Encodings[j]
		for i, k := range code.Categories.codes(room, c) {
			slot := code.Unknown
			switch {
			case k >= 0:
				slot = code.Slots[k]
			case k == nullCode && e.HandleNull == "ignore":
				slot = -1
			case e.HandleUnknown == "error":
				return unseen(e.In[j].Name, c, i)
			}
			if slot >= 0 {
				dst[slot].Floats[i] = 1
			}
		}
	}
	return nil
}

func (e *OneHotEncoder) String() string {
	return transform.Line("one_hot_encoder", "handle_unknown", e.HandleUnknown, "columns", e.Out)
}
