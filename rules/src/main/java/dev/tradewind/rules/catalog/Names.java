package dev.tradewind.rules.catalog;

import static java.util.stream.Collectors.joining;

import dev.tradewind.model.WorkloadId;
import java.util.Collection;
import java.util.function.Function;
import java.util.regex.Pattern;

/** What names may look like. */
final class Names {
    private static final Pattern LABEL_KEY =
            Pattern.compile(
                    "([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");
    private static final Pattern KIND = Pattern.compile("[A-Z][A-Za-z0-9]{0,62}");

    private static final int LONGEST_SHOWN = 64;
    private static final int MOST_SHOWN = 20;

    private Names() {}

    /** A DNS-1123 label. */
    static String label(String text) {
        if (!WorkloadId.isLabel(text)) {
            throw Section.expected(
                    "a DNS-1123 name: at most 63 of a-z, 0-9 and -, a letter or digit at both ends",
                    text);
        }
        return text;
    }

    /** A DNS-1123 subdomain, such as the name of a service account. */
    static String subdomain(String text) {
        if (text.length() > 253) {
            throw Section.expected("a name of at most 253 characters", text);
        }
        for (String part : text.split("\\.", -1)) {
            label(part);
        }
        return text;
    }

    static String kind(String text) {
        if (!KIND.matcher(text).matches()) {
            throw Section.expected("a Kubernetes kind such as Deployment", text);
        }
        return text;
    }

    /** As it is told: a name that goes on and on is cut. */
    static String shown(String name) {
        return name.length() <= LONGEST_SHOWN ? name : name.substring(0, LONGEST_SHOWN) + "...";
    }

    /** What there is, as it is told: of many the first few. */
    static String among(Collection<String> names) {
        return "one of "
                + names.stream().limit(MOST_SHOWN).map(Names::shown).collect(joining(", "))
                + (names.size() > MOST_SHOWN ? ", ... (" + names.size() + " in all)" : "");
    }

    static boolean isLabelKey(String text) {
        return LABEL_KEY.matcher(text).matches();
    }

    static Function<String, String> atMost(int length) {
        return text -> {
            if (text.length() > length) {
                throw Section.expected("at most " + length + " characters", text);
            }
            return text;
        };
    }
}
