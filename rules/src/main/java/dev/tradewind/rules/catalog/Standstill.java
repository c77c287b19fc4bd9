package dev.tradewind.rules.catalog;

import dev.tradewind.rules.test.TestTimes;
import java.util.ArrayList;
import java.util.List;

/**
 * What event time is at an instant of a test. In the usual case it is that instant; while it stands
 * still, because one feed has stopped and all wait for it, it is when it began to stand.
 */
final class Standstill {
    private record Span(long from, long until) {}

    private final long start;
    private final List<Span> spans = new ArrayList<>();

    private Standstill(long start) {
        this.start = start;
    }

    static Standstill read(Section spec, TestTimes times, long start) {
        Standstill read = new Standstill(start);
        for (Section section : spec.sections("standstill")) {
            Long from = section.required("from", "an instant such as 12:10", times::parse);
            Long until = section.required("until", "an instant such as 13:00", times::parse);
            section.done();
            if (from != null && until != null) {
                if (until <= from) {
                    section.problem(
                            section.placeOfValue("until"),
                            "until is not after from",
                            "an instant after " + times.format(from),
                            null);
                }
                read.spans.add(new Span(from, until));
            }
        }
        return read;
    }

    /** When readings of this instant come: what is due at it is still to be told. */
    long before(long at) {
        for (Span span : spans) {
            if (at > span.from && at < span.until) {
                return Math.max(start, span.from);
            }
        }
        return Math.max(start, at - 1);
    }

    /** When this instant has passed. */
    long at(long at) {
        for (Span span : spans) {
            if (at > span.from && at < span.until) {
                return Math.max(start, span.from);
            }
        }
        return Math.max(start, at);
    }
}
