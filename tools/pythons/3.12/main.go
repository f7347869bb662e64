// Unpacks the Python 3.12 that the module github.com/kluctl/go-embed-python carries into the folder that is named.
package main

import (
	"log"
	"os"

	"github.com/kluctl/go-embed-python/python"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: unpack FOLDER")
	}
	if _, err := python.NewEmbeddedPythonWithTmpDir(os.Args[1], false); err != nil {
		log.Fatal(err)
	}
}
