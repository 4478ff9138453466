// Masks secrets before a message leaves the house: what follows `password=`, `token=`, `secret=` or `Bearer `, in title and body,
// up to the next blank. A message it changed gets the label `redacted`, and the log says how much it masked.
package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"guest/filterplugin"

	"github.com/hatchway/hatchway/native/go/plugin"
)

func main() {
	filterplugin.Serve(func(context.Context, *plugin.Instance) (filterplugin.Exports, error) {
		return filterplugin.Exports{Filter: redact{}}, nil
	})
}

type redact struct{}

func (redact) Apply(ctx context.Context, message filterplugin.Message) (*filterplugin.Message, error) {
	title, inTitle := mask(message.Title)
	body, inBody := mask(message.Body)
	masked := inTitle + inBody
	if masked == 0 {
		return &message, nil
	}
	message.Title, message.Body = title, body
	if !slices.Contains(message.Labels, "redacted") {
		message.Labels = append(message.Labels, "redacted")
	}
	plural := "s"
	if masked == 1 {
		plural = ""
	}
	line := fmt.Sprintf("masked %d secret%s in %s", masked, plural, message.ID)
	return &message, filterplugin.LogWrite(ctx, filterplugin.LevelInfo, line)
}

var markers = [][]rune{[]rune("password="), []rune("token="), []rune("secret="), []rune("bearer ")}

// mask gives the text without its secrets, and how many there were.
func mask(text string) (string, int) {
	letters := []rune(text)
	lower := make([]rune, len(letters))
	for i, letter := range letters {
		lower[i] = unicode.ToLower(letter)
	}
	var out strings.Builder
	masked := 0
	// What was masked is over there: no marker begins before.
	from := 0
	for i := 0; i < len(letters); {
		if !endsMarker(lower[from:i]) || isBlank(letters[i]) {
			out.WriteRune(letters[i])
			i++
			continue
		}
		out.WriteString("***")
		masked++
		for i < len(letters) && !isBlank(letters[i]) {
			i++
		}
		from = i
	}
	return out.String(), masked
}

func endsMarker(text []rune) bool {
	for _, marker := range markers {
		if len(text) >= len(marker) && slices.Equal(text[len(text)-len(marker):], marker) {
			return true
		}
	}
	return false
}

func isBlank(letter rune) bool { return letter <= ' ' }
