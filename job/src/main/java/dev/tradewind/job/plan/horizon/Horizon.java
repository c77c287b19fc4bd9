package dev.tradewind.job.plan.horizon;

import java.util.Arrays;
import java.util.List;

/**
 * The cost of a kWh at some sites from now on, in rows: what is left of the present values, what is
 * left of the hour, then whole hours, {@value #BEYOND} of them beyond those that are known of every
 * site. What isn't known is what the days before let expect.
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

    /** [course][row][site], EUR/kWh; row 0 is now. */
    private final double[][][] rates;

    private Horizon(
            List<Outlook> outlooks,
            int known,
            double[] hours,
            double[] discounts,
            double[][][] rates) {
        this.outlooks = outlooks;
        this.known = known;
        this.hours = hours;
        this.discounts = discounts;
        this.rates = rates;
        this.now = rates[0][0];
    }

    /**
     * @param outlooks of each site; their order is that of the sites, and in it ties break
     * @param nowMillis energy time
     */
    public static Horizon of(List<Outlook> outlooks, long nowMillis) {
        long nextHour = nowMillis / SeriesProfile.HOUR + 1;
        long next = nextHour * SeriesProfile.HOUR;
        long present = next;
        for (Outlook outlook : outlooks) {
            if (outlook.untilMillis() > nowMillis) {
                present = Math.min(present, outlook.untilMillis());
            }
        }
        int knownHours = 0;
        while (knownHours < MOST_KNOWN && allKnown(outlooks, nextHour, knownHours)) {
            knownHours++;
        }
        Trust trust = Trust.of(knownHours);
        int first = present < next ? 2 : 1;
        int rows = first + knownHours + BEYOND;
        double[] hours = new double[rows];
        double[] discounts = new double[rows];
        double[][][] rates = new double[Trust.COURSES][rows][outlooks.size()];
        Arrays.fill(hours, 1);
        hours[0] = (double) (present - nowMillis) / SeriesProfile.HOUR;
        if (first == 2) {
            hours[1] = (double) (next - present) / SeriesProfile.HOUR;
        }
        Arrays.fill(discounts, 0, first + knownHours, 1);
        for (int k = first + knownHours; k < rows; k++) {
            double unknown = 0;
            for (Outlook outlook : outlooks) {
                unknown += outlook.unknown(nextHour, k - first) / outlooks.size();
            }
            discounts[k] = 1 - (1 - trust.discount()) * unknown;
        }
        for (int j = 0; j < outlooks.size(); j++) {
            Outlook outlook = outlooks.get(j);
            for (int k = 0; k < rows; k++) {
                double[] expected =
                        k >= first
                                ? outlook.expected(nextHour, k - first, trust)
                                : k == 0 ? null : outlook.expected(present, next, trust);
                for (int r = 0; r < Trust.COURSES; r++) {
                    rates[r][k][j] = expected == null ? outlook.eurPerKwh() : expected[r];
                }
            }
        }
        return new Horizon(List.copyOf(outlooks), knownHours, hours, discounts, rates);
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

    /** How long the present costs hold, or what is left of the hour. */
    public double presentHours() {
        return hours[0];
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
                for (int from = 0; from < n; from++) {
                    double least = v[from];
                    for (int to = 0; to < n; to++) {
                        // a move costs nothing less than 0, so most sites are out at a glance
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
