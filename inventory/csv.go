package inventory

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"

	"example.com/keyturn/models"
)

// The columns of a file of members; email is the one that must be there.
var columns = []string{"email", "name", "role", "seat"}

// readCSV reads members from a table (RFC 4180) with a line of column names, in any order.
func readCSV(f *found, text []byte) models.Inventory {
	r := csv.NewReader(bytes.NewReader(text))
	r.FieldsPerRecord = -1
	r.ReuseRecord = true
	var inv models.Inventory
	head, err := r.Read()
	if err != nil {
		csvProblem(f, err)
		return inv
	}
	at := header(f, head)
	if len(f.list) > 0 {
		return inv
	}
	width := len(head)
	s := schema{found: f}
	seen := map[string]int{}
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return inv
		}
		if err != nil {
			csvProblem(f, err)
			return inv
		}
		line, _ := r.FieldPos(0)
		if len(record) != width {
			f.add(line, "this line has %d fields, the first line has %d: quote a name that holds a comma", len(record), width)
			continue
		}
		m := s.row(record, at, line)
		key := strings.ToLower(m.Email)
		if first := seen[key]; first > 0 && key != "" {
			f.add(line, "%s stands here a second time: the first is on line %d", quote(m.Email), first)
			continue
		}
		seen[key] = line
		inv.Members = append(inv.Members, m)
	}
}

func csvProblem(f *found, err error) {
	var bad *csv.ParseError
	if errors.As(err, &bad) {
		f.add(bad.Line, "this is not CSV here: a quote stands alone, or is not closed")
		return
	}
	f.add(1, "%s", oneLine(err.Error()))
}

// header says at which place each column stands; -1: nowhere.
func header(f *found, head []string) map[string]int {
	at := map[string]int{"email": -1, "name": -1, "role": -1, "seat": -1}
	for i, title := range head {
		name := strings.ToLower(strings.TrimSpace(title))
		switch {
		case !slices.Contains(columns, name):
			f.add(1, "there is no column %s%s", quote(title), meant(name, columns))
		case at[name] >= 0:
			f.add(1, "the column %s stands here twice", name)
		}
		at[name] = i
	}
	if at["email"] < 0 {
		f.add(1, "the column email is missing: the first line names the columns, %s", strings.Join(columns, ","))
	}
	return at
}

func (s schema) row(record []string, at map[string]int, line int) models.InventoryMember {
	cell := func(name string) *node {
		n := &node{line: line}
		if i := at[name]; i >= 0 {
			n.text = record[i]
		}
		return n
	}
	m := models.InventoryMember{Role: models.RoleMember}
	email := cell("email")
	email.text = strings.TrimSpace(email.text)
	if email.text == "" {
		s.add(line, "a member needs an e-mail address")
	}
	m.Email = s.email(email, "email")
	if n := cell("name"); n.text != "" {
		m.Name = s.name(n, "name")
	}
	if n := cell("role"); strings.TrimSpace(n.text) != "" {
		n.text = strings.ToLower(strings.TrimSpace(n.text))
		m.Role = oneOf(s, n, "role", models.RoleMember, models.RoleAdmin)
	}
	if n := cell("seat"); strings.TrimSpace(n.text) != "" {
		m.Seat = s.flag(n, "seat")
	}
	return m
}
