package members

import (
	"example.com/keyturn/actions"
	"example.com/keyturn/ui/screens/bind"
)

func (s *Screen) entries() []bind.Entry {
	return append(s.SecretEntries(), s.ChangeOne(actions.ResetOwn))
}
