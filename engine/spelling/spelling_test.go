package spelling

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"", "four", 4},
		{"Price", "price", 0},
		{"kitten", "sitting", 3},
		{"tagret", "target", 1},
		{"größe", "grosse", 3},
		{"ab", "ba", 1},
	} {
		assert.Equal(t, c.want, Distance(c.a, c.b), "%s, %s", c.a, c.b)
		assert.Equal(t, c.want, Distance(c.b, c.a), "%s, %s", c.b, c.a)
	}
}

func TestNearestIsTheFirstOfEquals(t *testing.T) {
	name, ok := Nearest("b", []string{"long", "c", "a"}, 1)
	assert.True(t, ok)
	assert.Equal(t, "c", name)
	_, ok = Nearest("price", []string{"rooms", "area"}, 2)
	assert.False(t, ok)
	_, ok = Nearest("price", nil, 9)
	assert.False(t, ok)
}

func TestNearestIsWithinAThird(t *testing.T) {
	names := []string{"total_rooms", "total_bedrooms", "id", "Ärger"}
	for s, want := range map[string]string{
		"total_room": "total_rooms", "Total_Rooms": "total_rooms", "bedrooms": "", "idd": "id", "x": "", "": "", "arger": "Ärger",
	} {
		got, ok := Nearest(s, names, len([]rune(s))/3)
		assert.Equal(t, want, got, s)
		assert.Equal(t, want != "", ok, s)
	}
}

func ExampleNearest() {
	fmt.Println(Nearest("n_estimaters", []string{"max_depth", "n_estimators"}, 3))
	// Output: n_estimators true
}
