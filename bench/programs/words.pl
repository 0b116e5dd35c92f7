# Counts the words of a text, rewrites its lines, and prints what comes most often.
use strict;
use warnings;

my (%count, $changed, $digits);
open(my $in, "<", $ARGV[0]) or die "$ARGV[0]: $!";
while (my $line = <$in>) {
    $count{lc $_}++ for $line =~ /[a-z]+/gi;
    $digits += $1 while $line =~ /(\d+)/g;
    $changed += ($line =~ s/(\w+) (\w+)/$2 $1/g) || 0;
}
my @most = sort { $count{$b} <=> $count{$a} || $a cmp $b } keys %count;
print "$_ $count{$_}\n" for @most[0 .. 9];
print "$changed $digits\n";
