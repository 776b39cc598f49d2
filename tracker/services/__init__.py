"""What a person can do: load, ask the core, save; one module per area of verbs."""
