package serving

import (
	"bufio"
	"encoding/csv"
	"io"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/must"
	"example.com/engine/serving/servingtest"
	"example.com/engine/table"
)

// streamed sends CSV and returns the records of the answer, the header first.
func streamed(t *testing.T, url string, body io.Reader) [][]string {
	t.Helper()
	r, err := http.Post(url+"/predict", "text/csv", body)
	require.NoError(t, err)
	defer r.Body.Close()
	require.Equal(t, http.StatusOK, r.StatusCode)
	return must.Get(csv.NewReader(r.Body).ReadAll())(t)
}

// Every test row, as CSV in one request, is answered with the bits that
// evaluate wrote. Columns that are no inputs are passed over.
func TestStreamOfTestRows(t *testing.T) {
	c := theCensus(t)
	_, url := startServer(t, c.path, Default())
	var b strings.Builder
	w := must.Get(table.NewWriter(&b, "csv", c.test.Fields()))(t)
	require.NoError(t, w.Write(c.test))
	require.NoError(t, w.Close())
	records := streamed(t, url, strings.NewReader(b.String()))
	want := evaluated(t, c)
	require.Len(t, records, 1+len(want))
	assert.Equal(t, []string{"prediction", "lower", "upper", "warnings", "error"}, records[0])
	for i, record := range records[1:] {
		var got [3]float64
		for k := range got {
			got[k] = must.Get(strconv.ParseFloat(record[k], 64))(t)
		}
		require.Equal(t, want[i], answer{got[0], got[1], got[2]}, "row %d", i)
	}
}

// A row that can't be answered has an error; the others are answered all the
// same.
func TestStreamGoesOnAfterABadRow(t *testing.T) {
	_, url := startServer(t, servingtest.Toy(t, "price"), Default())
	good := "80,3,bern,1999-05-31,gas,\n"
	records := streamed(t, url, strings.NewReader("\ufeff"+servingtest.ToyHeader+good+
		"x,2.5,,31.5.1999,,\n"+
		"80,3\n"+
		"300,3,rome,,,\"a, \"\"b\"\"\"\n"+
		"0,3,bern,,,\n"+
		"0x10,3,bern,,,\n"+
		"80,3,be\"rn,,,\n"+
		"80,3,b\xffrn,,,\n"+
		good))
	require.Len(t, records, 10)
	for i, record := range records {
		require.Len(t, record, 5, "row %d", i)
		records[i] = []string{record[0], record[3], record[4]} // without the interval
	}
	one := records[1][0]
	assert.NotEmpty(t, one)
	assert.Equal(t, [][]string{
		{one, "", ""},
		{"", "", `size: "x" is not a number; rooms: 2.5 is not a whole number; city: "" is empty; built: "31.5.1999" is not a date or time`},
		{"", "", "has 2 values, the header has 6"},
		{records[4][0], `size: 300 is above 200; city: "rome" is a category that the model has not seen`, ""},
		{"", "", "the model has no answer for these values; size: 0 is below 1; rooms: 3 is above size, which is 0"},
		{"", "", `size: "0x10" is not a number`},
		{"", "", `bare " in non-quoted-field`},
		{"", "", "city: \"b\ufffdrn\" is not UTF-8"},
		{one, "", ""},
	}, records[1:])
}

func TestStreamOfClasses(t *testing.T) {
	_, url := startServer(t, servingtest.Toy(t, "kind"), Default())
	records := streamed(t, url, strings.NewReader(servingtest.ToyHeader+"130,3,bern,,,\nx,3,bern,,,\n"))
	assert.Equal(t, []string{"prediction", `p_"loft", \ top`, "p_flat", "p_house", "set", "warnings", "error"}, records[0])
	assert.Equal(t, `"loft", \ top`, records[1][0])
	assert.Contains(t, records[1][4], `"loft", \ top`)
	assert.Len(t, records[2], 7)
	assert.NotEmpty(t, records[2][6])
}

