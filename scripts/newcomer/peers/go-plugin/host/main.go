package main

import (
	"fmt"
	"os/exec"
	"strings"

	"example.com/notes/notes"
	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
)

type printer struct{}

func (printer) Write(line string) error {
	fmt.Println("log: " + line)
	return nil
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func main() {
	client := plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig: notes.Handshake,
		Plugins:         plugin.PluginSet{"filter": &notes.FilterPlugin{}},
		Cmd:             exec.Command("./shout"),
		Logger:          hclog.NewNullLogger(),
	})
	defer client.Kill()
	filter := must(must(client.Client()).Dispense("filter")).(notes.Filter)

	note := notes.Note{Title: "milk", Stars: 3}
	fmt.Println(must(filter.Transform(note, printer{})).Title)
	note.Title = ""
	if _, err := filter.Transform(note, printer{}); err != nil {
		fmt.Println("refused: " + strings.ToUpper(err.Error()))
	}
}
