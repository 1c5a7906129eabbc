# A container host sees the secrets of its own runs only (MO-4). HOST is replaced by the host's name when the policy is written.
path "secret/data/runs/HOST/*" {
  capabilities = ["read"]
}
path "secret/destroy/runs/HOST/*" {
  capabilities = ["create", "update"]
}
