package dev.tradewind.model.catalog;

import java.util.ArrayList;
import java.util.List;

/**
 * What operators want to be noticed, and what then is asked of placement. Exactly one of the shapes
 * is given.
 *
 * @param version a hash of the rule's normalised content: another version has nothing to do with
 *     the partial matches of this one
 * @param signal null where an expression is given, and of a {@link Sequence}, whose sides say
 *     theirs
 * @param expression arithmetic in CEL over the latest values of signals at a site, in canonical
 *     units, such as {@code price * pue + 0.08 * carbonIntensity}; null where a signal is given
 * @param sites CEL over {@code site}
 * @param workloads CEL over {@code workload}
 * @param evacuateWithinMillis with {@link Action#EVACUATE}, how long it may take; null is as soon
 *     as possible
 */
public record Rule(
        String name,
        String version,
        String signal,
        String expression,
        String sites,
        String workloads,
        Shape shape,
        Sustained sustained,
        Shift shift,
        Sequence sequence,
        Silence silence,
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

    /** Of shape sustained. */
    public static Rule sustained(
            String name,
            String version,
            String signal,
            String sites,
            String workloads,
            Sustained when,
            Action then) {
        return new Rule(
                name,
                version,
                signal,
                null,
                sites,
                workloads,
                Shape.SUSTAINED,
                when,
                null,
                null,
                null,
                then,
                null);
    }

    /** The same with another version. */
    public Rule withVersion(String other) {
        return new Rule(
                name,
                other,
                signal,
                expression,
                sites,
                workloads,
                shape,
                sustained,
                shift,
                sequence,
                silence,
                then,
                evacuateWithinMillis);
    }

    /** The levels of which the shape is made: one, or the two or three sides of a sequence. */
    public List<Condition> conditions() {
        return switch (shape) {
            case SUSTAINED ->
                    List.of(
                            Condition.of(
                                    Condition.Part.WHOLE, signal, expression, null, sustained));
            case SHIFT -> List.of(Condition.of(signal, expression, shift));
            case SILENCE -> List.of(Condition.of(signal, expression, silence));
            case SEQUENCE -> {
                List<Condition> sides = new ArrayList<>();
                sides.add(side(Condition.Part.FIRST, sequence.first()));
                sides.add(side(Condition.Part.THEN, sequence.then()));
                if (sequence.unless() != null) {
                    sides.add(side(Condition.Part.UNLESS, sequence.unless()));
                }
                yield List.copyOf(sides);
            }
        };
    }

    private static Condition side(Condition.Part part, Sequence.Side side) {
        return Condition.of(part, side.signal(), side.expression(), side.at(), side.level());
    }
}
