package odsql

import (
	"github.com/boamp/boamp/internal/query"
)

// No data set has a geometry. What asks for one is read, so that a mistake in it is told from that, and refused.
func geoFunctions() []Function {
	where := func(name, usage, doc string, least, most int) Function {
		return Function{Name: name, Family: Geometry, In: Filter, Usage: usage, Doc: doc, min: least, max: most, quantity: true, filter: noGeometry}
	}
	return []Function{
		where("within_distance", "within_distance(field, geom'POINT(lon lat)', 1km)", "within a distance", 3, 3),
		where("in_bbox", "in_bbox(field, lat, lon, lat, lon)", "within a rectangle", 5, 5),
		where("intersects", "intersects(field, geom'...')", "has points in common", 2, 2),
		where("disjoint", "disjoint(field, geom'...')", "has no point in common", 2, 2),
		where("within", "within(field, geom'...')", "lies within", 2, 2),
		where("distance", "distance(field, geom'...', 1km)", "name of within_distance in version 2.0", 3, 3),
		where("geometry", "geometry(field, geom'...')\ngeometry(field, geom'...', mode)", "name of intersects, disjoint and within in version 2.0", 2, 3),
		where("polygon", "polygon(field, geom'...')", "name of within in version 2.0", 2, 2),
		where("vector_similarity_threshold", "vector_similarity_threshold(\"text\")", "only in catalogues, and not here", 1, 2),
		{Name: "distance", Family: Geometry, In: Select | OrderBy, Usage: "distance(field, geom'...')", Doc: "metres from a geometry", min: 2, max: 2,
			value: func(c *compiler, n *Call) operand { noGeometry(c, n); return operand{} }},
		{Name: "vector_similarity", Family: Geometry, In: Select | OrderBy, Usage: "vector_similarity(\"text\")", Doc: "only in catalogues, and not here", min: 1, max: 2,
			value: func(c *compiler, n *Call) operand { noGeometry(c, n); return operand{} }},
		{Name: "envelope", Family: Geometry, In: Select | OrderBy, Usage: "envelope(field)", Doc: "hull of geometries", min: 1, max: 1,
			total: func(c *compiler, n *Call) query.Aggregate { noGeometry(c, n); return query.Aggregate{} }},
		{Name: "bbox", Family: Geometry, In: Select | OrderBy, Usage: "bbox(field)", Doc: "rectangle around geometries", min: 1, max: 1,
			total: func(c *compiler, n *Call) query.Aggregate { noGeometry(c, n); return query.Aggregate{} }},
		{Name: "geo_cluster", Family: Geometry, In: GroupBy, Usage: "geo_cluster(field, zoom)\ngeo_cluster(field, zoom, radius)", Doc: "groups of near points", min: 2, max: 3,
			key: func(c *compiler, n *Call) groupKey { noGeometry(c, n); return groupKey{} }},
	}
}

// noGeometry refuses a function of geometries, naming what it was asked for.
func noGeometry(c *compiler, n *Call) query.Expr {
	name, ok := n.Args[0].(*Name)
	if !ok {
		panic(c.bad(n, "Function %s is not available: no field has a geometry or a vector", n.Function.Name))
	}
	f := c.lookup(name)
	e := c.bad(name, "Function %s needs a geographic field: %s is of type %s", n.Function.Name, name.Name, typeName(f.Type))
	e.Hint = "no data set of this server has a geometry"
	panic(e)
}
