package native

// linkRoutes are the routes of the links of a notice.
func (a *API) linkRoutes() []Route { return nil }
