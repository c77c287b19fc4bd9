package dev.tradewind.job.rules.reference;

/** The level of one condition by one series, over time. What it says goes to a log. */
interface Side {
    long NEVER = Long.MAX_VALUE;

    /** The next instant at which it has something to say though no reading comes. */
    long next();

    /** Says what there is to say until an instant, counted in. */
    void pass(long until);

    void arrive(Take take);

    /** Whether there is something to take back when the rule goes: what was said of later too. */
    boolean isKnown(long now);

    /** Nothing is said to have happened before. */
    void from(long now);
}
