# `make` alone lists what there is.

CONFIG    ?= plugins.json
SECONDS   ?= 600
PREFIX    ?= /usr/local
SYSCONF   ?= /etc
UNITS     ?= $(PREFIX)/lib/systemd/system
DESTDIR   ?=

SWIFT     ?= swift
# One binary that needs no Swift on the machine where it runs; symbols are left out.
RELEASE    = -c release --static-swift-stdlib -Xlinker -s
# Tests that wait for other processes and real sockets run by themselves: beside those that keep
# every core busy they would measure the machine.
WITH_SOCKETS = ^(SystemTests\.|TransportTests\.|EnginectlTests\.(Alerts|Bars|Bench|Clients|Command|Doctor|Failure|Process|Rerun|Stream))
# A test that hangs ends the run, with the name of what did not end in its output.
TESTS      = timeout -k 10 900 $(SWIFT) test --skip-build --parallel
# Bars of whole files of real ticks: a minute of both cores.
WITH_DATA  = BarOracleTests
# Whole engines under load, with thousands of connections: beside others they would starve them.
UNDER_LOAD = ^BinaryFrontendTests\. ^WebFrontendTests\.
# All others in a few processes, one after the other: some hundred tests that compute, at once, leave
# each so little of a core that time limits measure the machine.
COMPUTING  = ^EngineCoreTests\. ^(Binary|Web)ProtocolTests\. ^Alert ^Bar
BY_ITSELF  = $(foreach group,$(WITH_SOCKETS) $(WITH_DATA) $(UNDER_LOAD),--skip '$(group)')
BINARIES   = .build/release
FORMATTED  = Sources Tests Benchmarks Package.swift

.DEFAULT_GOAL := help
.PHONY: help run build test lint format bench stress dashboard sanitize fuzz docs install uninstall clean \
  requirements

help: ## List the targets
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' $(MAKEFILE_LIST) | while IFS='	' read -r name text; do \
	  printf '  make %-10s %s\n' "$$name" "$$text"; done

requirements:
	@deploy/requirements.sh
	@deploy/chart.sh

run: build ## Build and start engined on plugins.json (CONFIG=FILE for another)
	@mkdir -p run
	@echo
	@echo 'Starting engined on $(CONFIG); Ctrl-C stops it. In another terminal, in this folder:'
	@echo '  bin/enginectl list'
	@echo "  bin/enginectl tap 'trade.*' --limit 5"
	@echo '  bin/enginectl top'
	@echo 'A browser shows the dashboard at the page that the log names.'
	@echo
	@exec bin/engined --config '$(CONFIG)'

build: requirements ## Build engined and enginectl in release mode; bin/ links to them
	@$(SWIFT) build $(RELEASE) --product engined
	@$(SWIFT) build $(RELEASE) --product enginectl
	@mkdir -p bin
	@ln -sf ../$(BINARIES)/engined ../$(BINARIES)/enginectl bin/

test: requirements ## Run every test
	$(SWIFT) build --build-tests
	$(foreach group,$(COMPUTING),$(TESTS) --filter '$(group)' $(BY_ITSELF) &&) \
	  $(TESTS) $(foreach group,$(COMPUTING),--skip '$(group)') $(BY_ITSELF)
	$(TESTS) --filter '$(WITH_SOCKETS)'
	$(TESTS) --filter '$(WITH_DATA)'
	$(foreach group,$(UNDER_LOAD),$(TESTS) --filter '$(group)' &&) true
	@command -v node >/dev/null || { echo 'no node: the JavaScript client is not tested'; exit 0; }; \
	  flag=$$(node --experimental-websocket -e 0 2>/dev/null && echo --experimental-websocket); \
	  timeout -k 10 120 node $$flag --test clients/js/test/ && \
	  timeout -k 10 120 node --test Sources/Plugins/Dashboard/test/
	@command -v tsc >/dev/null || { echo 'no tsc: types of JavaScript are not checked'; exit 0; }; \
	  tsc -p clients/js && tsc -p Sources/Plugins/Dashboard
	@command -v python3 >/dev/null || { echo 'no python3: its client is not tested'; exit 0; }; \
	  TICKWIRE_ENGINED='$(CURDIR)/.build/debug/engined' \
	  timeout -k 10 900 python3 -m unittest discover -s clients/python/tests

