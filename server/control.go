package server

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/mux"

	"github.com/ipam-local/ipam-local/console"
	"github.com/ipam-local/ipam-local/ec2api"
	"github.com/ipam-local/ipam-local/state"
)

// controlPath is the part of the address space that is the program's own; AWS's calls go to /.
const controlPath = "/_ipam-local/"

func own(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, controlPath) }

// controlHandler answers what people and scripts ask of the program itself. Its errors are JSON: {"error":"…"}.
func (s *Server) controlHandler() http.Handler {
	r := mux.NewRouter()
	at := func(path string, h func(http.ResponseWriter, *http.Request) error, methods ...string) {
		r.HandleFunc(controlPath+path, func(w http.ResponseWriter, r *http.Request) {
			if why := console.Refuse(r); why != "" && fromBrowser(r) {
				writeJSON(w, http.StatusForbidden, map[string]string{"error": why})
				return
			}
			if err := h(w, r); err != nil {
				writeJSON(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
			}
		}).Methods(methods...)
	}
	at("health", s.health, http.MethodGet, http.MethodHead)
	at("reset", s.reset, http.MethodPost)
	at("snapshot", s.saveSnapshot, http.MethodGet)
	at("snapshot", s.loadSnapshot, http.MethodPut)
	at("clock", s.readClock, http.MethodGet)
	at("clock", s.moveClock, http.MethodPost)
	at("faults", s.faults.list, http.MethodGet)
	at("faults", s.addFault, http.MethodPost)
	at("faults", s.faults.clear, http.MethodDelete)
	at("metrics", s.metrics.show, http.MethodGet)
	r.PathPrefix(console.Path).Handler(console.New(shown{s}))
	r.Handle(strings.TrimSuffix(console.Path, "/"), http.RedirectHandler(console.Path, http.StatusMovedPermanently)).Methods(http.MethodGet, http.MethodHead)
	r.NotFoundHandler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		writeJSON(w, http.StatusNotFound, map[string]string{"error": "there is nothing at " + r.URL.Path})
	})
	r.MethodNotAllowedHandler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		writeJSON(w, http.StatusMethodNotAllowed, map[string]string{"error": r.Method + " is not possible at " + r.URL.Path})
	})
	return r
}

// fromBrowser tells whether a page in a browser may have made a request. Scripts need no permission, and call the server what they
// like; a page of another site must not be able to drop somebody's state.
func fromBrowser(r *http.Request) bool {
	return r.Header.Get("Origin") != "" || r.Header.Get("Sec-Fetch-Site") != ""
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v) // an error means that the client has gone, and there is nobody left to tell
}

func (s *Server) health(w http.ResponseWriter, _ *http.Request) error {
	writeJSON(w, http.StatusOK, map[string]string{"status": "ok"})
	return nil
}

// resetAccount drops what an account has, and ends what others keep as the history of it.
func (s *Server) resetAccount(account string) error {
	err := s.db.ResetAccount(account)
	for more := true; more && err == nil; {
		err = s.db.Update(func(tx *state.Tx) error {
			more = ec2api.EndHistoryOf(tx, account)
			return nil
		})
	}
	return err
}

// reset drops all state, or that of one account.
func (s *Server) reset(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	for name := range query {
		if name != "account" {
			return errors.New("unknown parameter " + name + "; there is account")
		}
	}
	if !query.Has("account") {
		if err := s.db.Reset(); err != nil {
			return err
		}
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	account := query.Get("account")
	if !isAccount(account) {
		return errors.New("account is not twelve digits")
	}
	if err := s.resetAccount(account); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func isAccount(id string) bool { return len(id) == 12 && strings.Trim(id, "0123456789") == "" }

func (s *Server) saveSnapshot(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "application/json")
	if err := s.db.Snapshot(w); err != nil {
		s.log.Error("snapshot", "error", err)
		panic(http.ErrAbortHandler) // half a document is out: break off, so that nobody takes it for a whole one
	}
	return nil
}

func (s *Server) loadSnapshot(w http.ResponseWriter, r *http.Request) error {
	if err := s.db.Restore(r.Body); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

type clockState struct {
	Now    time.Time `json:"now"`
	Frozen bool      `json:"frozen"`
}

func (s *Server) readClock(w http.ResponseWriter, _ *http.Request) error {
	writeJSON(w, http.StatusOK, clockState{s.clock.now(), s.clock.isFrozen()})
	return nil
}

// moveClock takes {"advance":"36h"}, {"set":"2026-01-01T00:00:00Z"}, {"freeze":true}, or several of them in this order.
func (s *Server) moveClock(w http.ResponseWriter, r *http.Request) error {
	var request struct {
		Advance *string    `json:"advance"`
		Set     *time.Time `json:"set"`
		Freeze  *bool      `json:"freeze"`
	}
	body := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	body.DisallowUnknownFields()
	if err := body.Decode(&request); err != nil {
		return err
	}
	if request.Advance == nil && request.Set == nil && request.Freeze == nil {
		return errors.New(`say "advance", "set" or "freeze"`)
	}
	if request.Advance != nil {
		d, err := time.ParseDuration(*request.Advance)
		if err != nil {
			return err
		}
		shown{s}.Advance(d)
	}
	if request.Set != nil {
		shown{s}.SetTime(*request.Set)
	}
	if request.Freeze != nil {
		shown{s}.Freeze(*request.Freeze)
	}
	return s.readClock(w, r)
}
