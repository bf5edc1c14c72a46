package refclock

import (
	"cmp"
	"slices"
	"time"

	"gpsntpd/hw"
)

// Limits of the comparison of paths.
const (
	pathsNear     = time.Millisecond        // an edge further from the second than this is none of the pulse's
	pathSilent    = 3500 * time.Millisecond // a path without an edge for so long has failed: the next one takes over
	pathReturns   = 16                      // edges in a row before a better path takes over again
	pathWaits     = 256                     // … while it is not known how late that one is; it does then, whatever is known
	pathPairs     = 30                      // edges of a path before anything is said of it
	pathPreempted = 3                       // this many times the usual bracket was no undisturbed look
	pathWide      = 5 * time.Microsecond    // half the bracket of a polled edge above which it proves nothing
	pathAgain     = 8                       // edges of the exact path after which the constant is looked at again
	pathShort     = 12                      // edges that show a constant that has changed …
	pathChanged   = time.Microsecond        // … by more than this, and more than noise explains
	pathSigmas    = 3.0                     // of the noise in what may be left of a constant
	pathFine      = 25 * time.Nanosecond    // a smaller change of a constant is not worth applying
	pathUnwatched = time.Microsecond        // by this much a constant may change, as from one start of a machine to the next, that no exact path watches
	pathRemembers = 256                     // edges
)

// Paths compares the paths by which one pulse reaches us, and finds the constant by which
// each is late. All are held against the estimate of the clock, which follows one of them,
// the feed: what the most exact one shows of the estimate is the feed's own constant. A
// constant cannot be seen in one path alone.
//
// The zero value is ready for use.
type Paths struct {
	Assumed time.Duration // how late the kernel's stamps are said to be …
	Table   time.Duration // … and how much later they may be than that, where nothing is measured

	ways    [5]way
	feed    hw.Path       // that makes samples; "" before the first edge
	noise   time.Duration // standard deviation of its stamps, where it took over from a better path; 0: not known
	watched bool          // there is an exact path
	polled  UTC           // the newest second in which a path was polled: it disturbs the others
}

// way is one path.
type way struct {
	last    hw.Time // of its newest edge; 0: none yet
	row     int     // edges that came a second after another, lately
	total   uint64
	ring    ring          // how late the edges were by the estimate, with nothing taken off, ns
	within  ring          // what Edge.Within says, ns …
	bracket time.Duration // … and its median
	base    time.Duration // median of ring when the constant was last found
	late    time.Duration // its constant …
	left    time.Duration // … and how wrong that may be
	known   bool          // found by comparison, not assumed
	changed hw.Time       // when the constant was last seen to change; 0: never
	why     PathReason
}

// PathReason is why the constant of a path is not known, one enumerated word.
type PathReason string

// Why a constant is not known.
const (
	PathKnown      PathReason = ""           // it is
	PathAlone      PathReason = "alone"      // no more exact path sees the pulse
	PathLearning   PathReason = "learning"   // too few edges yet
	PathImprecise  PathReason = "imprecise"  // the exact path is too coarse itself
	PathImpossible PathReason = "impossible" // it would be early, which no interrupt is
)

// Path is what is known of one path.
type Path struct {
	Path    hw.Path
	Feeds   bool          // its edges make the samples
	Last    hw.Time       // newest edge; 0: none yet
	Edges   uint64        // seen so far
	Late    time.Duration // constant that is taken off
	Left    time.Duration // how wrong that may be
	Known   bool          // Late was found by comparison
	Spread  time.Duration // standard deviation of its stamps
	Changed hw.Time       // when the constant was last seen to change; 0: never
	Why     PathReason    // why the constant is not known
}

// way is the path of that name; an edge without one is of the kernel's.
func (p *Paths) way(path hw.Path) *way { return &p.ways[rank(cmp.Or(path, hw.PathKernel))] }

// floors are what the stamps of exact paths may be late by a constant, whatever the
// brackets say: the way from the pin to the clock that stamps it, and the half of a bus
// access that cannot be told from the other half.
var floors = map[hw.Path]time.Duration{
	hw.PathPHC: 50 * time.Nanosecond, hw.PathLevel: 500 * time.Nanosecond, hw.PathDCD: 1500 * time.Nanosecond,
}

// rank orders paths, the most exact one first.
func rank(path hw.Path) int { return slices.Index(hw.Paths, path) }

// Use is what an edge is good for.
type Use uint8

// What edges are good for.
const (
	UseCompare Use = iota // it is of another path than the feed
	UseSample             // it makes a sample
	UseConfirm            // it is the feed's, but not stamped as usual
)

