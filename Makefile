# npm's Node 24 where it exists (Linux x64), else the machine's own.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

JEST = NODE_OPTIONS='--experimental-vm-modules --disable-warning=ExperimentalWarning' node node_modules/jest/bin/jest.js
# run-feature <file> <words>: runs it, or says honestly that it does not exist yet.
run-feature = @if [ -f $(1) ]; then exec node $(1) $(ARGS); else echo '$(2) does not exist yet: nothing was run.'; exit 1; fi

.PHONY: help dev test demo soak bench up down reset install
.DEFAULT_GOAL := help

help: ## one line for each command
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1	\2/p' $(firstword $(MAKEFILE_LIST)) | awk -F '\t' '{ printf "%-12s %s\n", $$1, $$2 }'

dev: install ## everything on this machine, from nothing, with reload; Ctrl-C stops it
	@exec node infra/local/dev.ts

test: install ## every check and test; ARGS=test/infra runs a part
	@sh infra/local/install-browser.sh
	@sh infra/local/install-engine.sh
	@$(JEST) $(ARGS)

demo: install ## the main job without a person, with the orchestrator killed while it waits
	$(call run-feature,infra/local/demo.ts,The demonstration)

soak: install ## long proofs: random stories, kills; ARGS="--seed N" repeats one
	$(call run-feature,test/soak/main.ts,The soak)

bench: install ## every benchmark beside its reference
	$(call run-feature,bench/main.ts,The benchmarks)

up: ## production by docker compose
	@if [ -f docker-compose.yml ]; then exec docker compose up -d; else echo 'The production composition does not exist yet: nothing was started.'; exit 1; fi

down: ## stop production
	@if [ -f docker-compose.yml ]; then exec docker compose down; else echo 'The production composition does not exist yet: nothing was stopped.'; exit 1; fi

reset: install ## forget the embedded data; asks first, YES=1 does not
	@exec node infra/local/reset.ts $(if $(YES),--yes)

install:
	@sh infra/local/install.sh
