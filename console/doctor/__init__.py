"""What `watchfloor doctor` looks at: each module examines one thing, returns findings and changes nothing."""
