package dev.tradewind.job.ledger;

import dev.tradewind.job.views.SeriesView;
import java.util.HashMap;
import java.util.Map;

/**
 * Where the values of series are kept by day, and what they say. A site's own value wins over its
 * zone's while it lasts.
 */
final class Values implements Measured {
    /** Of a series on a day; null where there is nothing. */
    @FunctionalInterface
    interface Store {
        DayValues get(String key);
    }

    private record Asked(Place place, String signal) {}

    /**
     * @param own of the site itself
     */
    private record Found(DayValues own, DayValues zone) {}

    private final Store store;

    /** Of one day: all pieces of a day look at the same. */
    private final Map<Asked, Found> found = new HashMap<>();

    private long foundOf = Long.MIN_VALUE;

    Values(Store store) {
        this.store = store;
    }

    /** {@code site/oslo/price/1772323200000}: kind, subject, signal and the day's first instant. */
    static String key(boolean site, String subject, String signal, long dayMillis) {
        return (site ? "site/" : "zone/") + subject + "/" + signal + "/" + dayMillis;
    }

    static long dayOfKey(String key) {
        return Long.parseLong(key.substring(key.lastIndexOf('/') + 1));
    }

    /** The part of a view that falls on a day. */
    static void put(DayValues values, SeriesView view, long dayMillis) {
        values.put(
                Math.max(view.startMillis(), dayMillis),
                Math.min(view.endMillis(), dayMillis + DayLedger.DAY),
                view.value(),
                view.source());
    }

    @Override
    public Piece at(Place place, String signal, long millis) {
        long day = DayLedger.dayOf(millis);
        if (day != foundOf) {
            found.clear();
            foundOf = day;
        }
        Found of =
                found.computeIfAbsent(
                        new Asked(place, signal),
                        asked ->
                                new Found(
                                        store.get(key(true, place.site(), signal, day)),
                                        place.zone() == null
                                                ? null
                                                : store.get(
                                                        key(false, place.zone(), signal, day))));
        Piece own = at(of.own(), millis, day + DayLedger.DAY);
        if (own.known() || of.zone() == null) {
            return own;
        }
        Piece zone = at(of.zone(), millis, day + DayLedger.DAY);
        return new Piece(
                zone.value(), Math.min(own.untilMillis(), zone.untilMillis()), zone.source());
    }

    private static Piece at(DayValues values, long millis, long dayEnd) {
        return values == null ? new Piece(Double.NaN, dayEnd, null) : values.at(millis, dayEnd);
    }
}
