// What Go's runtime asks of a kernel, a subject for each argument.
package main

import (
	"fmt"
	"os"
)

var subjects = map[string]func(){
	"goroutines": goroutines,
	"collector":  collector,
	"timers":     timers,
	"faults":     faults,
	"signals":    signals,
	"processes":  processes,
	"files":      files,
	"sockets":    sockets,
}

func main() {
	for _, name := range os.Args[1:] {
		subjects[name]()
	}
}

// check ends the program if what must work did not.
func check(err error) {
	if err != nil {
		fmt.Println("unexpected:", err)
		os.Exit(1)
	}
}
