"""The shell around the capabilities: settings, routes, middleware, pages."""
