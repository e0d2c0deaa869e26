# headroom: `make run` and `make test` do everything, also on a bare Debian 12. `make help` lists all.

# ---- what a user may change: make NAME=value ---------------------------------------------
PREFIX   ?= /usr/local
DESTDIR  ?=
VERSION  := 0.1.0
DEBUG    ?=# 1: no optimisation, checks of invariants
SANITIZE ?=# address,undefined or thread
COVERAGE ?=# 1: count executed lines, for `make coverage`
WERROR   ?=# 1: a warning is an error
V        ?=# 1: print every command in full
ONLY     ?=# words: `make check ONLY="store sim"` runs the tests whose names hold one
FUZZ_SECONDS ?= 20
# DWARF 4, because Debian 12's valgrind cannot read clang's DWARF 5.
OPTIMISE ?= -O2 -g -gdwarf-4
ifeq ($(origin CC),default)
CC       := gcc
endif
# Every flavour has a folder of its own, so that their objects never mix.
comma    := ,
BUILD    ?= build$(if $(SANITIZE),/san-$(subst $(comma),-,$(SANITIZE)))$(if $(COVERAGE),/coverage)$(if \
              $(DEBUG),/debug)$(if $(filter gcc,$(CC)),,/$(notdir $(firstword $(CC))))

# ---- Debian packages: to build, to test, to lint ------------------------------------------
PACKAGES      := gcc libc6-dev make pkg-config libncurses-dev libsqlite3-dev libcsv-dev libgsl-dev \
                 libyaml-dev libjansson-dev zlib1g-dev libzstd-dev liblzma-dev libbz2-dev
PACKAGES_TEST := $(PACKAGES) libcmocka-dev libvterm-dev universal-ctags xz-utils
PACKAGES_LINT := $(PACKAGES_TEST) clang clang-format clang-tidy libclang-rt-14-dev cppcheck valgrind

