"""Search for visitors: a page and JSON, over whatever the site lets everybody find."""
