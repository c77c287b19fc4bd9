package dev.tradewind.job.plan.horizon;

import java.util.Arrays;
import java.util.List;

/**
 * The cost of a kWh at some sites from now on, in rows: what is left of the hour, then whole hours,
 * {@value #BEYOND} of them beyond those that are known of every site. What isn't known is what the
 * days before let expect.
 *
 * <p>What is left of the hour is one row, also where the present value ends sooner: it counts for
 * as long as it holds, and the rest as known or as it is now. A row is where a plan may still
 * change its mind knowing how the day went on; with short ones it would always rather wait a
 * little.
 */
public final class Horizon {
    /** Hours looked ahead beyond those that are known. */
    static final int BEYOND = 72;

    /** Hours known beforehand that are looked at; what is later changes nothing today. */
    static final int MOST_KNOWN = 96;

    private final List<Outlook> outlooks;
    private final int known;
    private final double[] hours;
    private final double[] discounts;
    private final double[] now;
    private final long presentMillis;

    /** [course][row][site], EUR/kWh; row 0 is what is left of the hour, the same in each course. */
    private final double[][][] rates;

    private Horizon(
            List<Outlook> outlooks,
            int known,
            double[] hours,
            double[] discounts,
            double[][][] rates,
            long presentMillis) {
        this.outlooks = outlooks;
        this.known = known;
        this.hours = hours;
        this.discounts = discounts;
        this.rates = rates;
        this.presentMillis = presentMillis;
        this.now = outlooks.stream().mapToDouble(Outlook::eurPerKwh).toArray();
    }

    /**
     * @param outlooks of each site; their order is that of the sites, and in it ties break
     * @param nowMillis energy time
     */
    public static Horizon of(List<Outlook> outlooks, long nowMillis) {
        long nextHour = nowMillis / SeriesProfile.HOUR + 1;
        long next = nextHour * SeriesProfile.HOUR;
        long present = present(outlooks, nowMillis);
        int knownHours = knownHours(outlooks, nextHour);
        double left = (double) (next - nowMillis) / SeriesProfile.HOUR;
        Trust trust = Trust.of(left + knownHours);
        int rows = 1 + knownHours + BEYOND;
        double[] hours = new double[rows];
        double[] discounts = new double[rows];
        double[][][] rates = new double[Trust.COURSES][rows][outlooks.size()];
        Arrays.fill(hours, 1);
        hours[0] = left;
        Arrays.fill(discounts, 1);
        for (int k = 1 + knownHours; k < rows; k++) {
            double unknown = 0;
            for (Outlook outlook : outlooks) {
                unknown += outlook.unknown(nextHour, k - 1) / outlooks.size();
            }
            discounts[k] = 1 - (1 - trust.discount()) * unknown;
        }
        for (int j = 0; j < outlooks.size(); j++) {
            Outlook outlook = outlooks.get(j);
            double rest = leftOfTheHour(outlook, nowMillis, present, next, trust);
            for (int r = 0; r < Trust.COURSES; r++) {
                rates[r][0][j] = rest;
            }
            for (int k = 1; k < rows; k++) {
                double[] expected = outlook.expected(nextHour, k - 1, trust);
                for (int r = 0; r < Trust.COURSES; r++) {
                    rates[r][k][j] = expected[r];
                }
            }
        }
        return new Horizon(
                List.copyOf(outlooks), knownHours, hours, discounts, rates, present - nowMillis);
    }

    /** EUR/kWh: the present value for as long as it holds, then as known or expected. */
    private static double leftOfTheHour(
            Outlook outlook, long now, long present, long next, Trust trust) {
        if (present >= next) {
            return outlook.eurPerKwh();
        }
        double then = Arrays.stream(outlook.expected(present, next, trust)).average().orElse(0);
        return (outlook.eurPerKwh() * (present - now) + then * (next - present)) / (next - now);
    }

    /** When the first of the present values ends, at most the end of the hour. */
    private static long present(List<Outlook> outlooks, long nowMillis) {
        long present = (nowMillis / SeriesProfile.HOUR + 1) * SeriesProfile.HOUR;
        for (Outlook outlook : outlooks) {
            if (outlook.untilMillis() > nowMillis) {
                present = Math.min(present, outlook.untilMillis());
            }
        }
        return present;
    }

    private static int knownHours(List<Outlook> outlooks, long nextHour) {
        int hours = 0;
        while (hours < MOST_KNOWN && allKnown(outlooks, nextHour, hours)) {
            hours++;
        }
        return hours;
    }

    private static boolean allKnown(List<Outlook> outlooks, long nextHour, int hour) {
        for (Outlook outlook : outlooks) {
            if (Double.isNaN(outlook.known(nextHour, hour))) {
                return false;
            }
        }
        return !outlooks.isEmpty();
    }

    public List<String> sites() {
        return outlooks.stream().map(Outlook::site).toList();
    }

    /** The index of a site; -1: it isn't among them. */
    public int indexOf(String site) {
        for (int i = 0; i < outlooks.size(); i++) {
            if (outlooks.get(i).site().equals(site)) {
                return i;
            }
        }
        return -1;
    }

