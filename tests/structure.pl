#!/usr/bin/perl
# structure.pl: keeps the house straight (`make structure`). Needs a build with its tests: the
# objects tell what sources hide. Says "file:line: sentence" per violation, "ok NAME" or
# "not ok NAME" per check, and ends with status 1 if anything is wrong.
#
# usage: structure.pl [--root DIR] [--build DIR]
use strict;
use warnings;

my ($root, $build) = ('.', 'build');
while (@ARGV) {
    my $flag = shift @ARGV;
    if    ($flag eq '--root')  { $root  = shift @ARGV }
    elsif ($flag eq '--build') { $build = shift @ARGV }
    else                       { die "usage: structure.pl [--root DIR] [--build DIR]\n" }
}
chdir $root or die "structure.pl: $root: $!\n";

# ---- the plan of the house ---------------------------------------------------------------

# Which rooms a room may know: its arrows, as the design has them. They run one way.
my %may_know = (
    base     => [],
    model    => ['base'],
    workload => ['base'],
    ingest   => [qw(workload base)],
    store    => [qw(workload base)],
    sim      => [qw(workload model base)],
    price    => [qw(model base)],
    generate => [qw(workload model base)],
    plan     => [qw(generate sim price store workload model base)],
    report   => [qw(plan generate sim price store workload model base)],
);
my %face = (cli => 1, tui => 1);    # they know every room, never each other
$may_know{$_} = [grep { !$face{$_} } keys %may_know] for keys %face;

# A command without a verb opens the terminal program: only here may cli call tui.
my $entrance = qr{^src/cli/(main|terminal)\.c$};

use constant { FUNCTION_P95 => 60, FUNCTION_MAX => 100, FILE_MAX => 700, PARAMETERS_MAX => 6, CURSES_FILES => 2 };
my $exceptions_file = 'tests/structure-exceptions.txt';

# ---- sources -------------------------------------------------------------------------------

my @sources = sort split /\n/, `find src include tests -type f \\( -name '*.c' -o -name '*.h' \\) 2>/dev/null`;
my @product = grep { m{^(src|include)/} } @sources;
my %text;    # as written
my %code;    # comments and the insides of literals blanked out, lines kept
for my $file (@sources) {
    $text{$file} = slurp($file);
    $code{$file} = blank_out($text{$file});
}

sub slurp
{
    my ($file) = @_;
    open my $in, '<', $file or die "structure.pl: $file: $!\n";
    local $/;
    return scalar <$in>;
}

