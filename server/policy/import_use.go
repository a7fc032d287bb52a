package policy

import (
	"slices"
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
	default:
		callers = folded(callers, MaxCallers-1)
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

// newCallers are those of a credential that nobody has used here.
func newCallers(uses []models.InventoryUse) []models.Caller {
	callers, _ := wantedCallers(uses, 1)
	return folded(callers, MaxCallers-1)
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

// otherKey is that of the caller who stands for all others.
var otherKey = callerKey{client: OtherClient}

// folded keeps callers within what is kept of one version that has some already: there is room for
// those who came last, and one stands for the others.
func folded(callers []models.Caller, room int) []models.Caller {
	named := slices.DeleteFunc(slices.Clone(callers), func(c models.Caller) bool { return keyOf(c) == otherKey })
	if len(named) <= room {
		return callers
	}
	slices.SortStableFunc(named, func(a, b models.Caller) int { return b.Last.Compare(a.Last) })
	rest := slices.Clone(named[room:])
	for _, c := range callers {
		if keyOf(c) == otherKey {
			rest = append(rest, c)
		}
	}
	other := rest[0]
	for _, c := range rest[1:] {
		other = widened(other, c, c.Count)
	}
	other.Client, other.ClientVersion, other.Host, other.CI = OtherClient, "", "", false
	return append(named[:room:room], other)
}

// allCallers is more than the callers that are ever kept of one credential's loaded versions.
const allCallers = 100_000

// knownUse is what the service knows of a credential's callers.
type knownUse struct {
	counted map[callerKey]int64         // over all versions
	same    map[callerKey]models.Caller // of the version to which the file's history belongs
}

// raised is what the service would know of a caller after the file, or false if it knows as much.
func (k knownUse) raised(w models.Caller) (models.Caller, bool) {
	missing := w.Count - k.counted[keyOf(w)]
	if missing <= 0 {
		return w, false
	}
	if have, ok := k.same[keyOf(w)]; ok {
		return widened(have, w, missing), true
	}
	w.Count = missing
	return w, true
}

// room is for how many more callers there is a name.
func (k knownUse) room() int {
	named := len(k.same)
	if _, ok := k.same[otherKey]; ok {
		named--
	}
	return max(MaxCallers-1-named, 0)
}

// beyond returns those callers of which the file knows more uses than the service, with what the
// service would know then.
func (im *importer) beyond(c models.Credential, wanted []models.Caller) ([]models.Caller, error) {
	have, err := im.Callers(c.ID, allCallers)
	if err != nil {
		return nil, err
	}
	known := knownUse{counted: map[callerKey]int64{}, same: map[callerKey]models.Caller{}}
	for _, h := range have {
		known.counted[keyOf(h)] += h.Count
		if h.SecretVersion == usedVersion(c) {
			known.same[keyOf(h)] = h
		}
	}
	var more, fresh []models.Caller
	for _, w := range wanted {
		_, named := known.same[keyOf(w)]
		next, ok := known.raised(w)
		switch {
		case keyOf(w) == otherKey:
			fresh = append(fresh, w) // compared when it is known who is folded into it
		case ok && named:
			more = append(more, next)
		case ok:
			fresh = append(fresh, next)
		}
	}
	for _, w := range folded(fresh, known.room()) {
		if keyOf(w) == otherKey {
			var ok bool
			if w, ok = known.raised(w); !ok {
				continue
			}
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
