package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"example.com/keyturn/models"
)

// named are the kinds that have a name of their own.
var named = []models.Kind{models.CIToken, models.LegacyCIKey, models.LegacyAPIKey}

// every reads a list to its end, page by page.
func every[T any](read func(models.Page) (items []T, next string, err error)) ([]T, error) {
	var list []T
	page := models.Page{Limit: models.MaxPage}
	for {
		items, next, err := read(page)
		if err != nil {
			return nil, err
		}
		list = append(list, items...)
		if next == "" {
			return list, nil
		}
		page.Cursor = next
	}
}

// everyCredential asks for all credentials of some kinds.
func everyCredential(ctx context.Context, s Service, kinds []models.Kind) ([]models.Credential, error) {
	return every(func(at models.Page) ([]models.Credential, string, error) {
		page, err := s.Credentials(ctx, models.CredentialFilter{Kinds: kinds}, at)
		return page.Items, page.Next, err
	})
}

// everyMember asks for all members.
func everyMember(ctx context.Context, s Service) ([]models.Member, error) {
	return every(func(at models.Page) ([]models.Member, string, error) {
		page, err := s.Members(ctx, at)
		return page.Items, page.Next, err
	})
}

// find returns the credential that a person means: by id, by its exact name, or by the e-mail
// address of the member whose personal token it is. The beginning of a name is not enough: what it
// means today, it may not mean tomorrow.
func (c *call) find(ctx context.Context, word string) (*models.Credential, error) {
	found, err := c.findAll(ctx, []string{word})
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

// findAll is find for several words, each credential once; the service is asked for its list once.
func (c *call) findAll(ctx context.Context, words []string) ([]*models.Credential, error) {
	s, err := c.service()
	if err != nil {
		return nil, err
	}
	list := sync.OnceValues(func() ([]models.Credential, error) { return everyCredential(ctx, s, named) })
	var found []*models.Credential
	for _, word := range words {
		one, err := meant(ctx, s, list, word)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(found, func(have *models.Credential) bool { return have.ID == one.ID }) {
			found = append(found, one)
		}
	}
	return found, nil
}

func meant(ctx context.Context, s Service, list func() ([]models.Credential, error), word string) (*models.Credential, error) {
	if looksLikeID(word) {
		return byID(ctx, s, word)
	}
	all, err := list()
	if err != nil {
		return nil, err
	}
	one, err := byName(all, word)
	if models.FaultOf(err) == models.FaultNotFound && strings.Contains(word, "@") {
		return byOwner(ctx, s, word)
	}
	return one, err
}

// looksLikeID reports whether a word can be an id: a ULID, 26 characters of Crockford's base 32.
func looksLikeID(word string) bool {
	return len(word) == 26 && strings.Trim(word, "0123456789ABCDEFGHJKMNPQRSTVWXYZ") == ""
}

func byID(ctx context.Context, s Service, id string) (*models.Credential, error) {
	one, err := s.Credential(ctx, models.CredentialID(id))
	if err != nil {
		return nil, err
	}
	return &one, nil
}

func byOwner(ctx context.Context, s Service, email string) (*models.Credential, error) {
	members, err := everyMember(ctx, s)
	if err != nil {
		return nil, err
	}
	for i := range members {
		if strings.EqualFold(members[i].Email, email) {
			return &members[i].Token, nil
		}
	}
	return nil, &models.Error{
		Fault: models.FaultNotFound, Code: "no-such-member", Title: fmt.Sprintf("nobody has the e-mail address %q", email), Fix: "look at keyturn list members",
	}
}

// byName prefers what is in use: a revoked credential may have had the same name.
func byName(list []models.Credential, word string) (*models.Credential, error) {
	rules := []func(c *models.Credential) bool{
		func(c *models.Credential) bool { return string(c.ID) == word },
		func(c *models.Credential) bool { return c.Label() == word && c.State != models.Revoked },
		func(c *models.Credential) bool { return c.Label() == word },
	}
	for _, rule := range rules {
		var found []*models.Credential
		for i := range list {
			if rule(&list[i]) {
				found = append(found, &list[i])
			}
		}
		switch {
		case len(found) == 1:
			return found[0], nil
		case len(found) > 1:
			return nil, ambiguous(word, found)
		}
	}
	return nil, &models.Error{
		Fault: models.FaultNotFound, Code: "no-such-credential", Title: fmt.Sprintf("no credential is called %q", word), Fix: suggest(list, word),
	}
}

// suggest names those that may have been meant.
func suggest(list []models.Credential, typed string) string {
	var names []string
	for i := range list {
		if c := &list[i]; c.State != models.Revoked && matches(typed, c.Label()) {
			name := word(c)
			if name != c.Label() {
				name = c.Label() + " (id " + string(c.ID) + ")"
			}
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return "look at keyturn list ci-tokens, keyturn list legacy, or name a member's e-mail address"
	}
	if len(names) > maxCandidates {
		names = append(names[:maxCandidates], "…")
	}
	return "did you mean " + strings.Join(names, ", ") + "?"
}

// maxCandidates is how many candidates an error names.
const maxCandidates = 8

func ambiguous(word string, found []*models.Credential) error {
	var names []string
	for i, c := range found {
		if i == maxCandidates {
			names = append(names, fmt.Sprintf("and %d more", len(found)-maxCandidates))
			break
		}
		names = append(names, fmt.Sprintf("%s (%s, id %s)", c.Label(), c.Kind.Label(), c.ID))
	}
	return usagef("%q may mean several: %s: use the id", word, strings.Join(names, ", "))
}

// matches reports whether every word of a filter occurs in one of the texts, in any case.
func matches(filter string, texts ...string) bool {
	all := strings.ToLower(strings.Join(texts, "\n"))
	for word := range strings.FieldsSeq(strings.ToLower(filter)) {
		if !strings.Contains(all, word) {
			return false
		}
	}
	return true
}

// matching keeps the credentials that a filter means.
func matching(list []models.Credential, filter string) []models.Credential {
	kept := list[:0]
	for _, c := range list {
		owner := ""
		if c.Owner != nil {
			owner = c.Owner.Email
		}
		if matches(beyondKind(filter, c.Kind), c.Label(), string(c.ID), owner) {
			kept = append(kept, c)
		}
	}
	return kept
}

// beyondKind is what a filter asks of a credential besides its kind. Only the whole word counts:
// a few letters of it must not bring in every legacy key.
func beyondKind(filter string, kind models.Kind) string {
	words := strings.Fields(filter)
	if kind.Legacy() {
		words = slices.DeleteFunc(words, func(word string) bool { return strings.EqualFold(word, "legacy") })
	}
	return strings.Join(words, " ")
}
