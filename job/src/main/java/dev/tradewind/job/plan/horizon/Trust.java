package dev.tradewind.job.plan.horizon;

/**
 * How far to trust the guess of what isn't known.
 *
 * <p>How fast a deviation from the usual day fades can't be known, so there are several courses
 * that it may take, and a plan reckons with each.
 */
enum Trust {
    LITTLE_KNOWN_AHEAD(0.5, 0.98, 0),
    /** The guess begins where today's course says little any more. */
    MUCH_KNOWN_AHEAD(0.35, 0.97, 0),
    /**
     * Hours of one day are compared with each other, not sites: there a usual day that lags behind
     * a level that rises or falls makes late hours look better or worse than they are.
     */
    WHEN_TO_START(0.5, 1, 0.5);

    /** Hours from now on of which all is known that are much. */
    static final double MUCH = 24;

    /** Courses that a deviation may take. */
    static final int COURSES = 3;

    /** What is left of a deviation after an hour, by course. */
    private static final double[] FADES = {0.75, 0.90, 0.97};

    private static final double[][] LEFT = new double[COURSES][256];

    static {
        for (int r = 0; r < COURSES; r++) {
            for (int k = 0; k < LEFT[r].length; k++) {
                LEFT[r][k] = Math.pow(FADES[r], k);
            }
        }
    }

    private final double recent;
    private final double discount;
    private final double levelled;

    Trust(double recent, double discount, double levelled) {
        this.recent = recent;
        this.discount = discount;
        this.levelled = levelled;
    }

    static Trust of(double knownHours) {
        return knownHours >= MUCH ? MUCH_KNOWN_AHEAD : LITTLE_KNOWN_AHEAD;
    }

    /** Weight of the last day against the usual one. */
    double recent() {
        return recent;
    }

    /**
     * What an hour counts for of which nothing is known, as against the hour before it. Where a
     * part of the signals is known, only the other part's doubt counts.
     */
    double discount() {
        return discount;
    }

    /** How far the usual day is scaled to the level of the last one, 0 to 1. */
    double levelled() {
        return levelled;
    }

    /** What is left of a deviation after some hours. */
    static double left(int course, long hours) {
        return hours < LEFT[course].length ? LEFT[course][(int) hours] : 0;
    }
}