    /** Hours from the next one on that are known of every site. */
    public int knownHours() {
        return known;
    }

    /** EUR/kWh now, by site. */
    double[] now() {
        return now;
    }

    /** How long the present costs hold, ms: until one of them ends, at most to the hour's end. */
    public long presentMillis() {
        return presentMillis;
    }

    /** EUR/kW of being at a site for what is left of the hour. */
    double leftOfTheHour(int site) {
        return rates[0][0][site] * hours[0];
    }

    /**
     * What a kW costs at a site that it stays at for some time, EUR/kW, mean over the courses.
     *
     * @param time hours from now on; what lies beyond the last row is left out
     */
    public double sum(int site, double time) {
        double sum = 0;
        double left = time;
        for (int k = 0; k < hours.length && left > 0; k++) {
            double part = Math.min(hours[k], left);
            for (double[][] course : rates) {
                sum += course[k][site] * part / rates.length;
            }
            left -= part;
        }
        return sum;
    }

    /**
     * The {@link #sum} of a horizon that one site has for itself, without making the horizon: who
     * arrives asks it of each site in turn.
     *
     * @param nowMillis energy time
     */
    public static double sumAlone(Outlook outlook, long nowMillis, double time) {
        List<Outlook> alone = List.of(outlook);
        long nextHour = nowMillis / SeriesProfile.HOUR + 1;
        long next = nextHour * SeriesProfile.HOUR;
        int knownHours = knownHours(alone, nextHour);
        double first = (double) (next - nowMillis) / SeriesProfile.HOUR;
        Trust trust = Trust.of(first + knownHours);
        double rest = leftOfTheHour(outlook, nowMillis, present(alone, nowMillis), next, trust);
        double sum = 0;
        double left = time;
        for (int k = 0; k < 1 + knownHours + BEYOND && left > 0; k++) {
            double part = Math.min(k == 0 ? first : 1, left);
            double[] row = k == 0 ? null : outlook.expected(nextHour, k - 1, trust);
            for (int r = 0; r < Trust.COURSES; r++) {
                sum += (row == null ? rest : row[r]) * part / Trust.COURSES;
            }
            left -= part;
        }
        return sum;
    }

    /**
     * The least that it costs to go on from after the present row, by the site that the workload is
     * at then: EUR/kW, mean over the courses. Moves are free to be made before each row.
     */
    double[] costToGo(MoveCosts moves) {
        int n = outlooks.size();
        double[] mean = new double[n];
        double[] v = new double[n];
        double[] moved = new double[n];
        for (double[][] course : rates) {
            Arrays.fill(v, 0);
            for (int k = course.length - 1; k >= 1; k--) {
                double[] row = course[k];
                for (int j = 0; j < n; j++) {
                    v[j] = discounts[k] * v[j] + row[j] * hours[k];
                }
                int cheapest = indexOfLeast(v);
                for (int from = 0; from < n; from++) {
                    // a move costs nothing less than 0: with the cheapest site looked at first,
                    // most others are out at a glance
                    double least = v[from];
                    if (v[cheapest] < least) {
                        least = Math.min(least, v[cheapest] + moves.of(from, cheapest, row));
                    }
                    for (int to = 0; to < n; to++) {
                        if (v[to] < least) {
                            least = Math.min(least, v[to] + moves.of(from, to, row));
                        }
                    }
                    moved[from] = least;
                }
                double[] spare = v;
                v = moved;
                moved = spare;
            }
            for (int j = 0; j < n; j++) {
                mean[j] += v[j] / rates.length;
            }
        }
        return mean;
    }

    private static int indexOfLeast(double[] values) {
        int least = 0;
        for (int i = 1; i < values.length; i++) {
            if (values[i] < values[least]) {
                least = i;
            }
        }
        return least;
    }

    /**
     * After how many hours being at one site instead of another has saved what the move there
     * costs, if the workload stays at either; infinite if it doesn't within the horizon.
     */
    double hoursToPayBack(int from, int to, double moveEurPerKw) {
        double saved = 0;
        double passed = 0;
        for (int k = 0; k < hours.length; k++) {
            double saving = 0;
            for (double[][] course : rates) {
                saving += (course[k][from] - course[k][to]) / rates.length;
            }
            if (saved + saving * hours[k] >= moveEurPerKw && saving > 0) {
                return passed + Math.max(0, moveEurPerKw - saved) / saving;
            }
            saved += saving * hours[k];
            passed += hours[k];
        }
        return Double.POSITIVE_INFINITY;
    }

    /**
     * What no plan can exceed: the difference between the dearest and the cheapest site, summed.
     */
    double widestSpread() {
        double most = 0;
        for (double[][] course : rates) {
            double sum = 0;
            for (int k = 0; k < course.length; k++) {
                double[] row = course[k];
                sum +=
                        hours[k]
                                * (Arrays.stream(row).max().orElse(0)
                                        - Arrays.stream(row).min().orElse(0));
            }
            most = Math.max(most, sum);
        }
        return most;
    }
}
