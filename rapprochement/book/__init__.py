"""Pages are read: the roles and directives that tie the prose to the data, and the nodes that they leave."""
