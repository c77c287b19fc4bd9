package dev.tradewind.model.catalog;

/**
 * What operators want to be noticed, and what then is asked of placement. Exactly one of the shapes
 * is given.
 *
 * @param version a hash of the rule's normalised content: another version has nothing to do with
 *     the partial matches of this one
 * @param signal of {@link Sustained}; the other shapes say theirs
 * @param sites CEL over {@code site}
 * @param workloads CEL over {@code workload}
 * @param evacuateWithinMillis with {@link Action#EVACUATE}, how long it may take; null is as soon
 *     as possible
 */
public record Rule(
        String name,
        String version,
        String signal,
        String sites,
        String workloads,
        Shape shape,
        Sustained sustained,
        Action then,
        Long evacuateWithinMillis) {

    /** The closed set of shapes. */
    public enum Shape {
        SUSTAINED,
        SHIFT,
        SEQUENCE,
        SILENCE
    }

    public enum Action {
        RECONSIDER,
        EVACUATE,
        HOLD,
        RELEASE,
        NOTIFY
    }
}
