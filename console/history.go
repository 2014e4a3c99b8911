package console

import (
	"cmp"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var historyPages = []route{{"history", (*visit).history}}

// historyView is who has had an address, and when.
type historyView struct {
	Scopes  []scopeChoice
	Scope   string
	CIDR    string
	From    string // as typed in
	To      string
	VPC     string
	Problem *problem
	Asked   bool
	Start   time.Time
	End     time.Time
	Spans   []span
	Tokens  tokens
}

// span is a record on the time line.
type span struct {
	types.IpamAddressHistoryRecord
	X, Width float64 // in percent of the line
	Class    string
}

// Times are typed in without a zone and are UTC, as everything is shown.
const historyTime = "2006-01-02T15:04"

// historyLooksBack is how far, unless somebody says from when.
const historyLooksBack = 24 * time.Hour

func (v *visit) history() (*page, error) {
	scopes, err := v.scopeChoices()
	if err != nil {
		return nil, err
	}
	now, _ := v.console.server.Now()
	view := &historyView{
		Scopes: scopes, Scope: chosen(scopes, v.request.FormValue("scope")), CIDR: value(v.text("cidr")), VPC: value(v.text("vpc")),
		From: cmp.Or(v.request.FormValue("start"), now.Add(-historyLooksBack).Format(historyTime)), To: v.request.FormValue("end"),
	}
	p := &page{Title: "Search IP history", Content: view}
	if view.CIDR == "" {
		return p, nil
	}
	view.Asked = true
	if err := v.searchHistory(view, now); err != nil {
		view.Problem = problemOf(err)
	}
	return p, nil
}

func (v *visit) searchHistory(view *historyView, now time.Time) (err error) {
	if view.Start, err = readTime(view.From); err != nil {
		return err
	}
	view.End = now
	if view.To != "" {
		if view.End, err = readTime(view.To); err != nil {
			return err
		}
	}
	out, err := call[ec2.GetIpamAddressHistoryOutput](v, &ec2.GetIpamAddressHistoryInput{
		Cidr: &view.CIDR, IpamScopeId: &view.Scope, StartTime: &view.Start, EndTime: &view.End, VpcId: v.text("vpc"), NextToken: v.text("next"),
	})
	if err != nil {
		return err
	}
	view.Tokens = v.tokens(out.NextToken)
	for _, r := range out.HistoryRecords {
		view.Spans = append(view.Spans, view.span(r))
	}
	return nil
}

func readTime(s string) (time.Time, error) {
	t, err := time.Parse(historyTime, s)
	if err != nil {
		return t, &problem{http.StatusBadRequest, "", "“" + s + "” is no time, such as " + historyTime + "."}
	}
	return t, nil
}

// span places a record on the line. One without an end goes on.
func (view *historyView) span(r types.IpamAddressHistoryRecord) span {
	s := span{IpamAddressHistoryRecord: r, Class: "fine"}
	at := func(t time.Time) float64 {
		return 100 * min(max(float64(t.Sub(view.Start))/float64(max(view.End.Sub(view.Start), 1)), 0), 1)
	}
	end := view.End
	if r.SampledEndTime != nil {
		end = *r.SampledEndTime
	}
	s.X = at(value(r.SampledStartTime))
	s.Width = max(at(end)-s.X, 0.4)
	switch {
	case r.ResourceComplianceStatus == types.IpamComplianceStatusNoncompliant || r.ResourceOverlapStatus == types.IpamOverlapStatusOverlapping:
		s.Class = "broken"
	case r.ResourceComplianceStatus == types.IpamComplianceStatusUnmanaged:
		s.Class = "loose"
	case r.ResourceComplianceStatus == types.IpamComplianceStatusIgnored:
		s.Class = "quiet"
	}
	return s
}
