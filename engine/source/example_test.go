package source_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"example.com/engine/source"
)

func ExampleFetcher() {
	dir, _ := os.MkdirTemp("", "example")
	defer os.RemoveAll(dir)
	s := source.Default()
	s.Source = filepath.Join(dir, "houses.csv")
	s.SHA256 = "1afbcd80568d6f7bb77816933e9d15867701786ef5e9a673b6f311819ddf45d0"
	os.WriteFile(s.Source, []byte("rooms,price\n3,200\n"), 0o600)

	f, err := source.NewFetcher(s, "")
	if err != nil {
		panic(err)
	}
	path, err := f.Get(context.Background(), dir)
	if err == nil {
		_, err = f.Verify(path)
	}
	if err == nil {
		err = f.Unpack(os.Stdout, path)
	}
	fmt.Println(err)
	// Output:
	// rooms,price
	// 3,200
	// <nil>
}
