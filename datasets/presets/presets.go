// Package presets knows the exports of user stores: how to export them, and how their columns, their words and their
// stored hashes are read. Each is one file of data under data, NAME.yaml, with a sample export beside it, NAME.sample.EXT,
// that a test builds an index from. A new preset is two files, and a section of docs/sources.md, which a test writes.
//
// A preset is nothing but a recipe of package accounts with words for people: whatever a user says by flags counts
// more, and what a preset cannot know, such as a pepper, it asks for.
package presets

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/credsieve/credsieve/datasets/accounts"
)

//go:embed data/*.yaml
var data embed.FS

// Preset is one kind of user store.
type Preset struct {
	Name     string
	Title    string // of the product, and of the export
	Export   string // commands of a shell
	Notes    string // what people should know; may be empty
	NoHashes string // why there is nothing to verify; empty: there is
	Config   string // what must be told of the product's configuration; empty: nothing
	Steps    []byte // rules of hash steps, as a file of them has them; nil: none

	recipe accounts.Recipe
	sample sample
}

// sample says what a scan finds of the sample export.
type sample struct {
	password string
	listed   []string // accounts that have the password
	answers  []string // of those, the known answers
}

// Recipe returns how to read the export. config is what Config asks for.
func (p *Preset) Recipe(config string) (*accounts.Recipe, error) {
	switch {
	case p.NoHashes != "":
		return nil, fmt.Errorf("preset %s: %s", p.Name, p.NoHashes)
	case p.Config != "" && strings.TrimSpace(config) == "":
		return nil, fmt.Errorf("preset %s needs a file with %s", p.Name, p.Config)
	case p.Config == "" && config != "":
		return nil, fmt.Errorf("preset %s takes no configuration", p.Name)
	}
	r := p.recipe
	r.Config = strings.TrimSpace(config)
	return &r, nil
}

// All returns every preset, by name. Nobody may change one.
func All() ([]*Preset, error) {
	all, err := every()
	return slices.Clone(all), err
}

// every reads the presets once in a process.
var every = sync.OnceValues(func() ([]*Preset, error) {
	files, err := fs.Glob(data, "data/*.yaml")
	if err != nil {
		return nil, err
	}
	var all []*Preset
	for _, file := range files {
		p, err := read(file)
		if err != nil {
			return nil, fmt.Errorf("failed to read preset %q: %w", file, err)
		}
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b *Preset) int { return strings.Compare(a.Name, b.Name) })
	return all, nil
})

// Named returns one preset.
func Named(name string) (*Preset, error) {
	all, err := All()
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		if p.Name == name {
			return p, nil
		}
	}
	names := make([]string, len(all))
	for i, p := range all {
		names[i] = p.Name
	}
	return nil, fmt.Errorf("no preset is named %q; there are %s", name, strings.Join(names, ", "))
}

// file is a preset as it is written.
type file struct {
	Title    string `yaml:"title"`
	Export   string `yaml:"export"`
	Notes    string `yaml:"notes"`
	NoHashes string `yaml:"no_hashes"`
	Config   string `yaml:"config"`
	Steps    string `yaml:"steps"`

	Format     string            `yaml:"format"`
	Header     []string          `yaml:"header"`
	Separator  string            `yaml:"separator"`
	Records    string            `yaml:"records"`
	Columns    map[string]texts  `yaml:"columns"`
	Where      []condition       `yaml:"where"`
	Statuses   map[string]string `yaml:"statuses"`
	Since      string            `yaml:"status_since"`
	Privileges map[string]string `yaml:"privileges"`
	Days       bool              `yaml:"days"`

	SamplePassword string   `yaml:"sample_password"`
	SampleListed   []string `yaml:"sample_listed"`
	SampleAnswers  []string `yaml:"sample_answers"`
}

type condition struct {
	Column string `yaml:"column"`
	Is     string `yaml:"is"`
	Not    bool   `yaml:"not"`
}

// texts is one text, or several of which the first that fits counts.
type texts []accounts.Text

// UnmarshalYAML implements yaml.Unmarshaler.
func (t *texts) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*t = texts{accounts.Text(n.Value)}
		return nil
	}
	return n.Decode((*[]accounts.Text)(t))
}

// samplePassword is that of most samples.
const samplePassword = "Made-Up-Harbour-9"

func read(path string) (*Preset, error) {
	text, err := data.ReadFile(path)
	if err != nil {
		return nil, err
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	var f file
	if err := decoder.Decode(&f); err != nil {
		return nil, err
	}
	p := &Preset{
		Name: strings.TrimSuffix(strings.TrimPrefix(path, "data/"), ".yaml"), Title: f.Title, Export: f.Export,
		Notes: f.Notes, NoHashes: f.NoHashes, Config: f.Config,
		recipe: accounts.Recipe{
			Format: f.Format, Header: f.Header, Records: f.Records, Days: f.Days,
			Columns: map[string][]accounts.Text{}, Since: accounts.Status(f.Since),
		},
		sample: sample{password: f.SamplePassword, listed: f.SampleListed, answers: f.SampleAnswers},
	}
	if p.sample.password == "" {
		p.sample.password = samplePassword
	}
	if f.Steps != "" {
		p.Steps = []byte(f.Steps)
	}
	return p, p.fill(&f)
}

// fill checks and takes over what has a type of its own in a recipe.
func (p *Preset) fill(f *file) (err error) {
	if f.Title == "" || f.Export == "" {
		return errors.New("it has no title, or does not say how to export")
	}
	switch len(f.Separator) {
	case 0:
	case 1:
		p.recipe.Separator = f.Separator[0]
	default:
		return fmt.Errorf("separator %q is not a single character", f.Separator)
	}
	for role, list := range f.Columns {
		p.recipe.Columns[role] = list
	}
	for _, c := range f.Where {
		p.recipe.Where = append(p.recipe.Where, accounts.Condition(c))
	}
	if p.recipe.Statuses, err = accounts.ParseStatusMap(f.Statuses); err != nil {
		return err
	}
	known := []accounts.Privilege{accounts.PrivilegeUser, accounts.PrivilegeStaff, accounts.PrivilegeAdmin}
	p.recipe.Privileges = map[string]accounts.Privilege{}
	for word, privilege := range f.Privileges {
		if !slices.Contains(known, accounts.Privilege(privilege)) {
			return fmt.Errorf("privilege %q of %q is not one of user, staff, admin", privilege, word)
		}
		p.recipe.Privileges[word] = accounts.Privilege(privilege)
	}
	return nil
}
