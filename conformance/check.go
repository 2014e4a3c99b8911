package conformance

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"

	smithy "github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// absent stands for a member that an answer does not have.
const absent = "(absent)"

func str(p *string) string {
	if p == nil {
		return absent
	}
	return *p
}

func num(p *int32) string {
	if p == nil {
		return absent
	}
	return fmt.Sprint(*p)
}

func boolean(p *bool) string {
	if p == nil {
		return absent
	}
	return fmt.Sprint(*p)
}

// must returns the answer of a call that has to succeed: must(client.CreateIpam(…))(t).
func must[O any](out O, err error) func(*T) O {
	return func(t *T) O {
		if err != nil {
			t.Fatalf("%v", err)
		}
		return out
	}
}

func equal[V comparable](t *T, what string, got, want V) {
	if got != want {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}

// equalRecord compares two records member by member; absent and empty differ.
func equalRecord[R any](t *T, what string, got, want R) {
	equalLines(t, what, jsonLines(got), jsonLines(want))
}

func equalLines(t *T, what, g, w string) {
	if g == w {
		return
	}
	gl, wl := strings.Split(g, "\n"), strings.Split(w, "\n")
	var diff []string
	for i := range max(len(gl), len(wl)) {
		var a, b string
		if i < len(gl) {
			a = gl[i]
		}
		if i < len(wl) {
			b = wl[i]
		}
		if a != b {
			diff = append(diff, fmt.Sprintf("\n\tgot %s, want %s", strings.TrimSpace(a), strings.TrimSpace(b)))
		}
	}
	t.Errorf("%s differs:%s", what, strings.Join(diff, ""))
}

func jsonLines(v any) string {
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return err.Error()
	}
	return string(b)
}

func matches(t *T, what, got, pattern string) {
	if !regexp.MustCompile(`^(?:` + pattern + `)$`).MatchString(got) {
		t.Errorf("%s = %q, want something like %s", what, got, pattern)
	}
}

// wantError checks an error's code and its HTTP status, and its message where one is given. In the message … stands
// for any text.
func wantError(t *T, err error, code, message string) {
	wantErrorOf(t, "the call", err, code, message)
}

func wantErrorOf(t *T, what string, err error, code, message string) {
	if err == nil {
		t.Errorf("%s succeeded, want %s", what, code)
		return
	}
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		t.Errorf("%s = %v, want %s", what, err, code)
		return
	}
	if api.ErrorCode() != code {
		t.Errorf("%s = %s: %s, want %s", what, api.ErrorCode(), api.ErrorMessage(), code)
		return
	}
	if message != "" && !like(api.ErrorMessage(), message) {
		t.Errorf("%s = %s with the message\n\t%q, want\n\t%q", what, code, api.ErrorMessage(), message)
	}
	if status, want := statusOf(err), wantStatus(code); status != want {
		t.Errorf("%s = %s with HTTP status %d, want %d", what, code, status, want)
	}
}

// wantRefusal is for errors whose code nobody has seen: any answer of 400 will do.
func wantRefusal(t *T, what string, err error) {
	if err == nil {
		t.Errorf("%s succeeded, want a refusal", what)
	} else if status := statusOf(err); status != 400 {
		t.Errorf("%s = %v, want HTTP status 400", what, err)
	}
}

func wantStatus(code string) int {
	switch code {
	case "DryRunOperation":
		return 412
	case "UnauthorizedOperation":
		return 403
	case "AuthFailure":
		return 401
	}
	return 400
}

func statusOf(err error) int {
	if r, ok := errors.AsType[*smithyhttp.ResponseError](err); ok {
		return r.HTTPStatusCode()
	}
	return 0
}

func like(got, pattern string) bool {
	parts := strings.Split(pattern, "…")
	for i, part := range parts {
		parts[i] = regexp.QuoteMeta(part)
	}
	return regexp.MustCompile(`^(?s:` + strings.Join(parts, `.*`) + `)$`).MatchString(got)
}
