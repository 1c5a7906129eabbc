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
