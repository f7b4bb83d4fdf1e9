package derive

import (
	"math"

	"example.com/housing/src/internal/config"
	"example.com/housing/src/internal/table"
)

func init() {
	register("haversine", func() Derivation { return &Haversine{Latitude: "latitude", Longitude: "longitude"} })
}

// Haversine measures how far a row is from named places, along the surface of
// the earth. Each of the three settings at the end asks for columns.
type Haversine struct {
	Latitude  string  `yaml:"latitude" json:"latitude" validate:"required"`   // column in degrees, north is positive
	Longitude string  `yaml:"longitude" json:"longitude" validate:"required"` // column in degrees, east is positive
	Places    []Place `yaml:"places" json:"places" validate:"min=1,unique=Name,dive"`

	Prefix    string `yaml:"prefix,omitempty" json:"prefix,omitempty"`         // <prefix><place>: km to each place
	Nearest   string `yaml:"nearest,omitempty" json:"nearest,omitempty"`       // a category: name of the nearest, the first of equals
	NearestKm string `yaml:"nearest_km,omitempty" json:"nearest_km,omitempty"` // km to that one
}

// Place is a point on the earth, in degrees.
type Place struct {
	Name      string  `yaml:"name" json:"name" validate:"required"`
	Latitude  float64 `yaml:"latitude" json:"latitude" validate:"gte=-90,lte=90"`
	Longitude float64 `yaml:"longitude" json:"longitude" validate:"gte=-180,lte=180"`
}

func (h *Haversine) inputs() []Input {
	return []Input{{"latitude", h.Latitude, Numbers}, {"longitude", h.Longitude, Numbers}}
}

func (h *Haversine) outputs() []table.Field {
	var fields []table.Field
	if h.Prefix != "" {
		for i := range h.Places {
			fields = append(fields, table.Field{Name: h.Prefix + h.Places[i].Name, Kind: table.Float})
		}
	}
	if h.Nearest != "" {
		fields = append(fields, table.Field{Name: h.Nearest, Kind: table.Category})
	}
	if h.NearestKm != "" {
		fields = append(fields, table.Field{Name: h.NearestKm, Kind: table.Float})
	}
	return fields
}

func (h *Haversine) compute(cols, in []*table.Column) []*table.Column {
	km := make([]*table.Column, len(h.Places))
	cos := make([]float64, in[0].Len())
	for i, latitude := range in[0].Floats {
		cos[i] = math.Cos(latitude * degree)
	}
	for k := range h.Places {
		km[k] = h.Places[k].distances(h.Prefix+h.Places[k].Name, in[0].Floats, in[1].Floats, cos)
	}
	if h.Prefix != "" {
		cols = append(cols, km...)
	}
	if h.Nearest == "" && h.NearestKm == "" {
		return cols
	}
	codes, least := make([]int32, in[0].Len()), floats(h.NearestKm, in[0].Len())
	for i := range codes {
		codes[i], least.Floats[i] = closest(km, i)
	}
	if h.Nearest != "" {
		cols = append(cols, &table.Column{Name: h.Nearest, Kind: table.Category, Codes: codes, Levels: h.names()})
	}
	if h.NearestKm != "" {
		cols = append(cols, least)
	}
	return cols
}

// closest returns the place with the least distance in row i, or null.
func closest(km []*table.Column, i int) (code int32, least float64) {
	least = km[0].Floats[i]
	if math.IsNaN(least) { // as are all, since the row has no position
		return -1, null
	}
	for k, c := range km {
		if c.Floats[i] < least {
			code, least = int32(k), c.Floats[i]
		}
	}
	return code, least
}

func (h *Haversine) names() []string {
	names := make([]string, len(h.Places))
	for k := range h.Places {
		names[k] = h.Places[k].Name
	}
	return names
}

// Validate wants something to be asked for.
func (h *Haversine) Validate() error {
	if h.Prefix == "" && h.Nearest == "" && h.NearestKm == "" {
		return config.Invalid("prefix, nearest, nearest_km", "give one of them or more")
	}
	return nil
}

// EarthRadius is the mean radius of the earth in km, (2a+b)/3 of GRS 80
// (Moritz, Geodetic Reference System 1980, Journal of Geodesy 74, 2000).
const EarthRadius = 6371.0088

const degree = math.Pi / 180

// distances returns the km from the place to each point by the haversine
// formula, which takes the earth for a sphere and is right to about 0.5 %. cosLat
// holds the cosines of the latitudes.
func (p Place) distances(name string, lat, lon, cosLat []float64) *table.Column {
	cos := math.Cos(p.Latitude * degree)
	out := floats(name, len(lat))
	for i := range lat {
		s := math.Sin((lat[i] - p.Latitude) * degree / 2)
		t := math.Sin((lon[i] - p.Longitude) * degree / 2)
		a := s*s + cos*cosLat[i]*t*t
		out.Floats[i] = 2 * EarthRadius * math.Asin(math.Sqrt(min(1, a)))
	}
	return out
}
