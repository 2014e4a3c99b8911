package console

import (
	"fmt"
	"strings"
	"time"
)

// point is a value at a time.
type point struct {
	At    time.Time
	Value float64
}

// Charts are drawn on a canvas of this size; the page scales it.
const (
	chartWidth  = 640.0
	chartHeight = 160.0
)

// chart is lines over time, each from 0 to 100.
type chart struct {
	Title string
	From  time.Time
	To    time.Time
	Lines []line
}

// line is one of a chart, ready to be drawn.
type line struct {
	Label string
	Class string // that gives it its colour
	Path  string // of SVG
	Area  string // below it
	Last  float64
}

// Empty tells whether there is nothing to draw.
func (c *chart) Empty() bool { return len(c.Lines) == 0 }

// add draws a line, as steps: a value holds until the next one.
func (c *chart) add(label, class string, points []point) {
	if len(points) == 0 {
		return
	}
	x := func(t time.Time) float64 {
		return chartWidth * float64(t.Sub(c.From)) / float64(max(c.To.Sub(c.From), 1))
	}
	y := func(v float64) float64 { return chartHeight * (1 - min(v, 100)/100) }
	var b strings.Builder
	fmt.Fprintf(&b, "M%.1f %.1f", x(points[0].At), y(points[0].Value))
	for _, p := range points[1:] {
		fmt.Fprintf(&b, "H%.1fV%.1f", x(p.At), y(p.Value))
	}
	fmt.Fprintf(&b, "H%.1f", chartWidth)
	path := b.String()
	area := fmt.Sprintf("%sV%.1fH%.1fZ", path, chartHeight, x(points[0].At))
	c.Lines = append(c.Lines, line{label, class, path, area, points[len(points)-1].Value / 100})
}