// Take takes an edge of any path, and returns what it is good for; offset is what UTC −
// local is believed to be then, and steady says that this is good enough to compare by.
func (p *Paths) Take(e hw.Edge, offset time.Duration, steady bool) Use {
	e.Path = cmp.Or(e.Path, hw.PathKernel)
	w := p.way(e.Path)
	if since := e.At.Sub(w.last); w.last == 0 || (since-time.Second).Abs() > pathsNear {
		w.row = 0
	}
	w.last, w.row = e.At, w.row+1
	w.total++
	use := UseCompare
	if p.feeds(e, w) {
		use = UseSample
	}
	utc := At(e.At, offset)
	second := nearest(utc)
	late := utc.Sub(second)
	switch {
	case second == p.polled && !e.Path.Polled():
		if use == UseSample {
			use = UseConfirm
		}
	case !steady || late.Abs() > pathsNear:
	default:
		w.within.add(int64(e.Within))
		if w.within.fresh >= pathAgain || w.within.n < pathAgain {
			w.within.fresh, w.bracket = 0, time.Duration(w.within.median())
		}
		if e.Within <= pathPreempted*w.bracket {
			w.ring.add(int64(late))
		}
	}
	return use
}

// feeds decides whether the edges of a path make the samples from now on.
func (p *Paths) feeds(e hw.Edge, w *way) bool {
	switch {
	case e.Path.Polled(): // not in each second
		return false
	case p.feed == e.Path:
		return true
	case p.feed == "", e.At.Sub(p.way(p.feed).last) > pathSilent, rank(e.Path) < rank(p.feed) && w.bracket <= pathWide && p.ready(w):
		p.noise = 0
		if p.feed != "" && rank(e.Path) > rank(p.feed) {
			_, p.noise = w.ring.scatter()
		}
		p.feed = e.Path
		return true
	}
	return false
}

// ready reports whether a path that is better than the feed can take over from it: once it
// is known how late that one is, and the estimate as right by the better one as that one's
// noise lets it be, so that the samples do not jump.
func (p *Paths) ready(w *way) bool {
	f := p.way(p.feed)
	off, _ := w.ring.newest(pathShort)
	_, noise := f.ring.scatter()
	compared := f.known && f.ring.n >= pathPairs && w.ring.n >= pathPairs && off.Abs() <= f.left+noise
	return w.row >= pathWaits || w.row >= pathReturns && (compared || rank(p.feed) > rank(hw.PathKernel))
}

// Polled says that the second that begins then is looked at by a path that is polled,
// which keeps the bus awake: the other paths' stamps are not as usual in it.
func (p *Paths) Polled(second UTC) { p.polled = second }

// Feed returns the path that makes the samples, what is to be taken off its stamps, and
// how wrong they may be then.
func (p *Paths) Feed() (path hw.Path, late, left time.Duration) {
	w := p.way(p.feed)
	late, left = p.assumed(p.feed, w)
	return p.feed, late, left
}

// Noise is the standard deviation of the feed's stamps where it has taken over from a better
// path: whoever has only seen that one's would take them for outliers. 0 when that is
// not known.
func (p *Paths) Noise() time.Duration { return p.noise }

// Known reports whether the constant of the feed was found by comparison.
func (p *Paths) Known() bool { return p.way(p.feed).known || p.feed.Absolute() }

// assumed is the constant of a path, found or not.
func (p *Paths) assumed(path hw.Path, w *way) (late, left time.Duration) {
	switch {
	case path.Absolute() && !w.known:
		return 0, own(path, w)
	case !w.known:
		return p.Assumed, p.Table
	case !path.Absolute() && !p.watched:
		return w.late, w.left + pathUnwatched
	}
	return w.late, w.left
}

// exact is the path that the others are held against, the zero value of its kind being
// right; "" when none is exact, or not known well enough.
func (p *Paths) exact(now hw.Time) (hw.Path, PathReason) {
	why := PathAlone
	for _, path := range hw.Paths {
		w := p.way(path)
		if !path.Absolute() || w.last == 0 || now.Sub(w.last) > time.Minute {
			continue
		}
		switch {
		case w.ring.n < pathPairs:
			why = PathLearning
		case w.bracket > pathWide:
			why = PathImprecise
		default:
			return path, PathKnown
		}
	}
	return "", why
}

