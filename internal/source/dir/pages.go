package dir

import (
	"hash/maphash"
	"path"
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/source"
)

// pages pairs the pages of an edition with their notices: "a/15-1.html" with "a/15-1.xml", whichever comes first.
//
// Pages are not notices: the same words made ready for display, to which the XML of the same name is the source. So they
// are counted and left out, and of the bytes that boamp keeps they are no part; who wants them keeps DILA's archives. A
// page without its notice is another matter: what it announces may be missing, so it is set aside with a reason.
type pages struct {
	seed    maphash.Seed
	notices map[uint64]struct{} // stems of the XML files so far, hashed: an edition may have very many
	waiting map[uint64]string   // origins of pages whose XML has not come yet
	order   []uint64            // of waiting, as they came
}

func (p *pages) stem(origin string) uint64 {
	return maphash.String(p.seed, strings.TrimSuffix(origin, path.Ext(origin)))
}

// notice notes that the XML at origin was met, whether it could be read or not.
func (p *pages) notice(r *run, origin string) bool {
	h := p.stem(origin)
	p.notices[h] = struct{}{}
	page, ok := p.waiting[h]
	if !ok {
		return true
	}
	delete(p.waiting, h)
	return r.fail(page, source.ErrCompanion)
}

func (p *pages) page(r *run, origin string) bool {
	h := p.stem(origin)
	if _, ok := p.notices[h]; ok {
		return r.fail(origin, source.ErrCompanion)
	}
	if earlier, ok := p.waiting[h]; ok { // two pages of one stem, "1.html" and "1.htm": the first is answered for now
		return r.fail(earlier, errLonely) && p.wait(h, origin)
	}
	p.order = append(p.order, h)
	return p.wait(h, origin)
}

func (p *pages) wait(h uint64, origin string) bool {
	p.waiting[h] = origin
	return true
}

var errLonely = fault.New(fault.Unsupported, "an HTML page without the XML of its notice beside it")

// finish sets aside the pages whose notice never came.
func (r *run) finish() bool {
	for _, h := range slices.Compact(r.pages.order) {
		origin, ok := r.pages.waiting[h]
		if !ok {
			continue
		}
		delete(r.pages.waiting, h)
		if !r.fail(origin, errLonely) {
			return false
		}
	}
	return true
}