# ---- sources: one wildcard per room --------------------------------------------------------
LIB_SRC  := $(foreach room,base model workload ingest store sim price generate plan report,$(wildcard src/$(room)/*.c))
FACE_SRC := $(filter-out src/cli/main.c,$(wildcard src/cli/*.c src/tui/*.c))
MAIN_SRC := $(wildcard src/cli/main.c)
MODELS   := $(shell find models -name '*.yaml' 2>/dev/null | LC_ALL=C sort)
# Programs under tests/, one source each; other sources in their folder are linked to all of them.
UNIT_SRC     := $(wildcard tests/unit/test_*.c)
TERMINAL_SRC := $(wildcard tests/terminal/test_*.c)
EXAMPLE_SRC  := $(wildcard tests/example/*.c)
BENCH_SRC    := $(wildcard tests/bench/bench_*.c)
FUZZ_SRC     := $(wildcard tests/fuzz/*.c)
SHARED_SRC   := $(filter-out $(UNIT_SRC) $(TERMINAL_SRC),$(wildcard tests/unit/*.c tests/terminal/*.c))
ALL_C        := $(wildcard include/headroom/*.h src/*/*.[ch] tests/*/*.[ch] data/*.c)

# ---- flags -------------------------------------------------------------------------------
LIBRARIES := sqlite3 gsl yaml-0.1 jansson zlib libzstd liblzma
# ncursesw.pc asks for -D_XOPEN_SOURCE=600, which would hide what -D_GNU_SOURCE shows.
PC_CFLAGS := $(filter-out -D_XOPEN_SOURCE=% -D_DEFAULT_SOURCE,$(shell pkg-config --cflags $(LIBRARIES) ncursesw 2>/dev/null))
PC_LIBS   := $(shell pkg-config --libs $(LIBRARIES) ncursesw 2>/dev/null)
ALL_CPPFLAGS = -D_GNU_SOURCE -DHR_VERSION=\"$(VERSION)\" -Iinclude -Isrc $(if $(DEBUG),-DHR_DEBUG) $(PC_CFLAGS) $(CPPFLAGS)
# The same bytes from gcc and clang: no fused multiply-add, no -march.
ALL_CFLAGS   = -std=c17 $(if $(DEBUG),-O0 -g3 -gdwarf-4,$(OPTIMISE)) -ffp-contract=off -pthread \
               -Wall -Wextra -Wpedantic -Wshadow -Wconversion $(if $(WERROR),-Werror) \
               $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer) \
               $(if $(COVERAGE),--coverage -fprofile-update=atomic) $(CFLAGS)
ALL_LIBS     = $(LDFLAGS) $(PC_LIBS) -lcsv -lbz2 -lm $(LDLIBS)

# ---- rules -------------------------------------------------------------------------------
Q        = $(if $(V),,@)
objects  = $(patsubst %.c,$(BUILD)/obj/%.o,$(patsubst src/%,%,$(1)))
programs = $(patsubst %.c,$(BUILD)/%,$(1))
LIB      = $(BUILD)/libheadroom.a
FACES    = $(BUILD)/libfaces.a# cli and tui without main, so that tests reach them
PROGRAM  = $(if $(MAIN_SRC),$(BUILD)/headroom)
EMBED    = $(BUILD)/obj/model/embedded_models
TESTS    = $(call programs,$(UNIT_SRC) $(TERMINAL_SRC) $(EXAMPLE_SRC))
.DEFAULT_GOAL := all
.SECONDARY:
.DELETE_ON_ERROR:
.PHONY: all run test check deps deps-test deps-lint validate bench example fuzz structure lint format coverage \
        install uninstall tidy cppcheck fuzz-run sample-data clean help FORCE

$(BUILD)/headroom: $(call objects,$(MAIN_SRC)) $(FACES) $(LIB)
	@echo "  LD $@"
	$(Q)$(CC) $(ALL_CFLAGS) -o $@ $^ $(ALL_LIBS)
$(LIB): $(call objects,$(LIB_SRC)) $(EMBED).o $(EMBED).data.o $(BUILD)/facts/sources
$(FACES): $(call objects,$(FACE_SRC)) $(BUILD)/facts/sources
$(BUILD)/%.a:
	@mkdir -p $(@D) && rm -f $@
	@$(AR) rcs $@ $(filter %.o,$^)
$(BUILD)/obj/%.o: src/%.c $(BUILD)/facts/flags
	@mkdir -p $(@D) && echo "  CC $@"
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# Every model is part of the library: its bytes by .incbin, its name and size in a table.
$(EMBED).c $(EMBED).data.S &: src/model/embed.sh $(MODELS) $(BUILD)/facts/sources
	@mkdir -p $(@D)
	@sh src/model/embed.sh $(EMBED).c $(EMBED).data.S $(MODELS)
$(EMBED).o: $(EMBED).c src/model/embedded.h $(BUILD)/facts/flags
	@$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -c -o $@ $<
$(EMBED).data.o: $(EMBED).data.S
	@$(CC) -c -o $@ $<

# Facts of this build: files that change only when the fact does, and then rebuild what hangs on it.
facts.sources = $(LIB_SRC) $(FACE_SRC) $(MODELS)
facts.flags   = $(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS)
$(BUILD)/facts/%: FORCE
	@pkg-config --exists --print-errors $(LIBRARIES) ncursesw || { echo 'Libraries are missing: make deps' >&2; exit 1; }
	@mkdir -p $(@D) && echo '$(facts.$*)' | cmp -s - $@ || echo '$(facts.$*)' >$@

# Tests: an example sees the public headers only, a test also private ones.
$(BUILD)/obj/tests/%.o: tests/%.c $(BUILD)/facts/flags
	@mkdir -p $(@D) && echo "  CC $@"
	$(Q)$(CC) $(if $(filter tests/example/%,$<),$(filter-out -Isrc,$(ALL_CPPFLAGS)),$(ALL_CPPFLAGS) -Itests/unit) \
	    $(ALL_CFLAGS) -MMD -MP -c -o $@ $<
$(call programs,$(UNIT_SRC)): private_libs = -lcmocka
$(call programs,$(TERMINAL_SRC)): private_libs = -lcmocka -lvterm -lutil
$(call programs,$(FUZZ_SRC)): private_libs = -fsanitize=fuzzer
$(call programs,$(UNIT_SRC)): $(call objects,$(filter tests/unit/%,$(SHARED_SRC)))
$(call programs,$(TERMINAL_SRC)): $(call objects,$(filter tests/terminal/%,$(SHARED_SRC)))
$(call programs,$(BENCH_SRC)): $(call objects,$(filter-out $(BENCH_SRC),$(wildcard tests/bench/*.c)))
$(BUILD)/tests/%: $(BUILD)/obj/tests/%.o $(FACES) $(LIB)
	@mkdir -p $(@D) && echo "  CC $@"
	$(Q)$(CC) $(ALL_CFLAGS) -o $@ $(filter %.o,$^) $(FACES) $(LIB) $(private_libs) $(ALL_LIBS)

-include $(patsubst %.o,%.d,$(call objects,$(LIB_SRC) $(FACE_SRC) $(MAIN_SRC) $(wildcard tests/*/*.c)))

