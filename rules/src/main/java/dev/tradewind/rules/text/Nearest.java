package dev.tradewind.rules.text;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** The name that a person probably meant. */
public final class Nearest {
    private Nearest() {}

    /**
     * The nearest of {@code known} by edits of one character (insert, delete, replace, or swap of
     * neighbours), where it takes at most a third of the length of {@code given}, and at least one
     * is allowed. Case doesn't count. Of equally near ones the first by alphabet.
     */
    public static Optional<String> to(String given, Collection<String> known) {
        int limit = Math.max(1, given.length() / 3);
        String best = null;
        int least = limit + 1;
        for (String candidate : known.stream().sorted().toList()) {
            if (Math.abs(candidate.length() - given.length()) <= limit) {
                int distance =
                        distance(
                                given.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
                if (distance < least) {
                    least = distance;
                    best = candidate;
                }
            }
        }
        return Optional.ofNullable(best);
    }

    static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            d[i][0] = i;
        }
        for (int j = 0; j <= b.length(); j++) {
            d[0][j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            for (int j = 1; j <= b.length(); j++) {
                int replace = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                d[i][j] = Math.min(replace, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
                if (i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
