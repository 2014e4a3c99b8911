package console

import "strconv"

// pager is which part of a list is shown, and the links to what comes before and after.
type pager struct {
	From, To, Total int
	Earlier, Later  string
	More            bool // AWS has further pages, so the total is not all
}

// pager reads the place in a list of that many items from the request.
func (v *visit) pager(total, size int) pager {
	from, err := strconv.Atoi(v.request.FormValue("from"))
	if err != nil || from < 0 || from > total {
		from = 0
	}
	p := pager{From: from, To: min(from+size, total), Total: total}
	if from > 0 {
		p.Earlier = v.sameWith("from", strconv.Itoa(max(from-size, 0)))
	}
	if p.To < total {
		p.Later = v.sameWith("from", strconv.Itoa(p.To))
	}
	return p
}

// then goes on with AWS's next page after the last part of this one.
func (p pager) then(v *visit, next *string) pager {
	p.More = next != nil
	if p.More && p.Later == "" {
		q := v.request.URL.Query()
		q.Set("next", *next)
		q.Del("from")
		p.Later = v.request.URL.Path + "?" + q.Encode()
	}
	if p.Earlier == "" && v.request.FormValue("next") != "" {
		p.Earlier = v.request.URL.Path
	}
	return p
}

// sameWith is a link to the same page with one thing changed.
func (v *visit) sameWith(name, val string) string {
	q := v.request.URL.Query()
	q.Set(name, val)
	return v.request.URL.Path + "?" + q.Encode()
}

// tokens is a list that AWS hands out page by page, so nobody knows how long it is.
type tokens struct {
	First string // the beginning, if this is not it
	Later string
}

func (v *visit) tokens(next *string) (t tokens) {
	if v.request.FormValue("next") != "" {
		t.First = v.sameWith("next", "")
	}
	if next != nil {
		t.Later = v.sameWith("next", *next)
	}
	return t
}
