package console

import (
	"bytes"
	"fmt"
	"net/http"
	"time"
)

var machinePages = []route{
	{"server", (*visit).machine},
}

var machineActions = []action{
	{"server/advance", (*visit).advanceForm, (*visit).advance},
	{"server/set", (*visit).setForm, (*visit).setTime},
	{"server/freeze", (*visit).freezeForm, (*visit).freeze},
	{"server/reset", (*visit).resetForm, (*visit).reset},
	{"server/restore", (*visit).restoreForm, (*visit).restore},
}

// machineView is the emulator itself: its clock and its state.
type machineView struct {
	Places []identity
	Steps  []string // by which the clock may be advanced with a click
}

func (v *visit) machine() (*page, error) {
	return &page{Title: "Clock and state", Content: &machineView{v.console.people(), []string{"5m", "1h", "24h", "168h"}}}, nil
}

func (v *visit) advanceForm() (*form, error) {
	return &form{
		Title: "Advance the clock", Intro: "What is due by then is done, as if that much time had passed.",
		Fields: []*field{{Name: "by", Label: "By", Placeholder: "36h", Help: "Such as 90s, 5m or 36h.", Required: true}},
		Submit: "Advance", Back: v.href("server"),
	}, nil
}

func (v *visit) advance() (string, error) {
	d, err := time.ParseDuration(value(v.text("by")))
	if err != nil {
		return "", &problem{http.StatusBadRequest, "", "“" + value(v.text("by")) + "” is no length of time, such as 90s, 5m or 36h."}
	}
	v.console.server.Advance(d)
	return v.href("server"), nil
}

func (v *visit) setForm() (*form, error) {
	now, _ := v.console.server.Now()
	return &form{
		Title: "Set the clock", Intro: "It goes on from there. Going back is possible, and confuses what has been recorded.",
		Fields: []*field{{Name: "to", Label: "Time (UTC)", Value: moment(now), Required: true}},
		Submit: "Set", Back: v.href("server"),
	}, nil
}

func (v *visit) setTime() (string, error) {
	for _, layout := range []string{time.DateTime, time.RFC3339, "2006-01-02 15:04", time.DateOnly} {
		if t, err := time.Parse(layout, value(v.text("to"))); err == nil {
			v.console.server.SetTime(t)
			return v.href("server"), nil
		}
	}
	return "", &problem{http.StatusBadRequest, "", fmt.Sprintf("“%s” is no time, such as %s.", value(v.text("to")), time.DateTime)}
}

func (v *visit) freezeForm() (*form, error) {
	f := &form{Title: "Stop the clock", Intro: "It stands still until it is moved or started again.", Submit: "Stop", Back: v.href("server")}
	if _, frozen := v.console.server.Now(); frozen {
		f.Title, f.Intro, f.Submit = "Start the clock", "It goes on from where it stands.", "Start"
	}
	return f, nil
}

func (v *visit) freeze() (string, error) {
	_, frozen := v.console.server.Now()
	v.console.server.Freeze(!frozen)
	return v.href("server"), nil
}

func (v *visit) resetForm() (*form, error) {
	f := &form{
		Title: "Reset", Intro: "What is dropped is gone, unless it is in a snapshot.",
		Fields: []*field{{Name: "account", Label: "What to drop", Kind: "choice", Required: true, Options: []option{
			{Value: v.Account, Label: "This account", Detail: v.Account},
			{Value: everything, Label: "Everything", Detail: "all accounts and organizations"},
		}}},
		Submit: "Drop", Danger: true, Back: v.href("server"),
	}
	return f, nil
}

const everything = "everything"

func (v *visit) reset() (string, error) {
	switch v.request.FormValue("account") {
	case everything:
		return Path, v.console.server.Reset()
	case v.Account:
		return v.href("server"), v.console.server.ResetAccount(v.Account)
	}
	return "", &problem{http.StatusBadRequest, "", "Say what to drop."}
}

func (v *visit) restoreForm() (*form, error) {
	return &form{
		Title: "Load a snapshot", Intro: "It replaces everything that is here now.", Enctype: "multipart/form-data",
		Fields: []*field{{Name: "snapshot", Label: "File", Kind: "file", Required: true}},
		Submit: "Load", Danger: true, Back: v.href("server"),
	}, nil
}

func (v *visit) restore() (string, error) {
	file, _, err := v.request.FormFile("snapshot")
	if err != nil {
		return "", &problem{http.StatusBadRequest, "", "No file was sent."}
	}
	defer file.Close()
	if err := v.console.server.Restore(file); err != nil {
		return "", &problem{http.StatusBadRequest, "", "The snapshot was not loaded, and nothing has changed: " + err.Error()}
	}
	return Path, nil
}

// snapshot hands the state out as a file.
func (c *Console) snapshot(w http.ResponseWriter, _ *http.Request) {
	var document bytes.Buffer // whole or not at all
	if err := c.server.Snapshot(&document); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	now, _ := c.server.Now()
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", "ipam-local-"+now.Format("20060102-150405")+".json"))
	_, _ = document.WriteTo(w) // an error means that the browser has gone
}