// A client that sends a row and waits gets its answer before it sends more.
func TestStreamAnswersWhileItReads(t *testing.T) {
	_, url := startServer(t, servingtest.Toy(t, "price"), Default())
	in, out := io.Pipe()
	request := must.Get(http.NewRequest(http.MethodPost, url+"/predict", in))(t)
	request.Header.Set("Content-Type", "text/csv")
	go func() { _, _ = io.WriteString(out, servingtest.ToyHeader) }()
	r, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer r.Body.Close()
	answers := bufio.NewScanner(r.Body)
	require.True(t, answers.Scan())
	for range 3 {
		must.Get(io.WriteString(out, "80,3,bern,,,\n"))(t)
		require.True(t, answers.Scan(), "the answer is there before the next row is sent")
	}
	require.NoError(t, out.Close())
	assert.False(t, answers.Scan())
}

// The memory that a stream takes does not grow with its rows.
func TestStreamTakesNoMemory(t *testing.T) {
	_, url := startServer(t, servingtest.Toy(t, "price"), Default())
	in, out := io.Pipe()
	go func() {
		line := []byte(strings.Repeat("80,3,bern,1999-05-31,gas,\n", 1000))
		_, _ = io.WriteString(out, servingtest.ToyHeader)
		for range 200 {
			if _, err := out.Write(line); err != nil {
				return
			}
		}
		out.Close()
	}()
	r, err := http.Post(url+"/predict", "text/csv", in)
	require.NoError(t, err)
	defer r.Body.Close()
	lines := 0
	var heap []uint64
	answers := bufio.NewScanner(r.Body)
	for ; answers.Scan(); lines++ {
		if lines == 20_000 || lines == 180_000 {
			var m runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&m)
			heap = append(heap, m.HeapAlloc)
		}
	}
	assert.Equal(t, 200_001, lines)
	assert.Less(t, heap[1], heap[0]+2<<20, "160,000 rows are 4 MB of CSV and 8 MB of numbers")
}

// What breaks a stream that has begun ends the connection, so that no client
// takes a part for the whole.
func TestStreamIsCutShort(t *testing.T) {
	settings := Default()
	settings.Time.Read = 50 * time.Millisecond
	_, url := startServer(t, servingtest.Toy(t, "price"), settings)
	for name, body := range map[string]io.Reader{
		"too long a line": io.MultiReader(strings.NewReader(servingtest.ToyHeader+"80,3,bern,,,\n"), endless{}),
		"too slow":        io.MultiReader(strings.NewReader(servingtest.ToyHeader+"80,3,bern,,,\n"), slow(300*time.Millisecond)),
		"quote":           strings.NewReader(servingtest.ToyHeader + "80,3,bern,,,\n80,3,bern,,,\"no end\n80"),
	} {
		t.Run(name, func(t *testing.T) {
			r, err := http.Post(url+"/predict", "text/csv", io.NopCloser(body))
			if err != nil {
				return // cut short before the head of the answer was read
			}
			defer r.Body.Close()
			assert.Error(t, must.Err(io.ReadAll(r.Body)))
		})
	}
	_, url = startServer(t, servingtest.Toy(t, "price"), Default()) // which waits for it on a busy machine
	status, body := servingtest.Post(t, url+"/predict", "text/csv", strings.Repeat("x", maxRecord+1<<17))
	assert.Equal(t, http.StatusRequestEntityTooLarge, status, body)
}

// endless is a line without an end.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

// slow gives nothing for a time, then the end.
type slow time.Duration

func (s slow) Read([]byte) (int, error) {
	time.Sleep(time.Duration(s))
	return 0, io.EOF
}

func TestStreamsAreLimited(t *testing.T) {
	settings := Default()
	settings.Limits.Streams = 1
	s, url := startServer(t, servingtest.Toy(t, "price"), settings)
	require.True(t, s.limits.openStream())
	status, _ := servingtest.Post(t, url+"/predict", "text/csv", servingtest.ToyHeader)
	assert.Equal(t, http.StatusServiceUnavailable, status)
	s.limits.closeStream()
	status, body := servingtest.Post(t, url+"/predict", "text/csv", servingtest.ToyHeader)
	assert.Equal(t, http.StatusOK, status)
	assert.Equal(t, "prediction,lower,upper,warnings,error\n", body)
}