sub blank_out
{
    my ($source) = @_;
    $source =~ s{(/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')}{
        my $piece = $1;
        my $quote = substr($piece, 0, 1);
        my $inside = $quote eq '/' ? $piece : substr($piece, 1, -1);
        $inside =~ s/[^\n]/ /g;
        $quote eq '/' ? $inside : $quote . $inside . $quote;
    }gse;
    return $source;
}

sub room_of
{
    my ($file) = @_;
    return $1 if $file =~ m{^src/([^/]+)/} || $file =~ m{^include/headroom/(\w+)\.h$};
    return '';
}

# ---- violations ----------------------------------------------------------------------------

my @wrong;    # of the check that runs

sub wrong
{
    my ($file, $line, $sentence) = @_;
    push @wrong, [$file, $line, $sentence];
}

# Calls hit(line number, $1) for every match of a pattern in a file's code.
sub each_match
{
    my ($file, $pattern, $hit) = @_;
    while ($code{$file} =~ /$pattern/g) {
        my ($start, $word) = ($-[0], $1);
        $hit->(1 + (substr($code{$file}, 0, $start) =~ tr/\n//), $word);
    }
}

# The line of a file's first mention of a name.
sub line_of
{
    my ($file, $name) = @_;
    my $found = 1;
    my $number = 0;
    for my $line (split /\n/, $code{$file} // '') {
        $number++;
        if ($line =~ /\b\Q$name\E\b/) { $found = $number; last }
    }
    return $found;
}

# ---- checks on the text --------------------------------------------------------------------

# Includes of a file: [line, what, its file in this tree or ''], for "..." ones.
sub includes
{
    my ($file) = @_;
    my @found;
    my $number = 0;
    for my $line (split /\n/, $text{$file}) {
        $number++;
        next unless $line =~ /^\s*#\s*include\s*"([^"]+)"/;
        my $what = $1;
        (my $folder = $file) =~ s{[^/]+$}{};
        my ($target) = grep { exists $text{$_} } map { simplify($_) } ("$folder$what", "include/$what", "src/$what", "tests/unit/$what");
        push @found, [$number, $what, $target // ''];
    }
    return @found;
}

sub simplify
{
    my ($path) = @_;
    1 while $path =~ s{[^/.]+/\.\./}{};
    $path =~ s{\./}{}g;
    return $path;
}

sub may
{
    my ($from, $to, $file) = @_;
    return 1 if $from eq $to || grep { $_ eq $to } @{$may_know{$from} // []};
    return $file =~ $entrance && $to eq 'tui';
}

sub check_arrows
{
    for my $file (@product) {
        my $room = room_of($file);
        if (!exists $may_know{$room}) {
            wrong($file, 1, "no room of the design is called '$room'");
            next;
        }
        for my $include (includes($file)) {
            my ($line, $what, $target) = @$include;
            if ($target eq '') {
                wrong($file, $line, "\"$what\" is not in this tree; system headers go in <>");
                next;
            }
            my $to = room_of($target);
            if ($target =~ m{^src/} && $to ne $room) {
                wrong($file, $line, "$room includes \"$what\", a private header of $to");
            } elsif ($target =~ m{^tests/}) {
                wrong($file, $line, "$room includes \"$what\" of the tests");
            } elsif (!may($room, $to, $file)) {
                wrong($file, $line, "$room may not know $to (\"$what\")");
            }
        }
    }
}

sub check_circles
{
    my (%state, @way);
    my $visit;
    $visit = sub {
        my ($file) = @_;
        $state{$file} = 'open';
        push @way, $file;
        for my $include (includes($file)) {
            my ($line, $what, $target) = @$include;
            next if $target eq '' || $target !~ /\.h$/;
            if (($state{$target} // '') eq 'open') {
                my ($from) = grep { $way[$_] eq $target } 0 .. $#way;
                wrong($file, $line, 'headers in a circle: ' . join(' -> ', @way[$from .. $#way], $target));
            } elsif (!$state{$target}) {
                $visit->($target);
            }
        }
        pop @way;
        $state{$file} = 'done';
    };
    for my $file (grep { /\.h$/ } @sources) {
        $visit->($file) unless $state{$file};
    }
}

sub check_headers_alone
{
    for my $file (grep { m{^include/} } @product) {
        my $said = `gcc -std=c17 -Wall -Wextra -Wpedantic -Werror -Iinclude -fsyntax-only -x c -include $file /dev/null 2>&1`;
        next if $? == 0;
        my ($line) = $said =~ /^\Q$file\E:(\d+)/m;
        my ($error) = $said =~ /error: (.*)/;
        wrong($file, $line // 1, 'does not compile alone with gcc -std=c17: ' . ($error // 'see gcc'));
    }
}

sub check_library_is_quiet
{
    my $calls = join '|', qw(v?printf puts putchar perror exit _exit _Exit quick_exit abort
        err errx warn warnx error getchar);
    my $unsafe = join '|', qw(strtok localtime gmtime ctime asctime rand srand setlocale setenv putenv chdir);
    my $unbounded = join '|', qw(gets strcpy strcat v?sprintf);
    for my $file (grep { m{^src/.*\.c$} } @product) {
        each_match($file, qr/\b($unbounded)\s*\(/, sub { wrong($file, $_[0], "$_[1]() knows no end of its buffer") });
        my $room = room_of($file);
        next if $face{$room};
        each_match($file, qr/(?<![.>])\b($calls)\s*\(/,
            sub { wrong($file, $_[0], "$_[1]() below cli and tui: fill an hr_error and return") });
        each_match($file, qr/\b($unsafe)\s*\(/,
            sub { wrong($file, $_[0], "$_[1]() keeps or changes state of the whole process") });
        # base opens "-" as standard output for whoever asked; nobody else below the faces may.
        my $streams = $room eq 'base' ? 'stderr' : 'stderr|stdout';
        each_match($file, qr/\b($streams)\b/, sub { wrong($file, $_[0], "$_[1] below cli and tui") });
    }
}

sub check_curses
{
    my %users;
    for my $file (@sources) {
        next if $file =~ m{^tests/};
        my $number = 0;
        for my $line (split /\n/, $text{$file}) {
            $number++;
            next unless $line =~ m{^\s*#\s*include\s*[<"](?:ncursesw?/)?(?:n?curses|panel|form|menu|term)\.h[>"]};
            $users{$file} //= $number;
        }
    }
    my @inside = sort grep { m{^src/tui/} } keys %users;
    wrong($_, $users{$_}, 'ncurses outside src/tui') for grep { !m{^src/tui/} } sort keys %users;
    return if @inside <= CURSES_FILES;
    wrong($_, $users{$_}, 'ncurses in more than ' . CURSES_FILES . ' files: ' . join(', ', @inside)) for @inside;
}

sub check_names_and_sizes
{
    for my $file (split /\n/, `find src include tests -type f 2>/dev/null | LC_ALL=C sort`) {
        wrong($file, 1, 'a drawer, not a room: name it after what it does')
            if $file =~ m{(?:^|[/_-])(?:utils?|commons?|misc|helpers?|stuff|manager)(?:[_.-]|$)}i;
        next unless $file =~ /\.(?:[ch]|sh|pl)$/;
        my $lines = ($text{$file} // slurp($file)) =~ tr/\n//;
        wrong($file, $lines, "$lines lines, at most " . FILE_MAX) if $lines > FILE_MAX;
    }
}

sub check_debts
{
    # Written so that this file does not hold the words itself.
    my $words = qr{\b(to[d]o|fix[m]e|x{3}|ha[c]k|stu[b]|not (?:yet )?imple[m]ented|for no[w]|place[h]older)\b}i;
    for my $file (split /\n/, `find src include tests models -type f 2>/dev/null | LC_ALL=C sort`) {
        my $number = 0;
        for my $line (split /\n/, $text{$file} // slurp($file)) {
            $number++;
            wrong($file, $number, "'$1': do it, or leave it out and report it") if $line =~ $words;
        }
    }
}

# ---- functions, as ctags sees them ----------------------------------------------------------

my @functions;    # {file, line, name, length, parameters}

sub read_functions
{
    my @files = grep { m{^src/} } @product;
    return 1 unless @files;
    my $list = join ' ', @files;
    my $tags = `ctags -x --c-kinds=f --languages=C --_xformat='%n\t%{end}\t%N\t%F\t%S' $list 2>&1`;
    if ($? != 0) {
        wrong('tests/structure.pl', 1, 'universal-ctags does not run: make deps-test installs it');
        return 0;
    }
    for my $line (split /\n/, $tags) {
        my ($start, $end, $name, $file, $signature) = split /\t/, $line;
        next unless defined $file && defined $end && $end =~ /^\d+$/;
        $signature = '' unless defined $signature;
        1 while $signature =~ s/(.)\([^()]*\)/$1/;    # what stands in inner parentheses
        my $parameters = $signature =~ /^\((?:void)?\)$/ ? 0 : 1 + ($signature =~ tr/,//);
        push @functions, {file => $file, line => $start, name => $name, length => $end - $start + 1, parameters => $parameters,};
    }
    return 1;
}

# The exceptions: lines "file:function reason". Each must have a reason and still be needed.
sub read_exceptions
{
    my %reason;
    return \%reason unless -e $exceptions_file;
    my $number = 0;
    for my $line (split /\n/, slurp($exceptions_file)) {
        $number++;
        next if $line =~ /^\s*(#|$)/;
        my ($what, $why) = split ' ', $line, 2;
        wrong($exceptions_file, $number, "'$what' gives no reason") unless defined $why;
        $reason{$what} = $number;
    }
    return \%reason;
}

sub nearest_rank
{
    my ($p, @sorted) = @_;
    my $rank = int($p * @sorted);
    $rank++ if $rank < $p * @sorted;
    return @sorted ? $sorted[$rank - 1] : 0;
}

sub check_functions
{
    return unless read_functions();
    my $excepted = read_exceptions();
    my %used;
    for my $f (@functions) {
        wrong($f->{file}, $f->{line}, "$f->{name} takes $f->{parameters} parameters, at most " . PARAMETERS_MAX
                . ': make a struct of them') if $f->{parameters} > PARAMETERS_MAX;
        next if $f->{length} <= FUNCTION_MAX;
        my $what = "$f->{file}:$f->{name}";
        $used{$what} = 1;
        wrong($f->{file}, $f->{line}, "$f->{name} has $f->{length} lines, at most " . FUNCTION_MAX) unless $excepted->{$what};
    }
    for my $what (sort keys %$excepted) {
        wrong($exceptions_file, $excepted->{$what}, "'$what' is no exception any more: remove it") unless $used{$what};
    }
    my @lengths = sort { $a <=> $b } map { $_->{length} } @functions;
    my $p95 = nearest_rank(0.95, @lengths);
    if ($p95 > FUNCTION_P95) {
        for my $f (sort { $b->{length} <=> $a->{length} } @functions) {
            last if $f->{length} < $p95;
            wrong($f->{file}, $f->{line}, "$f->{name} has $f->{length} lines; the p95 of all functions is $p95, at most "
                    . FUNCTION_P95);
        }
    }
    for my $file (@product) {
        each_match($file, qr/\b(bool\s+\w+,\s*bool)\s+\w+/,
            sub { wrong($file, $_[0], 'two bools side by side: a call cannot be read; make it an enum') });
    }
}

# ---- objects -----------------------------------------------------------------------------

my (%defined, %used_by, %object_source);    # name -> object; name -> {object => 1}; object -> source

sub read_objects
{
    my @objects;
    for my $file (grep { /\.c$/ } @sources) {
        (my $object = "$build/obj/$file") =~ s/\.c$/.o/;
        $object =~ s{/obj/src/}{/obj/};
        if (!-e $object) {
            # Fuzz targets are built by their own compiler; without it there is no object.
            wrong($file, 1, "no $object: build with its tests first") unless $file =~ m{^tests/(fuzz|bench)/};
            next;
        }
        $object_source{$object} = $file;
        push @objects, $object;
    }
    return unless @objects;
    # Constant tables of pointers count as T or R: sections with rel.ro are read-only once loaded.
    for my $line (split /\n/, `nm -A @objects 2>/dev/null`) {
        my ($object, $kind, $name) = $line =~ /^(.*?):[0-9a-f ]*\s([A-Za-z]) (\S+)/ or next;
        if    ($kind eq 'U')         { $used_by{$name}{$object} = 1 }
        elsif ($kind =~ /^[TRDBCGVW]$/) { $defined{$name} = $object }
    }
}

sub check_mutable_state
{
    my @objects = grep { $object_source{$_} =~ m{^src/} && !$face{room_of($object_source{$_})} } sort keys %object_source;
    return unless @objects;
    my $object = '';
    for my $line (split /\n/, `objdump -t @objects 2>/dev/null`) {
        $object = $1 if $line =~ /^(\S+\.o):\s+file format/;
        # "O" marks an object; thread-local ones have no mark but a size; *COM* is a common one.
        next unless $line =~ /\s(?:O\s+(\.data\S*|\.bss\S*|\*COM\*)|(\.tdata\S*|\.tbss\S*))\s+0*[1-9a-f][0-9a-f]*\s+(?:\.hidden\s+)?(\w\S*)$/;
        my ($section, $name) = ($1 // $2, $3);
        next if $section =~ /rel\.ro/;
        $name =~ s/\.\d+$//;    # a static inside a function
        wrong($object_source{$object}, line_of($object_source{$object}, $name),
            "$name is mutable state outside its callers' hands");
    }
}

# What public headers promise and who calls it; and the arrows again, as the linker sees them.
sub check_exports
{
    my $public = join "\n", map { $code{$_} } grep { m{^include/} } @product;
    my %is_public = map { $_ => 1 } $public =~ /\b(hr_\w+)\b/g;
    for my $name (sort keys %defined) {
        my $object = $defined{$name};
        my $file   = $object_source{$object};
        next if $file !~ m{^src/} || $name eq 'main';
        my $room  = room_of($file);
        my $line  = line_of($file, $name);
        my @users = map { $object_source{$_} } grep { $_ ne $object } sort keys %{$used_by{$name} // {}};
        my $prefix = $face{$room} ? qr{^(hr|$room)_} : qr{^hr_};    # a face is no library
        wrong($file, $line, "$name is exported, so its name starts with hr_ (public) or hr__ (this room's)")
            unless $name =~ $prefix;
        wrong($file, $line, "$name stands in a public header: hr__ names stay inside their room")
            if $name =~ /^hr__/ && $is_public{$name};
        wrong($file, $line, "$name is in no public header: call it hr__... or make it static")
            if $name =~ /^hr_[^_]/ && !$is_public{$name};
        for my $user (grep { m{^src/} } @users) {
            my $from = room_of($user);
            wrong($user, line_of($user, $name), "$from calls $name, which belongs to $room") if !may($from, $room, $user);
            wrong($user, line_of($user, $name), "$from calls $name, which is private to $room")
                if $from ne $room && !$is_public{$name};
        }
        my @callers = $is_public{$name} ? grep { room_of($_) ne $room } @users : @users;
        next if @callers;
        wrong($file, $line, $is_public{$name}
            ? "$name is public, but no other room and no test uses it"
            : "$name is used in this file only: make it static");
    }
    for my $file (grep { m{^include/} } @product) {
        my %seen;
        each_match($file, qr/\b(hr_\w+)\s*\((?!\s*\*)/, sub {
            my ($line, $name) = @_;
            my $here = (split /\n/, $code{$file})[$line - 1];
            return if $seen{$name}++ || $here =~ /^\s*#/ || $code{$file} =~ /\binline\b[^;{]*\b\Q$name\E\s*\(/
                || $code{$file} =~ /#\s*define\s+\Q$name\E\b/ || $here !~ /^[a-z].*\b\Q$name\E\s*\(/;
            wrong($file, $line, "$name is declared and nowhere defined") unless $defined{$name};
        });
    }
}

# ---- all of it ---------------------------------------------------------------------------

my ($failed, $violations) = (0, 0);
for my $check (
    ['arrows between rooms'              => \&check_arrows],
    ['no headers in circles'             => \&check_circles],
    ['public headers compile alone'      => \&check_headers_alone],
    ['the library is quiet'              => \&check_library_is_quiet],
    ['ncurses behind one door'           => \&check_curses],
    ['names and sizes of files'          => \&check_names_and_sizes],
    ['no debts'                          => \&check_debts],
    ['functions'                         => \&check_functions],
    ['objects are built'                 => \&read_objects],
    ['no mutable state in the library'   => \&check_mutable_state],
    ['exports'                           => \&check_exports],
) {
    my ($name, $run) = @$check;
    @wrong = ();
    $run->();
    print "$_->[0]:$_->[1]: $_->[2]\n" for @wrong;
    print @wrong ? "not ok $name\n" : "ok $name\n";
    $violations += @wrong;
    $failed++ if @wrong;
}
my @lengths = sort { $a <=> $b } map { $_->{length} } @functions;
printf "structure: %d files, %d functions (median %d, p95 %d, longest %d lines), %d violations\n", scalar @product,
    scalar @functions, nearest_rank(0.5, @lengths), nearest_rank(0.95, @lengths), @lengths ? $lengths[-1] : 0, $violations;
exit($failed ? 1 : 0);
