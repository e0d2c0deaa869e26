# headroom: `make run` and `make test` do everything, also on a bare Debian 12; `make help` lists all.

# ---- what a user may change: make NAME=value ---------------------------------------------
PREFIX   ?= /usr/local
DESTDIR  ?=
DEBUG    ?=# 1: no optimisation, full debug information, checks of invariants
SANITIZE ?=# address,undefined or thread
COVERAGE ?=# 1: count executed lines, for `make coverage`
WERROR   ?=# 1: a warning is an error
ifeq ($(origin CC),default)
CC       := gcc
endif
OPTIMISE ?= -O2 -g
# Every flavour has a folder of its own, so that their objects never mix.
comma := ,
BUILD    ?= build$(if $(SANITIZE),/san-$(subst $(comma),-,$(SANITIZE)))$(if $(COVERAGE),/coverage)$(if $(DEBUG),/debug)$(if $(filter gcc,$(CC)),,/$(notdir $(firstword $(CC))))

# ---- Debian packages: to build, to test, to lint ------------------------------------------
PACKAGES      := gcc libc6-dev make pkg-config libncurses-dev libsqlite3-dev libcsv-dev libgsl-dev \
                 libyaml-dev libjansson-dev libarchive-dev zlib1g-dev libzstd-dev
PACKAGES_TEST := $(PACKAGES) libcmocka-dev libvterm-dev universal-ctags
PACKAGES_LINT := $(PACKAGES_TEST) clang clang-format clang-tidy libclang-rt-14-dev cppcheck valgrind

# ---- sources: one wildcard per room --------------------------------------------------------
ROOMS   := base model workload ingest store sim price plan report
FACES   := cli tui
LIB_SRC  = $(foreach room,$(ROOMS),$(wildcard src/$(room)/*.c))
FACE_SRC = $(filter-out src/cli/main.c,$(foreach room,$(FACES),$(wildcard src/$(room)/*.c)))
HEADERS  = $(wildcard include/headroom/*.h)
MODELS   = $(shell find models -name '*.yaml' 2>/dev/null | LC_ALL=C sort)
UNIT     = $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/test_*.c))
TERMINAL = $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/terminal/test_*.c))
BENCH    = $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/bench/*.c))
EXAMPLE  = $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/example/*.c))
FUZZ     = $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/fuzz/*.c))

# ---- flags -------------------------------------------------------------------------------
LIBRARIES := ncursesw sqlite3 gsl yaml-0.1 jansson libarchive zlib libzstd
# ncursesw.pc asks for -D_XOPEN_SOURCE=600, which would hide what -D_GNU_SOURCE shows.
CPPFLAGS_ALL = -D_GNU_SOURCE -Iinclude -Isrc $(if $(DEBUG),-DHR_DEBUG) \
               $(filter-out -D_XOPEN_SOURCE=% -D_DEFAULT_SOURCE,$(shell pkg-config --cflags $(LIBRARIES) 2>/dev/null)) $(CPPFLAGS)
# The same bytes from gcc and clang: no fused multiply-add, no -march.
CFLAGS_ALL   = -std=c17 $(if $(DEBUG),-O0 -g3 -gdwarf-4,$(OPTIMISE)) -ffp-contract=off -pthread \
               -Wall -Wextra -Wpedantic -Wshadow -Wconversion $(if $(WERROR),-Werror) \
               $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer) \
               $(if $(COVERAGE),--coverage -fprofile-update=atomic) $(CFLAGS)
LDLIBS_ALL   = $(shell pkg-config --libs $(LIBRARIES) 2>/dev/null) -lcsv -lm $(LDLIBS)

# ---- rules -------------------------------------------------------------------------------
LIB     = $(BUILD)/libheadroom.a
PROGRAM = $(if $(wildcard src/cli/main.c),$(BUILD)/headroom)
OBJECTS = $(patsubst src/%.c,$(BUILD)/obj/%.o,$(LIB_SRC) $(FACE_SRC)) $(BUILD)/obj/cli/main.o
EMBED   = $(BUILD)/obj/model/embedded_models
.DEFAULT_GOAL := all
.SECONDARY:
.DELETE_ON_ERROR:
.PHONY: all run test check deps deps-test deps-lint install uninstall bench example fuzz lint \
        structure format coverage clean help FORCE

all: $(LIB) $(PROGRAM) ## Builds build/libheadroom.a and build/headroom, installs nothing

$(BUILD)/headroom: $(BUILD)/obj/cli/main.o $(BUILD)/libfaces.a $(LIB)
	$(CC) $(CFLAGS_ALL) $(LDFLAGS) -o $@ $^ $(LDLIBS_ALL)

$(LIB): $(patsubst src/%.c,$(BUILD)/obj/%.o,$(LIB_SRC)) $(EMBED).o $(EMBED).data.o
$(BUILD)/libfaces.a: $(patsubst src/%.c,$(BUILD)/obj/%.o,$(FACE_SRC)) # cli and tui, for tests too
$(BUILD)/%.a:
	@mkdir -p $(@D) && rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/obj/%.o: src/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

# Every model is part of the library: its bytes by .incbin, its name and size in a table.
$(EMBED).c $(EMBED).data.S &: src/model/embed.sh $(MODELS) $(BUILD)/models.list
	@mkdir -p $(@D)
	sh src/model/embed.sh $(EMBED).c $(EMBED).data.S $(MODELS)
$(EMBED).o: $(EMBED).c
	$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -c -o $@ $<
$(EMBED).data.o: $(EMBED).data.S
	$(CC) -c -o $@ $<

# Files that hold a fact of this build and change only with it.
$(BUILD)/models.list: FORCE
	@mkdir -p $(@D) && echo '$(MODELS)' | cmp -s - $@ || echo '$(MODELS)' >$@
$(BUILD)/flags: FORCE
	@pkg-config --exists --print-errors $(LIBRARIES) || { echo 'libraries are missing: make deps' >&2; exit 1; }
	@mkdir -p $(@D) && echo '$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL)' | cmp -s - $@ || \
	    echo '$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL)' >$@

# A test, bench or example is one source: TEST_LIBS are what its folder needs beside the library.
$(UNIT): TEST_LIBS = -lcmocka
$(TERMINAL): TEST_LIBS = -lcmocka -lvterm -lutil
$(BUILD)/tests/%: tests/%.c $(BUILD)/libfaces.a $(LIB) $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS_ALL) -Itests/unit $(CFLAGS_ALL) $(LDFLAGS) -MMD -MP -o $@ $< $(BUILD)/libfaces.a $(LIB) \
	    $(TEST_LIBS) $(LDLIBS_ALL)

-include $(OBJECTS:.o=.d) $(UNIT:=.d) $(TERMINAL:=.d) $(BENCH:=.d) $(EXAMPLE:=.d)

# ---- targets -----------------------------------------------------------------------------
check: all $(UNIT) $(TERMINAL) ## Builds and runs every test, installs nothing
	@BUILD=$(BUILD) tests/run.sh

clean: ## Removes everything that was made
	rm -rf build

help: ## Prints this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 12
