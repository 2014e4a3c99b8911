package console

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

const (
	settle = 150 * time.Millisecond // changes come in groups
	pulse  = 20 * time.Second       // so that nobody on the way takes the silence for the end
)

// events tells a page that there is news of its topic. What it is, the page finds out by asking for itself again.
func (c *Console) events(w http.ResponseWriter, r *http.Request) {
	n, err := strconv.Atoi(r.PathValue("topic"))
	since, err2 := strconv.ParseUint(r.FormValue("since"), 10, 64)
	if err != nil || err2 != nil || n < 0 || n >= int(Topics) {
		http.Error(w, "There is no such topic.", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	stream := http.NewResponseController(w)
	for {
		count, more := c.server.Watch(Topic(n))
		message := ": still here\n\n"
		if count != since {
			message = fmt.Sprintf("id: %d\ndata: %d\n\n", count, count)
			since = count
		}
		_ = stream.SetWriteDeadline(time.Now().Add(2 * pulse)) // not possible in tests without a socket
		if _, err := fmt.Fprint(w, message); err != nil || stream.Flush() != nil {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-time.After(pulse):
		case <-more:
			time.Sleep(settle)
		}
	}
}