lint: ## Check the format of all Swift files
	$(SWIFT) format lint --strict -r $(FORMATTED)

format: ## Format all Swift files
	$(SWIFT) format -i -r $(FORMATTED)

bench: requirements ## Measure Tickwire beside its peers (about 35 minutes; see Benchmarks/README.md)
	Benchmarks/bench.py run

dashboard: build ## Open the dashboard in Chromium, and measure and audit it (5 minutes)
	Benchmarks/dashboard/load.py
	Benchmarks/dashboard/paint.py
	Benchmarks/dashboard/restart.py
	Benchmarks/dashboard/restart.py --journal
	Benchmarks/dashboard/bars.py
	Benchmarks/dashboard/audit.py

stress: build ## Kill clients and engines under load, and weigh 5,000 idle clients (25 minutes)
	Benchmarks/feed/restarts.py
	Benchmarks/journal/kills.py
	Benchmarks/notify/kills.py
	Benchmarks/feed/idle.py

sanitize: requirements ## Thread sanitizer over bus and host, address sanitizer over the codecs
	TSAN_OPTIONS='suppressions=$(CURDIR)/Tests/tsan.supp' $(SWIFT) test --scratch-path .build-tsan \
	  --sanitize=thread --filter 'Bus|Host|Lane|Loopback|Simulation'
	$(SWIFT) test --scratch-path .build-asan --sanitize=address --disable-xctest \
	  --filter 'BinaryProtocolTests|WebProtocolTests|JSON|ByteStream|TickFile'

fuzz: requirements ## Fuzz the decoders for SECONDS each (600)
	Tests/Fuzz/run.sh $(SECONDS)

docs: build ## Write docs/configuration.md and plugins.schema.json anew from the built engined
	bin/engined docs > docs/configuration.md
	bin/engined schema > plugins.schema.json

# A package builder has built already, maybe as another user: only a missing binary is built.
install: ## Install programs, completions, systemd unit and a first configuration (PREFIX, DESTDIR)
	@test -x $(BINARIES)/engined -a -x $(BINARIES)/enginectl || $(MAKE) build
	install -d '$(DESTDIR)$(PREFIX)/bin' '$(DESTDIR)$(UNITS)' '$(DESTDIR)$(SYSCONF)/tickwire' \
	  '$(DESTDIR)$(PREFIX)/share/bash-completion/completions' \
	  '$(DESTDIR)$(PREFIX)/share/zsh/site-functions' \
	  '$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d'
	install -m 755 $(BINARIES)/engined $(BINARIES)/enginectl '$(DESTDIR)$(PREFIX)/bin'
	for tool in engined enginectl; do \
	  $(BINARIES)/$$tool --generate-completion-script bash \
	    > "$(DESTDIR)$(PREFIX)/share/bash-completion/completions/$$tool" && \
	  $(BINARIES)/$$tool --generate-completion-script zsh \
	    > "$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_$$tool" && \
	  $(BINARIES)/$$tool --generate-completion-script fish \
	    > "$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/$$tool.fish" || exit 1; \
	done
	sed 's|@PREFIX@|$(PREFIX)|; s|@SYSCONF@|$(SYSCONF)|' deploy/tickwire.service \
	  > '$(DESTDIR)$(UNITS)/tickwire.service'
	test -e '$(DESTDIR)$(SYSCONF)/tickwire/plugins.json' || \
	  install -m 644 deploy/plugins.json '$(DESTDIR)$(SYSCONF)/tickwire/plugins.json'
	install -m 644 plugins.schema.json '$(DESTDIR)$(SYSCONF)/tickwire/plugins.schema.json'

uninstall: ## Remove what install put there, but for the configuration
	rm -f '$(DESTDIR)$(PREFIX)/bin/engined' '$(DESTDIR)$(PREFIX)/bin/enginectl' \
	  '$(DESTDIR)$(UNITS)/tickwire.service'
	for tool in engined enginectl; do \
	  rm -f "$(DESTDIR)$(PREFIX)/share/bash-completion/completions/$$tool" \
	    "$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_$$tool" \
	    "$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/$$tool.fish"; \
	done

clean: ## Remove everything that was built
	rm -rf .build .build-tsan .build-asan bin Benchmarks/.build Tests/Fuzz/.build
