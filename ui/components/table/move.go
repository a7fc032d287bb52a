package table

// Up moves the cursor up.
func (m *Model[T]) Up(n int) { m.moveTo(m.at - n) }

// Down moves the cursor down.
func (m *Model[T]) Down(n int) { m.moveTo(m.at + n) }

// PageUp moves the cursor up one screen.
func (m *Model[T]) PageUp() { m.Up(max(1, m.rows()-1)) }

// PageDown moves the cursor down one screen.
func (m *Model[T]) PageDown() { m.Down(max(1, m.rows()-1)) }

// Top moves the cursor to the first row.
func (m *Model[T]) Top() { m.moveTo(0) }

// Bottom moves the cursor to the last row.
func (m *Model[T]) Bottom() { m.moveTo(len(m.shown) - 1) }

// ScrollRight moves the columns to the left by one; the first column stays.
func (m *Model[T]) ScrollRight() {
	m.left = min(m.left+1, max(0, len(m.opts.Columns)-2))
	m.place()
}

// ScrollLeft undoes ScrollRight.
func (m *Model[T]) ScrollLeft() {
	m.left = max(0, m.left-1)
	m.place()
}

func (m *Model[T]) moveTo(at int) {
	m.at = max(0, min(at, len(m.shown)-1))
	m.cursor = nil
	if m.at < len(m.shown) {
		m.cursor = m.shown[m.at]
	}
	m.scroll()
}

// rows is how many rows fit below the header.
func (m *Model[T]) rows() int { return max(0, m.height-1) }

// scroll brings the cursor onto the screen and leaves no empty lines that rows could fill.
func (m *Model[T]) scroll() {
	rows := max(1, m.rows())
	m.top = min(m.top, m.at)
	m.top = max(m.top, m.at-rows+1)
	m.top = max(0, min(m.top, len(m.shown)-rows))
}

// SetSize sets the size in cells, header included.
func (m *Model[T]) SetSize(width, height int) {
	m.width, m.height = max(0, width), max(0, height)
	m.place()
	m.scroll()
}
