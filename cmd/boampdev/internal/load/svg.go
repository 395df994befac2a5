package load

import (
	"fmt"
	"html"
	"io"
	"math"
	"strings"
)

// Of a diagram, in pixels.
const (
	svgWidth, svgHeight      = 490, 300
	svgLeft, svgTop          = 60, 40
	svgPlotWide, svgPlotTall = 240, 210
)

// colours tell curves apart, also for people who see few colours; so do the signs at their points.
var colours = [...]string{"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56789a"}

// Plot draws growth, both axes logarithmic. The same lines give the same bytes.
func Plot(w io.Writer, lines []Line) error {
	var b strings.Builder
	list := panels()
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="11">`+"\n",
		2*svgWidth, (len(list)+1)/2*svgHeight)
	b.WriteString(`<rect width="100%" height="100%" fill="#fff"/>` + "\n")
	for i, p := range list {
		fmt.Fprintf(&b, `<g transform="translate(%d %d)">`+"\n", i%2*svgWidth, i/2*svgHeight)
		p.draw(&b, lines)
		b.WriteString("</g>\n")
	}
	b.WriteString("</svg>\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// axis maps numbers to pixels by their logarithm.
type axis struct{ from, to, at, length float64 }

func (a axis) place(v float64) float64 {
	return a.at + a.length*(math.Log10(v)-a.from)/(a.to-a.from)
}

// newAxis spans whole powers of ten.
func newAxis(values []float64, at, length float64) axis {
	from, to := math.Inf(1), math.Inf(-1)
	for _, v := range values {
		from, to = math.Min(from, math.Floor(math.Log10(v))), math.Max(to, math.Ceil(math.Log10(v)))
	}
	if to <= from {
		to = from + 1
	}
	return axis{from, to, at, length}
}

func (p panel) draw(b *strings.Builder, lines []Line) {
	fmt.Fprintf(b, `<text x="%d" y="24" font-size="13" font-weight="bold">%s</text>`+"\n", svgLeft, html.EscapeString(p.title))
	var xs, ys []float64
	for _, c := range p.curves {
		for _, q := range c.points(lines) {
			xs, ys = append(xs, q.x), append(ys, q.y)
		}
	}
	if len(xs) == 0 {
		fmt.Fprintf(b, `<text x="%d" y="60">not measured</text>`+"\n", svgLeft)
		return
	}
	x, y := newAxis(xs, svgLeft, svgPlotWide), newAxis(ys, svgTop+svgPlotTall, -svgPlotTall)
	for e := y.from; e <= y.to; e++ {
		at := y.place(math.Pow(10, e))
		fmt.Fprintf(b, `<path d="M%d %.1fh%d" stroke="#ddd"/><text x="%d" y="%.1f" text-anchor="end">%s</text>`+"\n",
			svgLeft, at, svgPlotWide, svgLeft-6, at+4, tick(e))
	}
	seen := map[string]bool{}
	for _, v := range xs {
		if name := millions(v); !seen[name] {
			seen[name] = true
			fmt.Fprintf(b, `<path d="M%.1f %dv%d" stroke="#eee"/><text x="%.1f" y="%d" text-anchor="middle">%s</text>`+"\n",
				x.place(v), svgTop, svgPlotTall, x.place(v), svgTop+svgPlotTall+16, name)
		}
	}
	fmt.Fprintf(b, `<text x="%d" y="%d" text-anchor="middle">notices</text>`+"\n", svgLeft+svgPlotWide/2, svgTop+svgPlotTall+32)
	row := 0
	for i, c := range p.curves {
		if points := c.points(lines); len(points) > 0 {
			c.draw(b, points, x, y, i, svgTop+10+18*row)
			row++
		}
	}
}

// draw draws a curve and its line of the legend at a height.
func (c curve) draw(b *strings.Builder, points []point, x, y axis, i, legend int) {
	colour := colours[i%len(colours)]
	var path strings.Builder
	for k, q := range points {
		fmt.Fprintf(&path, "%c%.1f %.1f", "ML"[min(k, 1)], x.place(q.x), y.place(q.y))
	}
	fmt.Fprintf(b, `<path d="%s" fill="none" stroke="%s" stroke-width="2"/>`+"\n", path.String(), colour)
	for _, q := range points {
		sign(b, i, x.place(q.x), y.place(q.y), colour)
	}
	at := float64(svgLeft + svgPlotWide + 14)
	sign(b, i, at, float64(legend), colour)
	fmt.Fprintf(b, `<text x="%.0f" y="%d">%s</text>`+"\n", at+9, legend+4, html.EscapeString(c.name))
}

// sign draws the sign of a curve.
func sign(b *strings.Builder, i int, x, y float64, colour string) {
	shapes := [...]string{"M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0", "M-4-4h8v8h-8z", "M0-5l5 9h-10z", "M0-5l5 5l-5 5l-5-5z", "M0 5l5-9h-10z"}
	fmt.Fprintf(b, `<path transform="translate(%.1f %.1f)" d="%s" fill="%s"/>`+"\n", x, y, shapes[i%len(shapes)], colour)
}

// tick writes a power of ten.
func tick(e float64) string {
	if e < 0 {
		return fmt.Sprintf("%.*f", int(-e), math.Pow(10, e))
	}
	return whole(int64(math.Pow(10, e)))
}
