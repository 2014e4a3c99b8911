package server

import (
	"log/slog"
	"time"
)

// levelOf: a call that went wrong on our side is an error; one that AWS refuses is as normal as one that it grants.
func levelOf(status int) slog.Level {
	if status >= 500 {
		return slog.LevelError
	}
	return slog.LevelInfo
}

func attributes(c *call, status int, code string) []slog.Attr {
	list := []slog.Attr{
		slog.String("service", c.service.name),
		slog.String("account", c.caller.Account),
		slog.String("region", c.caller.Region),
		slog.Int("status", status),
		slog.Duration("took", time.Since(c.start).Round(time.Microsecond)),
		slog.String("request", c.id),
	}
	if code != "" {
		list = append(list, slog.String("code", code))
	}
	return list
}
