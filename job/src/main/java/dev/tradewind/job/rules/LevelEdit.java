package dev.tradewind.job.rules;

import static dev.tradewind.job.rules.LevelBook.KNOWN;
import static dev.tradewind.job.rules.LevelBook.NONE;
import static dev.tradewind.job.rules.LevelBook.UNHEARD;
import static dev.tradewind.job.rules.LevelBook.plus;

import dev.tradewind.job.rules.SeriesBinding.Bound;
import dev.tradewind.model.catalog.Condition;
import dev.tradewind.model.catalog.Condition.Measure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What becomes of the levels of a book when other rules look at its series. A rule whose version
 * stays keeps its level; only the sites that it lost or won hear of it. Of a rule that is new or
 * was edited, the reading in force counts, if it is not stale: an hour that is dear already is dear
 * for the new rule, from the start of that hour, though no edge of it is older than the edit.
 */
final class LevelEdit {
    private final LevelBook book;

    /** As it was before. */
    private final LevelBook old;

    /** Null: the rules are those of the state, of which all has been told. */
    private final SeriesBinding previous;

    private final SeriesBinding next;
    private final long now;
    private final Consumer<? super Edge> out;

    /**
     * @param now the watermark
     */
    LevelEdit(
            LevelBook book,
            LevelBook old,
            SeriesBinding next,
            long now,
            Consumer<? super Edge> out) {
        this.book = book;
        this.old = old;
        this.previous = old.binding();
        this.next = next;
        this.now = now;
        this.out = out;
    }

    /** Sites that a rule leaves hear that it is gone, while the book has the places of before. */
    void leave() {
        if (previous == null) {
            return;
        }
        Map<String, Bound> after = new HashMap<>();
        next.rules().forEach(bound -> after.put(bound.id(), bound));
        for (int i = 0; i < old.rules.length; i++) {
            Bound bound = previous.rules().get(i);
            Bound kept = after.get(bound.id());
            boolean same = kept != null && kept.version().equals(bound.version());
            List<String> lost = same ? without(bound.sites(), kept.sites()) : bound.sites();
            long told = book.last[i];
            // What a reading ahead has ended of later may still be waited with.
            boolean ahead = now != NONE && told > now;
            if ((old.flags[i] & KNOWN) != 0 || ahead) {
                // What was told ahead of the edit does not put it off, nor it what stays.
                book.last[i] = now == NONE ? told : now;
                long at = now == NONE ? book.start : now;
                book.emit(i, bound, lost, Edge.Kind.GONE, at, null, out);
                book.last[i] = told;
            }
        }
    }

    /**
     * Gives each rule that stays its level in the places that the book has now.
     *
     * @return the places of the others
     */
    List<Integer> stay() {
        Map<String, Integer> places = new HashMap<>();
        for (int i = 0; i < old.rules.length; i++) {
            places.put(old.rules[i], i);
        }
        List<Integer> fresh = new ArrayList<>();
        for (int i = 0; i < next.rules().size(); i++) {
            Bound bound = next.rules().get(i);
            book.rules[i] = bound.id();
            book.versions[i] = bound.version();
            Integer place = places.get(bound.id());
            if (place == null || !old.versions[place].equals(bound.version())) {
                fresh.add(i);
                continue;
            }
            book.flags[i] = old.flags[place];
            book.onset[i] = old.onset[place];
            book.onsetValue[i] = old.onsetValue[place];
            book.changed[i] = old.changed[place];
            book.last[i] = old.last[place];
            book.turns[i] = old.turns[place];
            if (previous != null) {
                List<String> won = without(bound.sites(), previous.rules().get(place).sites());
                book.tell(i, bound, won, Math.max(now, book.start), out);
            }
        }
        return fresh;
    }

    /** What is in force already counts for a rule that is new. */
    void begin(List<Integer> fresh) {
        for (int i : fresh) {
            if (previous != null) {
                book.last[i] = now;
            }
            begin(i);
        }
    }

    private void begin(int i) {
        Bound bound = next.rules().get(i);
        Condition condition = bound.condition();
        if (condition.measure() == Measure.SILENCE) {
            long heard = book.heard(i);
            if (heard != NONE) {
                book.last[i] = now;
                book.flags[i] = KNOWN;
                if (plus(heard, condition.forMillis()) > now) {
                    book.tell(i, bound, bound.sites(), now, out);
                }
            } else if (next.watchSilence() && now != NONE) {
                book.flags[i] = KNOWN | UNHEARD;
                book.onset[i] = now;
                book.last[i] = now;
            }
        } else if (condition.forecast()) {
            if (book.forecast != null) {
                book.last[i] = now;
                book.look(i, Math.max(now, book.forecast.generatedMillis()), out);
            }
        } else if (book.seen && now < plus(book.end, book.patience(condition))) {
            book.last[i] = now;
            book.fold(i, false, out);
        }
    }

    private static List<String> without(List<String> sites, List<String> others) {
        if (sites.equals(others)) {
            return List.of();
        }
        Set<String> gone = new HashSet<>(others);
        return sites.stream().filter(site -> !gone.contains(site)).toList();
    }
}
