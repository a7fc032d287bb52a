package policy

import (
	"time"
	"unicode/utf8"

	"example.com/keyturn/models"
)

func checkUse(entry string, uses []models.InventoryUse) error {
	for _, u := range uses {
		switch {
		case u.Count < 1:
			return importRefused(entry, "its use on %s has no count", orUnnamed(u.Host))
		case u.Last.IsZero():
			return importRefused(entry, "its use on %s has a count, but no last time", orUnnamed(u.Host))
		case utf8.RuneCountInString(u.Client) > maxFact || utf8.RuneCountInString(u.Version) > maxFact || utf8.RuneCountInString(u.Host) > maxFact:
			return importRefused(entry, "a client, its version and its host have at most %d characters each", maxFact)
		case u.First.After(u.Last):
			return importRefused(entry, "its first use on %s is later than the last", orUnnamed(u.Host))
		}
	}
	return nil
}

// use raises a credential's usage history to what the file knows. History is set and never added,
// so that the same file can come again; what the service itself has counted is never lowered.
func (im *importer) use(c models.Credential, want []models.InventoryUse, refusedCI int64) (changed bool, err error) {
	callers, count := wantedCallers(want, usedVersion(c))
	switch {
	case count <= c.Use.Count:
		callers = nil
	case c.Use.Used():
		if callers, err = im.beyond(c, callers); err != nil {
			return false, err
		}
	}
	if len(callers) == 0 && refusedCI <= c.RefusedCI.Count {
		return false, nil
	}
	if im.dry {
		return true, nil
	}
	return true, im.SetUse(c.ID, callers, refusedCI, im.now)
}

// usedVersion is the version to which a history without versions belongs: the current one, because
// a pending one that looks used would say that the rotation is through.
func usedVersion(c models.Credential) int {
	version := 1
	for _, s := range c.Secrets {
		version = s.Version
		if s.State == models.SecretCurrent {
			break
		}
	}
	return version
}

// callerKey is what makes a caller the same in a file and in the service.
type callerKey struct {
	client, version, host string
	ci                    bool
}

func keyOf(c models.Caller) callerKey { return callerKey{c.Client, c.ClientVersion, c.Host, c.CI} }

// wantedCallers turns a file's history into callers of one version, each once.
func wantedCallers(uses []models.InventoryUse, version int) (callers []models.Caller, count int64) {
	index := map[callerKey]int{}
	for _, u := range uses {
		first := u.First
		if first.IsZero() {
			first = u.Last
		}
		c := models.Caller{
			SecretVersion: version, Client: bounded(u.Client), ClientVersion: bounded(u.Version), Host: bounded(u.Host), CI: u.CI,
			First: first, Last: u.Last, Count: u.Count,
		}
		count += u.Count
		i, known := index[keyOf(c)]
		if !known {
			index[keyOf(c)] = len(callers)
			callers = append(callers, c)
			continue
		}
		callers[i] = widened(callers[i], c, c.Count)
	}
	return callers, count
}

// sumUp is what a credential and its only version say about callers of that.
func sumUp(callers []models.Caller, s models.SecretVersion) (models.Use, models.SecretVersion) {
	var use models.Use
	for i, c := range callers {
		s.Uses += c.Count
		if i == 0 || c.First.Before(s.FirstUse) {
			s.FirstUse = c.First
		}
		if i == 0 || c.Last.After(use.Last) {
			use = models.Use{Last: c.Last, Client: c.Client, Version: c.ClientVersion, Host: c.Host, CI: c.CI}
		}
	}
	use.Count, s.LastUse = s.Uses, use.Last
	return use, s
}

// widened is a caller with that many more uses and the times of another one.
func widened(c, other models.Caller, more int64) models.Caller {
	c.Count += more
	c.First, c.Last = earlier(c.First, other.First), later(c.Last, other.Last)
	return c
}

// allCallers is more than the callers that are ever kept of one credential's loaded versions.
const allCallers = 100_000

// beyond returns those callers of which the file knows more uses than the service, with what the
// service would know then.
func (im *importer) beyond(c models.Credential, wanted []models.Caller) ([]models.Caller, error) {
	have, err := im.Callers(c.ID, allCallers)
	if err != nil {
		return nil, err
	}
	counted := map[callerKey]int64{}
	same := map[callerKey]models.Caller{} // of the version in question
	for _, h := range have {
		counted[keyOf(h)] += h.Count
		if h.SecretVersion == usedVersion(c) {
			same[keyOf(h)] = h
		}
	}
	var more []models.Caller
	for _, w := range wanted {
		missing := w.Count - counted[keyOf(w)]
		if missing <= 0 {
			continue
		}
		if h, ok := same[keyOf(w)]; ok {
			w = widened(h, w, missing)
		} else {
			w.Count = missing
		}
		more = append(more, w)
	}
	return more, nil
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