// Learn compares the paths, when there is something new to compare. It returns by how
// much later all stamps so far are now known to have been than was thought: the estimate
// is to be moved by that.
func (p *Paths) Learn(now hw.Time) (later time.Duration) {
	exact, why := p.exact(now)
	if p.watched = exact != ""; !p.watched {
		for _, path := range hw.Paths {
			if w := p.way(path); !w.known {
				w.why = why
			}
		}
		return 0
	}
	a := p.way(exact)
	if a.ring.fresh < pathAgain {
		return 0
	}
	a.ring.fresh = 0
	middle, error := a.ring.middle()
	a.late, a.left = 0, own(exact, a)+error
	a.known, a.why = true, PathKnown
	if p.feed != exact {
		later = p.correct(now, a, middle, error)
	}
	p.others(exact, a)
	return later
}

// own is how wrong the stamps of an exact path may be.
func own(path hw.Path, w *way) time.Duration {
	return floors[path] + w.bracket
}

// correct finds the constant of the feed: where the exact path a sees the pulse is where
// the estimate should be. middle is how late that is by the estimate, error of that.
func (p *Paths) correct(now hw.Time, a *way, middle, error time.Duration) (later time.Duration) {
	f := p.way(p.feed)
	p.watch(now, f, a)
	late, _ := p.assumed(p.feed, f)
	if f.ring.n < pathPairs || a.ring.n < pathPairs {
		f.why = PathLearning
		return 0
	}
	found, left := late-middle, a.left+error
	if found < -left {
		f.known, f.why = false, PathImpossible
		return 0
	}
	f.left, f.why = left, PathKnown
	if f.known && middle.Abs() < max(pathFine, error/2) {
		return 0
	}
	f.late, f.known = found, true
	p.moved(-middle)
	f.base = time.Duration(f.ring.median())
	return -middle
}

// watch sees whether the constant of the feed has changed: then its newest stamps are
// later against the exact path's than those that it was found by.
func (p *Paths) watch(now hw.Time, f, a *way) {
	if !f.known || f.ring.n < 2*pathShort {
		return
	}
	recent, scatter := f.ring.newest(pathShort)
	exact, _ := a.ring.newest(pathShort)
	by := recent - exact - (f.base - time.Duration(a.ring.median()))
	if by.Abs() < pathChanged+scatter {
		return
	}
	f.late += by
	f.left += by.Abs()
	f.changed = now
	f.ring.keep(pathShort)
	a.ring.keep(pathShort)
	f.base += by
}

// others finds the constants of the paths that do not feed, against the exact one.
func (p *Paths) others(exact hw.Path, a *way) {
	middle := time.Duration(a.ring.median())
	for _, path := range hw.Paths {
		w := p.way(path)
		if path == exact || path == p.feed || w.ring.n == 0 {
			continue
		}
		if w.ring.n < pathPairs {
			w.why = PathLearning
			continue
		}
		own, error := w.ring.middle()
		w.late, w.left = own-middle, a.left+error
		w.known, w.why = true, PathKnown
	}
}

// moved says that the estimate has been moved by d, so that edges are by so much later by
// it.
func (p *Paths) moved(d time.Duration) {
	for i := range p.ways {
		p.ways[i].ring.shift(int64(d))
		p.ways[i].base += d
	}
}

// Stepped says that the local clock has jumped by d.
func (p *Paths) Stepped(d time.Duration) {
	for i := range p.ways {
		if w := &p.ways[i]; w.last != 0 {
			w.last = w.last.Add(d)
		}
	}
}

// Forget takes nothing of what was compared for right any more: something in the machine
// has changed that the constants depend on. Until they are found anew, as much may be left
// as without any comparison.
func (p *Paths) Forget() {
	for i := range p.ways {
		w := &p.ways[i]
		w.ring, w.within = ring{}, ring{}
		if w.known {
			w.left = max(w.left, p.Table)
		}
	}
}

// Recall takes the constant of a path from an earlier run, in which everything that it is
// known to depend on was as it is now.
func (p *Paths) Recall(path hw.Path, late, left time.Duration) {
	w := p.way(path)
	w.late, w.left, w.base, w.known = late, left, late, true
}

// All describes the paths that have shown an edge.
func (p *Paths) All() []Path {
	var all []Path
	for _, path := range hw.Paths {
		w := p.way(path)
		if w.last == 0 {
			continue
		}
		late, left := p.assumed(path, w)
		_, spread := w.ring.scatter()
		all = append(all, Path{
			Path: path, Feeds: path == p.feed, Last: w.last, Edges: w.total, Late: late, Left: left,
			Known: w.known, Spread: spread, Changed: w.changed, Why: w.why,
		})
	}
	return all
}
