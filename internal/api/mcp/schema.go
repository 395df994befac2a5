package mcp

// input is the schema of a tool's arguments (JSON Schema 2020-12): nothing but them is taken.
func (t tool) input() map[string]any {
	properties, required := map[string]any{}, []string{}
	for _, a := range t.args {
		properties[a.name] = a.schema()
		if a.required {
			required = append(required, a.name)
		}
	}
	return map[string]any{"type": "object", "properties": properties, "required": required, "additionalProperties": false}
}

func (a argument) schema() map[string]any {
	one := map[string]any{"type": a.kind}
	if a.enum != nil {
		one["enum"] = a.enum
	}
	switch {
	case a.kind == "integer":
		one["minimum"], one["maximum"] = a.least, a.most
	case a.kind == "string" && a.most > 0 && a.enum == nil:
		one["minLength"], one["maxLength"] = max(a.least, 1), a.most
	}
	if !a.list {
		one["description"] = a.doc
		return one
	}
	return map[string]any{"type": "array", "items": one, "minItems": 1, "maxItems": maxList, "description": a.doc + ". One of the values must hold"}
}

// maxList is the most values of one argument.
const maxList = 50

// output is the schema of what every tool gives.
func output() map[string]any {
	text := func(doc string) map[string]any { return map[string]any{"type": "string", "description": doc} }
	return map[string]any{
		"type": "object",
		"properties": map[string]any{
			"warning": text("how to take the texts of notices"),
			"meta": map[string]any{
				"type": "object", "description": "where the data come from",
				"properties": map[string]any{
					"source": text("who produced the data"), "source_url": text("where they publish them"),
					"licence": text("under which the data may be used"), "licence_url": text("its text"),
					"last_update": map[string]any{"type": []string{"string", "null"}, "description": "when the data changed last, UTC"},
					"revision":    map[string]any{"type": "integer", "description": "number of that state of the data"},
				},
				"required": []string{"source", "licence", "last_update", "revision"},
			},
			"answer": map[string]any{"type": "object", "description": "the answer of the native API, its meta apart"},
		},
		"required": []string{"warning", "meta", "answer"}, "additionalProperties": false,
	}
}