# The libraries' flags are read when make starts: after an install it starts anew, on all cores.
again = +@$(MAKE) --no-print-directory $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))

# ---- targets -----------------------------------------------------------------------------
DEMO     := build/demo.plan
DEMO_LOG := data/shop-access.log.gz data/image-pipeline.log.gz data/queue-jobs.csv.gz
to        = $(DESTDIR)$(PREFIX)

run: deps ## Installs what is missing, builds, imports the samples of data/ and opens them
	$(again) all
	@rm -f $(DEMO) $(DEMO)-journal
	$(BUILD)/headroom import --plan $(DEMO) --app shop $(DEMO_LOG)
	@if [ -t 0 ] && [ -t 1 ]; then $(BUILD)/headroom --plan $(DEMO); else $(BUILD)/headroom compare --plan $(DEMO); fi

test: deps-test ## Installs what is missing, builds and runs every test
	$(again) check

all: $(LIB) $(PROGRAM) ## Builds libheadroom.a and the program in build/; what plain `make` does

check: all $(TESTS) ## Builds and runs every test, installs nothing (ONLY="words" chooses)
	@BUILD=$(BUILD) tests/run.sh $(ONLY)

deps:      needed = $(PACKAGES)
deps-test: needed = $(PACKAGES_TEST)
deps-lint: needed = $(PACKAGES_LINT)
deps deps-test deps-lint: ## Only installs: packages to build, to test, to lint
	@.ci/install $(needed)

# The table goes between its two marks in the file, which appears whole.
validate: $(BUILD)/tests/unit/test_sim_validation ## Replays what is known exactly, and writes the table in models/README.md
	@HR_VALIDATION_TABLE=$(BUILD)/validation.md $<
	@awk -v table=$(BUILD)/validation.md '/^<!-- end of validation/ {inside = 0} !inside {print} \
	    /^<!-- validation/ {inside = 1; while ((getline line < table) > 0) print line}' models/README.md >$(BUILD)/README.md
	@mv $(BUILD)/README.md models/README.md

