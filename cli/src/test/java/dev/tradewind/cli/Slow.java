package dev.tradewind.cli;

import java.util.List;

/**
 * What takes too long for every build: {@code ./mvnw verify -Pslow} runs it, and nothing besides.
 */
public final class Slow {
    private static final boolean ASKED_FOR = Boolean.getBoolean("tradewind.slow");

    private Slow() {}

    /**
     * @param every what each build tries
     * @param others what it leaves to the slow one
     */
    public static <T> List<T> orOthers(List<T> every, List<T> others) {
        return ASKED_FOR ? others : every;
    }
}
