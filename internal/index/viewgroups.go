package index

import (
	"context"
	"iter"
	"time"

	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
)

// Groups streams the groups.
func (v *View) Groups(ctx context.Context, g query.Groups) iter.Seq2[query.Group, error] {
	return func(yield func(query.Group, error) bool) {
		if err := v.groups(ctx, g, yield); err != nil {
			yield(nil, err)
		}
	}
}

func (v *View) groups(ctx context.Context, g query.Groups, yield func(query.Group, error) bool) error {
	if err := store.CheckGroups(g); err != nil {
		return err
	}
	if err := v.usable(ctx); err != nil {
		return err
	}
	begun := time.Now()
	var run *grouping
	var order []int
	why, err := v.index(func() error {
		list := v.asked(ctx)
		found, err := v.find(list, g.Where)
		if err != nil {
			return err
		}
		if run, err = newGrouping(g, list, found); err == nil {
			err = run.run()
		}
		if err == nil {
			order = run.sorted()
		}
		return err
	})
	if err != nil {
		return err
	}
	v.streaming = true
	defer func() { v.streaming = false }()
	if why != "" {
		return v.storeGroups(ctx, g, why, begun, yield)
	}
	v.step("groups", "index", "", begun)
	for _, group := range order {
		if err := ended(ctx); err != nil {
			return err
		}
		row := run.row(group)
		if v.gen.damage() != nil {
			break // what is damaged is not shown
		}
		if !yield(row, nil) {
			return nil
		}
	}
	return v.late(nil)
}

func (v *View) storeGroups(ctx context.Context, g query.Groups, why string, begun time.Time, yield func(query.Group, error) bool) error {
	s, back, err := v.fromStore(ctx)
	if err != nil {
		return err
	}
	defer back()
	return stepped(v, "groups", why, begun, s.Groups(ctx, g), yield)
}
