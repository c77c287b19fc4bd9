package dev.tradewind.job.rules.reference;

import dev.tradewind.model.catalog.Condition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The episodes of a silence at one site: neither it nor its zone has spoken for so long. */
final class Silences {
    private Silences() {}

    static List<Episode> episodes(Span span, Condition condition, List<Take> own, List<Take> zone) {
        List<Take> all = new ArrayList<>(own);
        all.addAll(zone);
        all.sort(Comparator.comparingInt(Take::step));
        List<Episode> episodes = new ArrayList<>();
        // What is to be listened to and was never heard is waited for since the rule is in force.
        Long ownEnd = null;
        Long zoneEnd = null;
        long last = span.from();
        Long fired = null;
        long onset = 0;
        for (int i = 0; i <= all.size(); i++) {
            Take take = i < all.size() ? all.get(i) : null;
            boolean passed = take == null || take.step() >= span.endStep();
            boolean before = take != null && take.step() < span.firstStep();
            long due = passed ? span.end() : take.now();
            // A reading comes first at the instant at which the silence would begin, and one that
            // is ahead of event time shows that all was silent until then.
            long proven = passed || before ? due : Math.max(due, startOf(take, condition) - 1);
            // Where nothing was ever heard, since the rule is in force.
            Long since =
                    later(
                            later(ownEnd, zoneEnd),
                            ownEnd == null && zoneEnd == null ? span.from() : null);
            if (!before && fired == null && since + condition.forMillis() <= proven) {
                onset = since;
                fired = Math.max(last, since + condition.forMillis());
                last = fired;
            }
            if (passed) {
                break;
            }
            boolean ofOwn = own.contains(take);
            if (!before && fired != null) {
                last = Math.max(last, startOf(take, condition));
                episodes.add(new Episode(fired, last, onset));
                fired = null;
            }
            long end = condition.forecast() ? take.reading().generatedMillis() : take.end();
            if (ofOwn) {
                ownEnd = end;
            } else {
                zoneEnd = end;
            }
        }
        if (fired != null) {
            Long to = span.edited() ? (Long) Math.max(last, span.end()) : null;
            episodes.add(new Episode(fired, to, onset));
        }
        return episodes;
    }

    private static long startOf(Take take, Condition condition) {
        return condition.forecast() ? take.reading().generatedMillis() : take.start();
    }

    private static Long later(Long a, Long b) {
        return a == null ? b : b == null ? a : (Long) Math.max(a, b);
    }
}
