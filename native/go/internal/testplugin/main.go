// Command testplugin is the world of hatchway's own tests of sessions as a plugin.
package main

import (
	"github.com/hatchway/hatchway/native/go/internal/testworld"
	"github.com/hatchway/hatchway/native/go/plugin"
)

func main() { plugin.Serve(testworld.Program, testworld.New) }
