# The orchestrator uses credentials, refreshes them in place, writes repair's tombstones and destroys what is disconnected (MO-4).
path "secret/data/users/*" {
  capabilities = ["create", "read", "update"]
}
path "secret/destroy/users/*" {
  capabilities = ["create", "update"]
}
path "secret/metadata/users/*" {
  capabilities = ["read", "list"]
}
path "secret/data/flows/*" {
  capabilities = ["create", "read", "update"]
}
path "secret/metadata/flows/*" {
  capabilities = ["read", "list"]
}
# What a person lends is copied for one run to where that run's host may read it; check-and-set lets it be written once.
path "secret/data/runs/*" {
  capabilities = ["create", "update"]
}
# A host that is gone does not destroy it.
path "secret/destroy/runs/*" {
  capabilities = ["create", "update"]
}
