package cli

import (
	"context"
	"fmt"
	"strings"

	"example.com/keyturn/models"
)

// named are the kinds that have a name of their own.
var named = []models.Kind{models.CIToken, models.LegacyCIKey, models.LegacyAPIKey}

// everyCredential asks for all credentials of some kinds, page by page.
func everyCredential(ctx context.Context, s Service, kinds []models.Kind) ([]models.Credential, error) {
	var list []models.Credential
	for cursor := ""; ; {
		page, err := s.Credentials(ctx, models.CredentialFilter{Kinds: kinds}, models.Page{Cursor: cursor, Limit: models.MaxPage})
		if err != nil {
			return nil, err
		}
		list = append(list, page.Items...)
		if cursor = page.Next; cursor == "" {
			return list, nil
		}
	}
}

// everyMember asks for all members, page by page.
func everyMember(ctx context.Context, s Service) ([]models.Member, error) {
	var list []models.Member
	for cursor := ""; ; {
		page, err := s.Members(ctx, models.Page{Cursor: cursor, Limit: models.MaxPage})
		if err != nil {
			return nil, err
		}
		list = append(list, page.Items...)
		if cursor = page.Next; cursor == "" {
			return list, nil
		}
	}
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

// findAll is find for several words; the service is asked for its list once.
func (c *call) findAll(ctx context.Context, words []string) ([]*models.Credential, error) {
	s, err := c.service()
	if err != nil {
		return nil, err
	}
	var list []models.Credential
	var found []*models.Credential
	for _, word := range words {
		var one *models.Credential
		switch {
		case looksLikeID(word):
			one, err = byID(ctx, s, word)
		case strings.Contains(word, "@"):
			one, err = byOwner(ctx, s, word)
		default:
			if list == nil {
				if list, err = everyCredential(ctx, s, named); err != nil {
					return nil, err
				}
			}
			one, err = byName(list, word)
		}
		if err != nil {
			return nil, err
		}
		found = append(found, one)
	}
	return found, nil
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
			names = append(names, word(c))
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
		if matches(filter, c.Label(), string(c.ID), owner) {
			kept = append(kept, c)
		}
	}
	return kept
}