bench: all $(call programs,$(BENCH_SRC)) ## Measures speed, as ratios against references of the same run
	@BUILD=$(BUILD) bash -ec '. tests/environment.sh; for bench; do echo "== $${bench##*/}"; "$$bench"; done' bash \
	    $(call programs,$(BENCH_SRC)) $(wildcard tests/bench/*.sh)

example: all $(call programs,$(EXAMPLE_SRC)) ## Builds the programs of tests/example against the public headers

structure: all $(TESTS) ## Checks rooms, headers, lengths, state and exports
	@perl tests/structure.pl --build $(BUILD)

# One stamp a source, so that lint runs on all cores and again only for what changed.
$(BUILD)/tidy/%.ok: %.c .clang-tidy $(filter %.h,$(ALL_C))
	@mkdir -p $(@D) && echo "clang-tidy $<" && { said=$$(clang-tidy --quiet $< -- $(ALL_CPPFLAGS) -std=c17 \
	    $(if $(filter %/error.c,$<),,-include tests/analyzer.h) 2>&1) || { echo "$$said"; exit 1; }; } && touch $@
tidy: $(patsubst %.c,$(BUILD)/tidy/%.ok,$(LIB_SRC) $(FACE_SRC) $(MAIN_SRC) $(EXAMPLE_SRC)) cppcheck
# It takes out-parameters behind && for unset, and would have the withdrawn readdir_r.
cppcheck:
	@mkdir -p $(BUILD)/cppcheck
	cppcheck -q -j $(shell nproc) --cppcheck-build-dir=$(BUILD)/cppcheck --enable=warning,performance,portability \
	    --inline-suppr --suppress=uninitvar --suppress=readdirCalled --error-exitcode=1 --std=c11 --library=posix,gnu -D_GNU_SOURCE \
	    -Iinclude -Isrc -Itests/unit src tests data

lint: deps-lint ## clang-format, clang-tidy and cppcheck find nothing
	@echo "clang-format" && clang-format --dry-run -Werror $(ALL_C)
	$(again) tidy

format: ## Formats all C sources in place
	@clang-format -i $(ALL_C)

coverage: ## Runs every test and prints the executed lines per room
	$(again) COVERAGE=1 SUITES="unit terminal golden" check || :
	@find build/coverage/obj -name '*.gcno' ! -path '*/tests/*' -exec gcov -n {} + 2>/dev/null | tests/coverage.awk

fuzz: ## Runs each program of tests/fuzz for FUZZ_SECONDS under libFuzzer (clang)
	$(again) CC=clang SANITIZE=address,undefined CFLAGS=-fsanitize=fuzzer-no-link BUILD=build/fuzz fuzz-run
fuzz-run: $(call programs,$(FUZZ_SRC))
	@set -e; for target in $^; do name=$${target##*/}; mkdir -p build/fuzz/corpus/$$name; echo "== $$name"; \
	    $$target -max_total_time=$(FUZZ_SECONDS) -max_len=65536 -timeout=10 -print_final_stats=0 -verbosity=0 \
	    -artifact_prefix=build/fuzz/$$name- build/fuzz/corpus/$$name $(wildcard tests/fuzz/corpus); done

sample-data: deps ## Writes the logs of data/ again, byte for byte
	$(again) $(BUILD)/generate
	$(BUILD)/generate data
$(BUILD)/generate: data/generate.c
	@mkdir -p $(@D) && echo "  CC $@"
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -o $@ $< $(ALL_LIBS)

# The manual with the table of keys that the program itself works by.
$(BUILD)/headroom.1: src/cli/headroom.1 $(PROGRAM)
	$(Q)$(PROGRAM) --help-keys | awk -F '\t' -v manual=$< -f src/cli/manual.awk >$@

install: all $(if $(PROGRAM),$(BUILD)/headroom.1) ## Installs under $(DESTDIR)$(PREFIX): program, manual, samples, library, headers
	install -d $(to)/bin $(to)/lib/pkgconfig $(to)/include/headroom $(to)/share/man/man1
	$(if $(PROGRAM),install $(PROGRAM) $(to)/bin)
	$(if $(PROGRAM),install -m 644 $(BUILD)/headroom.1 $(to)/share/man/man1)
	install -d $(to)/share/headroom
	install -m 644 $(DEMO_LOG) $(to)/share/headroom
	install -m 644 $(LIB) $(to)/lib
	install -m 644 $(filter-out %/tui.h,$(wildcard include/headroom/*.h)) $(to)/include/headroom
	printf '%s\n' 'prefix=$(PREFIX)' 'Name: headroom' 'Description: cost and capacity planner' 'Version: $(VERSION)' \
	    'Requires: $(LIBRARIES)' 'Cflags: -I$${prefix}/include' 'Libs: -L$${prefix}/lib -lheadroom -lcsv -lm -pthread' \
	    >$(to)/lib/pkgconfig/headroom.pc

uninstall: ## Removes what install put there
	rm -rf $(to)/include/headroom $(to)/share/headroom
	rm -f $(to)/bin/headroom $(to)/lib/libheadroom.a $(to)/lib/pkgconfig/headroom.pc $(to)/share/man/man1/headroom.1

clean: ## Removes everything that was made
	rm -rf build

help: ## Prints this list
	@sed -n 's/^\([a-z][a-z -]*\):.*## \(.*\)/\1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 26
