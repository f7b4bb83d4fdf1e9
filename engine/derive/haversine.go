package derive

import (
	"math"

	"example.com/engine/config"
	"example.com/engine/table"
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
	rows, places := in[0].Len(), len(h.Places)
	cos := make([]float64, rows)
	for i, latitude := range in[0].Floats {
		cos[i] = math.Cos(latitude * degree)
	}
	// One block of memory for the distances to all places, and one for the columns.
	km := make([]float64, places*rows)
	to := func(k int) []float64 { return km[k*rows : (k+1)*rows : (k+1)*rows] }
	out := make([]table.Column, 0, places+2)
	add := func(c table.Column) {
		out = append(out, c)
		cols = append(cols, &out[len(out)-1])
	}
	for k, place := range h.Places {
		place.distances(to(k), in[0].Floats, in[1].Floats, cos)
		if h.Prefix != "" {
			add(table.Column{Name: h.Prefix + place.Name, Kind: table.Float, Floats: to(k)})
		}
	}
	if h.Nearest != "" {
		codes := make([]int32, rows)
		for i := range codes {
			codes[i] = closest(km, rows, i)
		}
		add(table.Column{Name: h.Nearest, Kind: table.Category, Codes: codes, Levels: h.names()})
	}
	if h.NearestKm != "" {
		least := cos // which has served
		for i := range least {
			least[i] = null
			if k := closest(km, rows, i); k >= 0 {
				least[i] = to(int(k))[i]
			}
		}
		add(table.Column{Name: h.NearestKm, Kind: table.Float, Floats: least})
	}
	return cols
}

// closest returns the place with the least distance in row i, or null where the
// row has no position. km holds the distances of all rows for each place.
func closest(km []float64, rows, i int) int32 {
	code, least := int32(-1), math.Inf(1)
	for k := i; k < len(km); k += rows {
		if km[k] < least {
			code, least = int32(k/rows), km[k]
		}
	}
	return code
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

// distances writes to km how far the place is from each point, by the haversine
// formula, which takes the earth for a sphere and is right to about 0.5 %. cosLat
// holds the cosines of the latitudes.
func (p Place) distances(km, lat, lon, cosLat []float64) {
	cos := math.Cos(p.Latitude * degree)
	for i := range lat {
		s := math.Sin((lat[i] - p.Latitude) * degree / 2)
		t := math.Sin((lon[i] - p.Longitude) * degree / 2)
		a := s*s + cos*cosLat[i]*t*t
		km[i] = 2 * EarthRadius * math.Asin(math.Sqrt(min(1, a)))
	}
}
