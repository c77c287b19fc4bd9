package dev.tradewind.job.ledger;

import dev.tradewind.job.ledger.Measured.Piece;
import java.util.Arrays;

/**
 * What a series was on one day: values by the start of their interval, each until its end or until
 * the next one begins. Kept in state as it is: public fields for Flink. Of one thread.
 *
 * <p>Holds at most {@value #MOST} values; of more on one day the later ones are folded into the
 * last.
 */
public class DayValues {
    /** One a minute. */
    static final int MOST = 1_440;

    public long[] starts = new long[24];
    public long[] ends = new long[24];
    public double[] values = new double[24];
    public int size;

    /** Who said so last; null where nobody did. */
    public String source;

    /** Takes in a value; one with the same start takes the place of the earlier one. */
    public void put(long start, long end, double value, String from) {
        if (end <= start || !Double.isFinite(value)) {
            return;
        }
        source = from != null ? from : source;
        int found = Arrays.binarySearch(starts, 0, size, start);
        if (found < 0 && size == MOST) {
            int last = Math.max(0, -found - 2);
            ends[last] = Math.max(ends[last], end);
            return;
        }
        if (found < 0) {
            found = -found - 1;
            if (size == starts.length) {
                int room = Math.min(MOST, size * 2);
                starts = Arrays.copyOf(starts, room);
                ends = Arrays.copyOf(ends, room);
                values = Arrays.copyOf(values, room);
            }
            System.arraycopy(starts, found, starts, found + 1, size - found);
            System.arraycopy(ends, found, ends, found + 1, size - found);
            System.arraycopy(values, found, values, found + 1, size - found);
            size++;
        }
        starts[found] = start;
        ends[found] = end;
        values[found] = value;
    }

    /** What it was at an instant; the piece ends at the latest when the day does. */
    Piece at(long millis, long dayEnd) {
        int found = Arrays.binarySearch(starts, 0, size, millis);
        int i = found >= 0 ? found : -found - 2;
        long next = i + 1 < size ? Math.min(dayEnd, starts[i + 1]) : dayEnd;
        return i >= 0 && millis < ends[i]
                ? new Piece(values[i], Math.min(next, ends[i]), source)
                : new Piece(Double.NaN, next, null);
    }
}
