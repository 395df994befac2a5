package archive

// Limits bounds what an archive may ask of us. Zero fields mean the default.
type Limits struct {
	// Expanded is how many bytes may come out of one file given to Members, and out of each archive inside it; default
	// 64 GiB. The whole history as one export of the Explore API is about 16 GB.
	Expanded int64
	// Ratio is how many times larger than what was read of the compressed bytes the expanded bytes may be, once they
	// exceed RatioFrom; default 200. Notices compress 5 to 20 times, many equal ones in one stream up to 100.
	Ratio     int64
	RatioFrom int64 // bytes; default 1 MiB
	// Entries is how many entries one file given to Members may have in all, those of inner archives included; default
	// 500,000. A whole year has about 150,000 notices, each with its page in the years of `.taz`.
	Entries int
	// Depth is how many archives may stand one inside the other; default 2: a yearly zip of daily `.taz`. A tar
	// directly inside gzip or zip is one archive with it.
	Depth int
	// Name is the length of an entry's name in bytes; default 512.
	Name int
	// Nested is how many bytes of an inner zip are held in memory, because zip is read from its end; default 128 MiB.
	Nested int64
}

func (l Limits) withDefaults() Limits {
	l.Expanded = orDefault(l.Expanded, 64<<30)
	l.Ratio = orDefault(l.Ratio, 200)
	l.RatioFrom = orDefault(l.RatioFrom, 1<<20)
	l.Entries = orDefault(l.Entries, 500_000)
	l.Depth = orDefault(l.Depth, 2)
	l.Name = orDefault(l.Name, 512)
	l.Nested = orDefault(l.Nested, 128<<20)
	return l
}

func orDefault[T int | int64](v, def T) T {
	if v <= 0 {
		return def
	}
	return v
}
