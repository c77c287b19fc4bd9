package dev.tradewind.job.rules.reference;

/**
 * When what is said counts, where several series are put in order of event time: at its instant,
 * or, where event time has passed that already, before time moves on.
 */
final class Clock {
    private Clock() {}

    /** When something that is said at a time counts. */
    static long turn(long at, long said) {
        return at > said ? on(at) : late(said);
    }

    static long on(long at) {
        return 4 * at;
    }

    /** What comes when time has passed it counts at once. */
    static long atOnce(long said) {
        return 4 * said + 1;
    }

    static long late(long said) {
        return 4 * said + 2;
    }
}
