package dev.tradewind.model;

import java.io.Serializable;
import java.time.Instant;

/**
 * Energy time as a linear function of wall time: {@code energy = origin + rate * (wall -
 * wallOrigin)}. It drives schedules, deadlines, staleness, residence, cooldown and re-planning, so
 * that a demonstration passes a day in minutes. With rate 1 and the origin at the wall's own it is
 * the wall clock.
 *
 * @param wallOriginMillis wall time, ms since the epoch, at which energy time is {@code
 *     originMillis}
 * @param originMillis energy time, ms since the epoch
 * @param rate energy milliseconds that pass in a millisecond of wall time; above 0
 */
public record EnergyClock(long wallOriginMillis, long originMillis, double rate)
        implements Serializable {
    private static final long serialVersionUID = 1L;

    public static final EnergyClock WALL = new EnergyClock(0, 0, 1);

    public EnergyClock {
        if (!(rate > 0) || Double.isInfinite(rate)) {
            throw new IllegalArgumentException(
                    "clock.rate must be a finite number above 0, but is " + rate);
        }
    }

    /** A clock that shows {@code origin} when the wall shows {@code wallNow}. */
    public static EnergyClock startingAt(Instant origin, double rate, long wallNowMillis) {
        return new EnergyClock(wallNowMillis, origin.toEpochMilli(), rate);
    }

    /** Energy time at a wall time, both in ms since the epoch. */
    public long at(long wallMillis) {
        return originMillis + (long) Math.floor((wallMillis - wallOriginMillis) * rate);
    }

    /** Energy time now. */
    public long now() {
        return at(System.currentTimeMillis());
    }

    /** The first wall time at which this clock shows {@code energyMillis} or later. */
    public long wallOf(long energyMillis) {
        if (rate == 1) {
            return wallOriginMillis + (energyMillis - originMillis);
        }
        double wall = Math.ceil((energyMillis - originMillis) / rate) + wallOriginMillis;
        return wall >= Long.MAX_VALUE ? Long.MAX_VALUE : (long) wall;
    }
}
