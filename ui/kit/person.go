package kit

import (
	"math"
	"slices"
	"time"

	"example.com/keyturn/models"
)

// Person is a member as the book keeps them. There can be very many, and nearly all are alike: one
// personal token with one secret that belongs to them. Of such a token only what differs is kept;
// any other one is kept whole.
type Person struct {
	ID        models.MemberID
	Email     string
	Name      string
	Role      models.Role
	Seat      bool
	LegacyKey *models.Credential // the book's own, or nil

	createdAt moment
	revision  models.Revision
	token     usual
	whole     *models.Member // who is not as usual; nil: token and the rest say everything
}

// usual is a personal token as most are.
type usual struct {
	id          models.CredentialID
	changedBy   string
	masked      string
	client      string
	version     string
	host        string
	createdAt   moment
	changedAt   moment
	lastUsed    moment
	count       int64
	recent      int64
	revision    models.Revision
	made        moment
	firstUse    moment
	lastUse     moment
	ended       moment
	uses        int64
	fingerprint [8]byte
	number      int32 // of the secret's version
	state       uint8 // in credentialStates
	secretState uint8 // in secretStates
	ci          bool
	valueKnown  bool
}

// The words that a usual token may say; the empty ones are those of a token that is not known well.
var (
	credentialStates = []models.CredentialState{"", models.Active, models.Paused, models.Revoked}
	secretStates     = []models.SecretState{"", models.SecretCurrent, models.SecretPending, models.SecretRetiring, models.SecretRevoked}
)

// take makes the person the member m, whose legacy key the book has.
func (p *Person) take(m *models.Member, legacyKey *models.Credential) {
	*p = Person{ID: m.ID, Email: m.Email, Name: m.Name, Role: m.Role, Seat: m.Seat, LegacyKey: legacyKey, revision: m.Revision}
	var exact, short bool
	p.createdAt, exact = momentOf(m.CreatedAt)
	p.token, short = shorten(m)
	if !exact || !short {
		whole := *m
		whole.LegacyKey = legacyKey
		p.token, p.whole = usual{id: m.Token.ID}, &whole
	}
}

// shorten keeps what differs of a usual token; it refuses one of which anything would be lost.
func shorten(m *models.Member) (u usual, ok bool) {
	t := &m.Token
	owner := models.MemberRef{ID: m.ID, Name: m.Name, Email: m.Email}
	if t.Kind != models.PersonalToken || t.Name != "" || t.Owner == nil || *t.Owner != owner ||
		t.Rotation != nil || t.RefusedCI != (models.Use{}) || len(t.Secrets) != 1 {
		return usual{}, false
	}
	s := &t.Secrets[0]
	state, secretState := slices.Index(credentialStates, t.State), slices.Index(secretStates, s.State)
	if s.Kind != models.PersonalToken || state < 0 || secretState < 0 || s.Version < 0 || s.Version > math.MaxInt32 ||
		s.Fingerprint != "" && (len(s.Fingerprint) != len(u.fingerprint) || s.Fingerprint[0] == 0) {
		return usual{}, false
	}
	u = usual{
		id: t.ID, changedBy: t.ChangedBy, revision: t.Revision, valueKnown: t.ValueKnown, state: uint8(state), secretState: uint8(secretState),
		client: t.Use.Client, version: t.Use.Version, host: t.Use.Host, ci: t.Use.CI, count: t.Use.Count, recent: t.Use.Recent,
		number: int32(s.Version), masked: s.Masked, uses: s.Uses,
	}
	copy(u.fingerprint[:], s.Fingerprint)
	ok = true
	for _, at := range []struct {
		to   *moment
		from time.Time
	}{
		{&u.createdAt, t.CreatedAt}, {&u.changedAt, t.ChangedAt}, {&u.lastUsed, t.Use.Last},
		{&u.made, s.CreatedAt}, {&u.firstUse, s.FirstUse}, {&u.lastUse, s.LastUse}, {&u.ended, s.EndedAt},
	} {
		var exact bool
		*at.to, exact = momentOf(at.from)
		ok = ok && exact
	}
	return u, ok
}

// Brief is the member with what of the token lists and findings look at: its id, its state and its
// use. It costs no memory.
func (p *Person) Brief() models.Member {
	if p.whole != nil {
		return *p.whole
	}
	m := models.Member{
		ID: p.ID, Email: p.Email, Name: p.Name, Role: p.Role, Seat: p.Seat, LegacyKey: p.LegacyKey,
		CreatedAt: p.createdAt.time(), Revision: p.revision,
	}
	u := &p.token
	m.Token.ID, m.Token.Kind, m.Token.State = u.id, models.PersonalToken, credentialStates[u.state]
	m.Token.Use = models.Use{
		Last: u.lastUsed.time(), Count: u.count, Recent: u.recent, Client: u.client, Version: u.version, Host: u.host, CI: u.ci,
	}
	return m
}

// Member is all that is known of the member, made anew for the caller.
func (p *Person) Member() *models.Member {
	m := p.Brief()
	if p.whole != nil {
		return &m
	}
	u, t := &p.token, &m.Token
	t.Owner = &models.MemberRef{ID: p.ID, Name: p.Name, Email: p.Email}
	t.CreatedAt, t.ChangedAt, t.ChangedBy, t.Revision, t.ValueKnown = u.createdAt.time(), u.changedAt.time(), u.changedBy, u.revision, u.valueKnown
	s := models.SecretVersion{
		Version: int(u.number), Kind: models.PersonalToken, State: secretStates[u.secretState], Masked: u.masked, Uses: u.uses,
		CreatedAt: u.made.time(), FirstUse: u.firstUse.time(), LastUse: u.lastUse.time(), EndedAt: u.ended.time(),
	}
	if u.fingerprint[0] != 0 {
		s.Fingerprint = string(u.fingerprint[:])
	}
	t.Secrets = []models.SecretVersion{s}
	return &m
}

// Token is the personal token, made anew for the caller.
func (p *Person) Token() *models.Credential { return &p.Member().Token }

// DisplayName is the name, or the e-mail where there is none.
func (p *Person) DisplayName() string {
	if p.Name == "" {
		return p.Email
	}
	return p.Name
}

// moment is a time in a third of the room: nanoseconds since 1970, UTC.
type moment int64

const never moment = math.MinInt64 // the zero time

// momentOf reports whether nothing of t is lost.
func momentOf(t time.Time) (m moment, exact bool) {
	if t.IsZero() {
		return never, t == time.Time{}
	}
	m = moment(t.UnixNano())
	return m, m.time() == t
}

func (m moment) time() time.Time {
	if m == never {
		return time.Time{}
	}
	return time.Unix(0, int64(m)).UTC()
}
