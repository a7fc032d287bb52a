// Package activity is the screen of the workspace's history: who did what, when and from where.
// Events are read only, and none carries a secret.
package activity

import (
	"strconv"
	"strings"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/screens/detail"
	"example.com/keyturn/ui/screens/list"
)

type event = models.Event

// Screen lists the events, the newest first. Older ones come when the cursor gets to the end.
type Screen struct {
	*list.Model[event]
	newest  int64  // the largest Seq that has come
	oldest  int64  // the smallest Seq that has come
	cursor  string // of the page after the oldest event; empty: there is none, or none was asked for
	loaded  bool   // the first page has come
	older   request
	newer   request
	again   bool    // events may have come while we were asking
	pending []event // newer events whose last page has not come yet
	problem string
}

// request is a question that may be under way.
type request struct {
	ids    kit.Requests
	asking bool
}

func (r *request) begin() kit.ReqID {
	r.asking = true
	return r.ids.Next()
}

// end reports whether an answer is the one that is waited for.
func (r *request) end(id kit.ReqID) bool {
	if !r.asking || !r.ids.Wanted(id) {
		return false
	}
	r.asking = false
	return true
}

var _ kit.Screen = (*Screen)(nil)

// New returns the screen. It is empty until the first page of events has come.
func New(env list.Env) *Screen {
	s := &Screen{}
	o := Options(env)
	o.Loading = func() bool { return !s.loaded && s.problem == "" }
	o.Problem = func() string { return s.problem }
	s.Model = list.New(env, o)
	s.SortBy(0, true)
	return s
}

// Options says what the list of events is made of.
func Options(env list.Env) list.Options[event] {
	return list.Options[event]{
		Scope:      actions.Activity,
		Title:      "activity",
		Columns:    columns(env),
		Key:        key,
		Search:     search,
		Name:       func(e *event) string { return strings.TrimSpace(e.Actor + " " + sentence(e)) },
		ID:         id,
		Credential: func(e *event) *models.Credential { return env.Book.Credential(e.Credential) },
		Detail:     func(page *detail.Page, e *event, _ detail.Usage) { describe(page, e) },
		Empty:      func() []string { return []string{"Nothing has happened yet."} },
	}
}

func key(e *event) string { return strconv.FormatInt(e.Seq, 10) }

func search(e *event) string { return e.Actor + " " + sentence(e) + " " + e.From }

// id is what a script needs to follow the event: the credential that it is about.
func id(e *event) string {
	if e.Credential != "" {
		return string(e.Credential)
	}
	return key(e)
}

func sentence(e *event) string { return strings.TrimSpace(e.Action.Sentence() + " " + e.Name) }
