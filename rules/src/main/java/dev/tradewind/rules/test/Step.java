package dev.tradewind.rules.test;

import dev.tradewind.model.catalog.Catalog;

/** Something that happens in a test, once event time has come to {@link #timeMillis()}. */
public sealed interface Step {

    /**
     * Event time (the watermark) when it happens. It never goes back from one step to the next; all
     * that is due until then has been told.
     */
    long timeMillis();

    /** The same at another time. */
    Step at(long timeMillis);

    /** A reading comes. In the usual case event time is just before its start. */
    record Arrival(long timeMillis, TestReading reading) implements Step {
        @Override
        public Step at(long other) {
            return new Arrival(other, reading);
        }
    }

    /** Another catalog comes into force. */
    record Edit(long timeMillis, Catalog catalog) implements Step {
        @Override
        public Step at(long other) {
            return new Edit(other, catalog);
        }
    }

    /** The job is stopped with a savepoint and started from it. */
    record Restart(long timeMillis) implements Step {
        @Override
        public Step at(long other) {
            return new Restart(other);
        }
    }
}
