"""One file a page. A page is a function of the site and a request; it reads and never writes."""
