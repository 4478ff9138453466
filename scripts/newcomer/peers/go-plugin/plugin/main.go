package main

import (
	"errors"
	"strings"

	"example.com/notes/notes"
	"github.com/hashicorp/go-plugin"
)

type shout struct{}

func (shout) Transform(note notes.Note, log notes.Log) (notes.Note, error) {
	if note.Title == "" {
		return note, errors.New("a note without a title")
	}
	if err := log.Write("shouting " + note.Title); err != nil {
		return note, err
	}
	note.Title = strings.ToUpper(note.Title)
	return note, nil
}

func main() {
	plugins := plugin.PluginSet{"filter": &notes.FilterPlugin{Impl: shout{}}}
	plugin.Serve(&plugin.ServeConfig{HandshakeConfig: notes.Handshake, Plugins: plugins})
}
