package native

// procedureRoutes are the routes of procedures.
func (a *API) procedureRoutes() []Route { return nil }
