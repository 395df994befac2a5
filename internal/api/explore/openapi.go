package explore

// OpenAPI gives the description of the Explore API as a JSON document (OpenAPI 3.0.3), in our own words: version is "v2.1" or
// "v2.0", base the address of the API without a slash at the end, "https://boamp.example/api/explore/v2.1". nil for another
// version.
func OpenAPI(version, base string) []byte { return nil }
