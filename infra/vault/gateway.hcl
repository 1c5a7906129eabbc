# The gateway stores what a consent brought and never reads it back (MO-4).
path "secret/data/users/*" {
  capabilities = ["create", "update"]
}
path "secret/metadata/users/*" {
  capabilities = ["read"]
}
# One-time inputs of a login in a container: written here, read and destroyed elsewhere (SE-6).
path "secret/data/inputs/*" {
  capabilities = ["create"]
}
# Device codes of a pending login (DF-2).
path "secret/data/flows/*" {
  capabilities = ["create", "update"]
}
