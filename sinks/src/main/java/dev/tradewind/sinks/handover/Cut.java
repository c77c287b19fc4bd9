package dev.tradewind.sinks.handover;

import dev.tradewind.model.wire.Loss;
import dev.tradewind.sinks.port.Mark;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a failover costs, as its mark keeps it: a line that people can read and whoever resumes can
 * read back.
 */
public final class Cut {
    private static final Pattern LINE =
            Pattern.compile(
                    "missing ([0-9]+|\\?), repeated ([0-9]+|\\?), truncated ([0-9]+|\\?), cut"
                            + " (.*)");

    private Cut() {}

    /** Ends that are too long for a mark are left out. */
    static String text(Loss loss) {
        StringBuilder counts = new StringBuilder();
        counts.append("missing ").append(told(loss.missing()));
        counts.append(", repeated ").append(told(loss.repeated()));
        counts.append(", truncated ").append(told(loss.truncated()));
        counts.append(", cut ");
        StringBuilder ends = new StringBuilder();
        if (loss.cut() != null) {
            new TreeMap<>(loss.cut())
                    .forEach((topic, at) -> ends.append(topic).append('=').append(at).append(' '));
        }
        boolean kept = loss.cut() != null && counts.length() + ends.length() <= Mark.MAX_NOTE;
        return counts + (kept ? ends.append('.').toString() : "?");
    }

    /** {@link Loss#UNKNOWN} where it is no such line. */
    public static Loss parse(String text) {
        Matcher line = LINE.matcher(text == null ? "" : text);
        if (!line.matches()) {
            return Loss.UNKNOWN;
        }
        return new Loss(
                ends(line.group(4)),
                number(line.group(1)),
                number(line.group(2)),
                number(line.group(3)));
    }

    private static Map<String, String> ends(String text) {
        if (text.equals("?")) {
            return null;
        }
        Map<String, String> ends = new TreeMap<>();
        for (String each : text.substring(0, text.length() - 1).split(" ")) {
            int equals = each.indexOf('=');
            if (equals > 0) {
                ends.put(each.substring(0, equals), each.substring(equals + 1));
            }
        }
        return ends;
    }

    private static String told(Long count) {
        return count == null ? "?" : count.toString();
    }

    private static Long number(String text) {
        return text.equals("?") ? null : Long.valueOf(text);
    }
}
